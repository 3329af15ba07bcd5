/** The picture that messengers show beside a link to the campaign page. */
import type { APIRoute } from 'astro';
import { languagePaths, readLanguage } from '../../site/language.ts';
import { drawPicture } from '../../site/picture.ts';

export const prerender = true;
export const getStaticPaths = languagePaths;

export const GET: APIRoute = async ({ params }) => {
  const { language, petition, settings } = await readLanguage(params['lang'] ?? '');
  const picture = await drawPicture(petition.title, language, settings);
  return new Response(Uint8Array.from(picture), { headers: { 'Content-Type': 'image/png' } });
};

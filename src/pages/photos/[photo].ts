/** A picture of the campaign, loaded only when somebody follows a link to it. */
import type { APIRoute } from 'astro';
import { lightPhoto, photoNames } from '../../site/photos.ts';

export const prerender = true;

export function getStaticPaths() {
  return photoNames().map((photo) => ({ params: { photo } }));
}

export const GET: APIRoute = async ({ params }) => {
  return new Response(Uint8Array.from(await lightPhoto(params['photo'] ?? '')));
};

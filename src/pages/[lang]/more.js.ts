/** The script that a campaign page loads when its form is first touched, with the words that it needs. */
import type { APIContext } from 'astro';
import script from '../../page/more.ts?inline-script';
import { unmark } from '../../site/foreign.ts';
import { languagePaths, readLanguage } from '../../site/language.ts';

export const prerender = true;
export const getStaticPaths = languagePaths;

export async function GET({ params }: APIContext): Promise<Response> {
  const { words } = await readLanguage(params['lang'] ?? '');
  const { ask, yes, no } = words.share;
  const after = JSON.stringify({ points: words.code.points, ask, yes, no });
  return new Response(`const AFTER=${unmark(after)};${script}`, {
    headers: { 'content-type': 'text/javascript; charset=utf-8' },
  });
}

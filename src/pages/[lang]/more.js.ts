/** The script that a campaign page loads when its form is first touched, with the words that it needs. */
import type { APIContext } from 'astro';
import script from '../../page/more.ts?inline-script';
import { unmark } from '../../site/foreign.ts';
import { directionOf } from '../../site/intl.ts';
import { languagePaths, readLanguage } from '../../site/language.ts';

export const prerender = true;
export const getStaticPaths = languagePaths;

export async function GET({ params }: APIContext): Promise<Response> {
  const language = params['lang'] ?? '';
  const { words, settings } = await readLanguage(language);
  /** What a half-translated language took from the source keeps the source's language. */
  const said = (text: string) =>
    text === unmark(text)
      ? { textContent: text }
      : {
          textContent: unmark(text),
          lang: settings.defaultLanguage,
          dir: directionOf(settings.defaultLanguage),
        };
  const { ask, yes, no } = words.share;
  const points = words.code.points.map(said);
  const closed = said(words.closed.title);
  const after = { points, ask: said(ask), yes: said(yes), no: said(no), closed };
  return new Response(`const AFTER=${JSON.stringify(after)};${script}`, {
    headers: { 'content-type': 'text/javascript; charset=utf-8' },
  });
}

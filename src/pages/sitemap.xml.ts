/**
 * Every page of every language, each with its other languages (sitemaps.org; xhtml:link as search
 * engines read it). They are told here and not in the pages, where each byte counts.
 */
import { readLanguage } from '../site/language.ts';
import { readSettings } from '../site/settings.ts';
import { readUpdates } from '../site/updates.ts';

export const prerender = true;

/** The pages that every language has: the files in [lang]/, not in its folders. */
const everywhere = Object.keys(import.meta.glob('./*/*.astro'))
  .flatMap((file) => /^\.\/\[lang\]\/(\w+)\.astro$/.exec(file)?.[1] ?? [])
  .map((name) => (name === 'index' ? '' : `${name}/`));

/** A page below its language's folder, and the day it was last changed, where that is known. */
type Entry = { path: string; changed?: string };

export async function GET(): Promise<Response> {
  const { host, languages } = readSettings();
  const listed = await Promise.all(
    languages.map(async (language) => ({ language, entries: await entriesOf(language) })),
  );
  const urls = listed.flatMap(({ language, entries }) =>
    entries.map(({ path, changed }) => {
      const others = listed.filter((one) => one.entries.some((entry) => entry.path === path));
      const links = [
        ...others.map((one) => alternate(one.language, `${host}/${one.language}/${path}`)),
        alternate('x-default', `${host}/`),
      ];
      const day = changed ? `<lastmod>${changed}</lastmod>` : '';
      return `<url><loc>${host}/${language}/${path}</loc>${day}${links.join('')}</url>`;
    }),
  );
  return new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${urls.join('\n')}\n</urlset>\n`,
  );
}

async function entriesOf(language: string): Promise<Entry[]> {
  const { petition } = await readLanguage(language);
  const updates = await readUpdates(language);
  return [
    ...everywhere.map((path) => (path === '' ? { path, changed: petition.updated } : { path })),
    ...updates.slice(0, 1).map(({ date }) => ({ path: 'updates/', changed: date })),
    ...updates.map(({ slug, date }) => ({ path: `updates/${slug}/`, changed: date })),
  ];
}

function alternate(language: string, address: string): string {
  return `<xhtml:link rel="alternate" hreflang="${language}" href="${address}"/>`;
}

/**
 * The campaign's news, newest first. A language that lacks one shows it in the default language, and
 * says so to browsers and screen readers.
 */
import { globSync } from 'node:fs';
import { getCollection } from 'astro:content';
import { formatDate } from './intl.ts';
import { linkPhotos } from './photos.ts';
import { contentFolder, readSettings } from './settings.ts';

export type Update = {
  /** Name of its file and of its page, as 2020-08-05-handed-over. */
  slug: string;
  /** The language it is in. */
  language: string;
  title: string;
  /** ISO date, and the same in words. */
  date: string;
  day: string;
  html: string;
};

/** What a language's readers get to see; empty for a campaign without news. */
export async function readUpdates(language: string): Promise<Update[]> {
  // Astro warns of an empty collection, which is nothing to warn of here.
  if (globSync('*/updates/*.md', { cwd: contentFolder }).length === 0) return [];
  const entries = await getCollection('updates');
  const updates = entries.map((entry) => parseUpdate(entry));
  const own = updates.filter((update) => update.language === language);
  const others = updates.filter(
    (update) =>
      update.language === readSettings().defaultLanguage &&
      !own.some(({ slug }) => slug === update.slug),
  );
  return [...own, ...others].sort(
    (one, other) => other.date.localeCompare(one.date) || other.slug.localeCompare(one.slug),
  );
}

/** One static path for each language that has news, for Astro. */
export async function updatesPaths() {
  const paths = await updatePaths();
  return Array.from(new Set(paths.map(({ params }) => params.lang)), (lang) => ({
    params: { lang },
  }));
}

/** One static path for each update in each language, for Astro. */
export async function updatePaths() {
  const paths = readSettings().languages.map(async (lang) =>
    (await readUpdates(lang)).map((update) => ({
      params: { lang, slug: update.slug },
      props: { update },
    })),
  );
  return (await Promise.all(paths)).flat();
}

/** The text of an update for its own page, three folders below the root. */
export function updateHtml(update: Update): Promise<string> {
  return linkPhotos(update.html, '../../../', update.language);
}

/** The first paragraph without its marks, for feeds and messengers. */
export function summaryOf({ html }: Update): string {
  const [, paragraph = ''] = /<p>(.*?)<\/p>/s.exec(html) ?? [];
  const marks: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return paragraph
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => marks[name] ?? whole)
    .replace(/\s+/g, ' ');
}

type Entry = Awaited<ReturnType<typeof getCollection<'updates'>>>[number];

function parseUpdate({ id, data, rendered }: Entry): Update {
  const [language = '', slug = ''] = id.split('/');
  if (!/^[a-z0-9-]+$/.test(slug))
    throw new Error(
      `The name of ${language}/updates/${slug}.md becomes an address: use small letters, digits and dashes only, as in 2020-08-05-handed-over.md.`,
    );
  const html = rendered?.html ?? '';
  return { slug, language, ...data, day: formatDate(data.date, language), html };
}

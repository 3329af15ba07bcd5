/** News in a language, and in the source language what is not translated. */
import { getCollection } from 'astro:content';
import { readSettings } from './settings.ts';
import { pickUpdates } from './pick-updates.ts';

/** The news for a language, the latest first; each says in which language it is. */
export async function readUpdates(language: string) {
  const entries = await getCollection('updates');
  return pickUpdates(entries, language, readSettings().defaultLanguage).map(
    ({ slug, language, entry }) => ({
      slug,
      language,
      title: entry.data.title,
      date: entry.data.date,
      html: entry.rendered?.html ?? '',
    }),
  );
}

export type Update = Awaited<ReturnType<typeof readUpdates>>[number];

/**
 * What a person chose, obeyed: reads what a sealed part held and decides what the target may see of
 * it. Whatever is missing, not offered or dangerous falls to the more protective level. The type
 * Delivered has no place for what a level hides.
 */
import { z } from 'zod';
import { type Level, levels } from '../signature/content.ts';
import { checkEntries, type Entries, tidy } from '../signature/entries.ts';
import { matchCountry } from './country.ts';
import type { Terms } from './terms.ts';

/** What a person entered, tidied, with the level that may be shown. */
export const enteredSchema = z.object({
  level: z.enum(levels),
  name: z.string(),
  /** Empty when there was none, or none that is an address. */
  email: z.string(),
  /** As typed; the code is absent when it matches no country. */
  country: z.object({ typed: z.string(), code: z.string().optional() }),
  news: z.boolean(),
});
export type Entered = z.output<typeof enteredSchema>;

/** What leaves this machine of a signature. */
const deliveredSchema = z.discriminatedUnion('level', [
  z.strictObject({ level: z.literal('count') }),
  z.strictObject({ level: z.literal('initials'), initials: z.string(), country: z.string() }),
  z.strictObject({ level: z.literal('name'), name: z.string(), country: z.string() }),
]);
export type Delivered = z.output<typeof deliveredSchema>;

/** What the dossier may know of a signature; its table of countries counts everybody. */
export const shownSchema = z.strictObject({
  delivered: deliveredSchema,
  /** Two letters (ISO 3166-1); empty where none was given, `unmatched` where it is none that we know. */
  from: z.string(),
  /** Whether doubles could be looked for. */
  withEmail: z.boolean(),
});
export type Shown = z.output<typeof shownSchema>;

const typed = z.string().default('').transform(tidy);
const contentSchema = z.object({
  level: z.enum(levels),
  name: typed,
  email: typed,
  country: typed,
  news: z.string().optional(),
});

/** Reads the JSON value of a sealed part; undefined for what no person can have entered. */
export function enteredOf(value: unknown, terms: Terms): Entered | undefined {
  const content = contentSchema.safeParse(value);
  if (!content.success) return undefined;
  // News and consent do not bear on what is shown.
  const entries: Entries = { ...content.data, consent: true, news: false };
  const news = content.data.news !== undefined;
  const found = checkEntries(entries, levels);
  // A name that cannot be shown costs the level, never the signature.
  const name = found.some((problem) => problem.startsWith('name.')) ? '' : entries.name;
  const email = found.includes('email.wrong') ? '' : entries.email;
  const code = matchCountry(entries.country);
  const country = { typed: entries.country, ...(code && { code }) };
  const complete = checkEntries({ ...entries, name, email }, terms.levels).length === 0;
  const level = complete ? guardName(content.data.level, code, terms) : 'count';
  return { level, name, email, country, news };
}

/** What the dossier may know. */
export function showAll(entered: Entered): Shown {
  const { email, country } = entered;
  const from = country.code ?? (country.typed === '' ? '' : 'unmatched');
  return { delivered: show(entered), from, withEmail: email !== '' };
}

/** What the target sees. A country that matches none may be a town: it waits for review, unshown. */
export function show({ level, name, country }: Entered): Delivered {
  const from = country.code ?? '';
  if (level === 'name') return { level, name, country: from };
  if (level === 'initials') return { level, initials: initialsOf(name), country: from };
  return { level };
}

// Dear to make, and asked for each row.
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** First letter of each part of a name, with a dot: "А. Б."; a letter as people see it, marks and all. */
export function initialsOf(name: string): string {
  return name
    .split(/\s+/u)
    .flatMap((part) => {
      const first = Array.from(letters.segment(part)).find(({ segment }) =>
        /^\p{L}/u.test(segment),
      );
      return first ? [`${first.segment}.`] : [];
    })
    .join(' ');
}

/** A full name leaves only for a country that we know and that is not dangerous. */
function guardName(level: Level, code: string | undefined, terms: Terms): Level {
  const safe = code !== undefined && !terms.dangerousCountries.includes(code);
  return level === 'name' && !safe ? 'initials' : level;
}

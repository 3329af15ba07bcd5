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

/** What a person entered, tidied, with the level that may be shown; all in memory alone. */
export type Entered = {
  level: Level;
  name: string;
  /** Empty when there was none, or none that is an address. */
  email: string;
  /** As typed; the code is undefined when it matches no country. */
  country: { typed: string; code: string | undefined };
};

/** What leaves this machine of a signature. */
export type Delivered =
  | { level: 'count' }
  | { level: 'initials'; initials: string; country: string }
  | { level: 'name'; name: string; country: string };

const typed = z.string().default('').transform(tidy);
const contentSchema = z.object({
  level: z.enum(levels),
  name: typed,
  email: typed,
  country: typed,
});

/** Reads the JSON value of a sealed part; undefined for what no person can have entered. */
export function readEntered(value: unknown, terms: Terms): Entered | undefined {
  const content = contentSchema.safeParse(value);
  if (!content.success) return undefined;
  // News and consent do not bear on what is shown.
  const entries: Entries = { ...content.data, consent: true, news: false };
  const found = checkEntries(entries, levels);
  // A name that cannot be shown costs the level, never the signature.
  const name = found.some((problem) => problem.startsWith('name.')) ? '' : entries.name;
  const email = found.includes('email.wrong') ? '' : entries.email;
  const country = { typed: entries.country, code: matchCountry(entries.country) };
  const complete = checkEntries({ ...entries, name, email }, terms.levels).length === 0;
  const level = complete ? guardName(content.data.level, country.code, terms) : 'count';
  return { level, name, email, country };
}

/** What the target sees. A country that matches none may be a town: it waits for review, unshown. */
export function show({ level, name, country }: Entered): Delivered {
  const from = country.code ?? '';
  if (level === 'name') return { level, name, country: from };
  if (level === 'initials') return { level, initials: initialsOf(name), country: from };
  return { level };
}

/** First letter of each part of a name, with a dot: "А. Б."; a letter as people see it, marks and all. */
export function initialsOf(name: string): string {
  const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
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

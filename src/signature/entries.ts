/**
 * What a person may enter. The page asks before it seals, the Worker before it seals a plain form,
 * the delivery tool after it opened a row: one set of rules, kind to every name that people have.
 * A problem is a message key; the words are in src/content.
 */
import type { Level } from './content.ts';

/** Everything the form asks, as typed. */
export type Entries = {
  level: string;
  name: string;
  email: string;
  country: string;
  consent: boolean;
  news: boolean;
};

/** Field and fault, in the order of the form. */
export const problems = [
  'level.missing',
  'name.missing',
  'name.long',
  'name.characters',
  'name.address',
  'email.missing',
  'email.wrong',
  'country.missing',
  'country.characters',
  'consent.missing',
] as const;
export type Problem = (typeof problems)[number];

const nameLength = 100;
const countryLength = 60;
const emailOctets = 254;

/** Controls, direction marks, private and unassigned characters; the joiners of Persian and Hindi pass. */
const forbidden = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;
/** A mark that has no letter to sit on, or more marks on one letter than any script writes. */
const stray = /^\p{M}|[^\p{L}\p{M}\p{N}\u200c\u200d]\p{M}|\p{M}{5}/u;
const webAddress =
  /:\/\/|www\.|@|[\p{L}\p{N}-]{3}\.(?:com|org|net|info|biz|io|by|ru|ua|pl|lt|lv|eu|de|fr|xyz|top|site|shop|online|link|бел|рф)(?![\p{L}\p{N}])/iu;
const emailShape =
  /^[^\s@<>()[\],;:"\\\p{Cc}\p{Cf}]{1,64}@(?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{M}\p{N}-]{2,}$/u;

/** Trims and brings to NFC, as it is sealed. */
export function tidy(typed: string): string {
  return typed.trim().normalize('NFC');
}

/** All that is wrong with tidied entries; empty when they may be sealed. */
export function checkEntries(entries: Entries, offered: readonly Level[]): Problem[] {
  const { level, name, email, country } = entries;
  const known = offered.some((one) => one === level);
  const shown = known && level !== 'count';
  const found: (Problem | false)[] = [
    !known && 'level.missing',
    ...(name === '' ? [shown && ('name.missing' as const)] : nameProblems(name)),
    email === '' && (entries.news || (known && level === 'name')) && 'email.missing',
    email !== '' && !isEmail(email) && 'email.wrong',
    country === '' && shown && 'country.missing',
    country !== '' && !isPlainText(country, countryLength) && 'country.characters',
    !entries.consent && 'consent.missing',
  ];
  return found.filter((problem) => problem !== false);
}

function nameProblems(name: string): (Problem | false)[] {
  const long = Array.from(name).length > nameLength;
  const address = webAddress.test(name);
  const plain = isPlainText(name, Infinity) && /\p{L}/u.test(name);
  return [long && 'name.long', !plain && 'name.characters', address && 'name.address'];
}

function isPlainText(text: string, length: number): boolean {
  return Array.from(text).length <= length && !forbidden.test(text) && !stray.test(text);
}

function isEmail(text: string): boolean {
  return new TextEncoder().encode(text).length <= emailOctets && emailShape.test(text);
}

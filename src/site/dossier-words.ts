/**
 * The words of the dossier, parsed once. What each is for stands as a comment above it in
 * src/content/dossier/en.yaml; title, addressee and demands are the petition's own.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { pluralForms } from './words.ts';

const word = z.string().trim().min(1);
const counted = z.partialRecord(z.enum(pluralForms), word);
const table = { title: word, other: word, all: word, note: word, grouped: word };

/** Where the words stand in a content folder, one file a language. */
export const dossierFolder = 'dossier';

/** The words that stand beside a number, and have the plural forms of their language. */
export const dossierPlurals = ['handed', 'earlier', 'onPaper'] as const;

/** The names in braces that the tool fills in. */
export const dossierNames = [
  'controller',
  'contact',
  'target',
  'title',
  'dossier',
  'date',
  'read',
  'manifest',
  'number',
  'countries',
  'version',
  'part',
  'parts',
  'page',
  'pages',
];

export const dossierWordsSchema = z.strictObject({
  subject: word,
  kicker: word,
  manifest: word,
  foot: z.strictObject({ dossier: word, names: word, page: word }),
  letter: z.strictObject({
    to: word,
    from: word,
    handed: counted,
    earlier: counted,
    onPaper: counted,
    seen: word,
    count: word,
    initials: word,
    name: word,
    safety: word,
    answer: word,
    enclosed: word,
  }),
  totals: z.strictObject({
    title: word,
    what: word,
    signatures: word,
    delivered: word,
    earlier: word,
    onPaper: word,
    all: word,
    how: word,
  }),
  texts: z.strictObject({ ...table, language: word, version: word }),
  countries: z.strictObject({ ...table, country: word }),
  paper: z.strictObject({ title: word, note: word }),
  partners: z.strictObject({ title: word, note: word, platform: word, day: word }),
  method: z.strictObject({
    title: word,
    lanes: z.strictObject({
      title: word,
      intro: word,
      way: word,
      turnstile: word,
      turnstileNote: word,
      stamp: word,
      stampNote: word,
      unchecked: word,
      uncheckedNote: word,
      paper: word,
      paperNote: word,
      hand: word,
      released: word,
    }),
    doubles: z.strictObject({
      title: word,
      note: word,
      withoutEmail: word,
      voluntary: word,
      perhapsEarlier: word,
    }),
    account: z.strictObject({
      title: word,
      note: word,
      delivered: word,
      doubles: word,
      earlier: word,
      doublesOfEarlier: word,
      held: word,
      kept: word,
      invalidated: word,
      withdrawn: word,
      withdrawnAfterDelivery: word,
      destroyed: word,
      nonsense: word,
      unopened: word,
      unknownKey: word,
      forged: word,
      all: word,
      withdrawnNote: word,
      destroyedNote: word,
    }),
    public: z.strictObject({
      title: word,
      page: word,
      handed: word,
      difference: word,
      note: word,
    }),
    withheld: z.strictObject({
      title: word,
      intro: word,
      count: word,
      names: word,
      email: word,
      time: word,
      network: word,
      sealed: word,
    }),
    proof: z.strictObject({ title: word, note: word }),
  }),
  appendix: z.strictObject({ title: word, consent: word, unprintable: word }),
  names: z.strictObject({ title: word, note: word, other: word, unprintable: word }),
});

export type DossierPhrases = z.output<typeof dossierWordsSchema>;

/** The languages that have words for a dossier; none where the folder is missing. */
export function dossierLanguages(content: string): string[] {
  try {
    return readdirSync(join(content, dossierFolder))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .sort();
  } catch {
    return [];
  }
}

/**
 * Every word on the pages that is not petition or privacy page, parsed once. What each is for stands as
 * a comment above it in src/content/en/words.yaml, where a translator reads it.
 */
import { z } from 'zod';
import { problems } from '../signature/entries.ts';

const word = z.string().trim().min(1);

/** Faults that only the Worker can find in a plain form. */
export const formProblems = [
  'text.changed',
  'form.long',
  'form.repeated',
  'form.full',
  'form.unavailable',
  'form.large',
] as const;
export type FormProblem = (typeof problems)[number] | (typeof formProblems)[number];

/** The keys under which the page keeps what there is to say about an answer of /api/sign. */
export const answers = [
  'sending',
  'signed',
  'held',
  'failed',
  'old',
  'human',
  'full',
  'long',
] as const;

export type AnswerKey = (typeof answers)[number];

export const wordsSchema = z.strictObject({
  language: word,
  asOf: word,
  runBy: word,
  sign: word,
  warning: z.strictObject({ title: word, text: word, link: word }),
  form: z.strictObject({
    level: word,
    count: word,
    initials: word,
    name: word,
    leavesEu: word,
    nameLabel: word,
    nameHint: word,
    emailLabel: word,
    emailHint: word,
    countryLabel: word,
    consent: word,
    news: word,
    plain: word,
    privacy: word,
    anyway: word,
    mend: word,
  }),
  answer: z.record(z.enum(answers), word),
  code: z.strictObject({ title: word, ifSearched: word, points: z.array(word).min(1) }),
  errors: z.record(z.enum([...problems, ...formProblems]), word),
  withdraw: z.strictObject({
    title: word,
    intro: word,
    label: word,
    button: word,
    wrong: word,
    confirm: word,
    yes: word,
    done: word,
    unavailable: word,
    link: word,
  }),
  pages: z.strictObject({
    back: word,
    languages: word,
    privacy: word,
    safety: word,
    notFound: word,
  }),
});

export type Words = z.output<typeof wordsSchema>;

/** The head of petition.md; the full text is its body. */
export const petitionSchema = z.strictObject({
  title: word,
  // YAML reads an unquoted date as a Date at midnight UTC.
  updated: z.preprocess(
    (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value),
    z.iso.date(),
  ),
  lead: word.refine((lead) => lead.split(/\s+/).length <= 40, 'a lead has at most 40 words'),
  target: word,
  targetShort: word,
  demandsIntro: word,
  demands: z.array(word).min(1),
});

/** Fills {names in braces}; one at the head of a sentence gets a capital letter. Throws on an unknown name. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string, at: number) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Unknown name in braces: {${name}} in “${text}”`);
    const heads = /(^|[.!?>] ?)$/.test(text.slice(0, at));
    return heads ? value.charAt(0).toUpperCase() + value.slice(1) : value;
  });
}

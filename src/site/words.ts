/**
 * Every word on the pages that is not petition or privacy page, parsed once. What each is for stands as
 * a comment above it in src/content/en/words.yaml, where a translator reads it.
 */
import { z } from 'zod';
import { problems } from '../signature/entries.ts';
import { unmark } from './foreign.ts';

const word = z.string().trim().min(1);

/** Faults that only the Worker can find in a plain form. */
export const formProblems = [
  'text.changed',
  'form.long',
  'form.repeated',
  'form.full',
  'form.unavailable',
  'form.closed',
  'form.large',
] as const;
export type FormProblem = (typeof problems)[number] | (typeof formProblems)[number];

/** What the page itself must be able to say; each stands in it under its key. */
export const pageAnswers = ['sending', 'signed', 'failed'] as const;
/** What only a page can say that arrived whole. */
export const lateAnswers = ['handed'] as const;
export type PageAnswer = (typeof pageAnswers)[number] | (typeof lateAnswers)[number];

/** What the Worker says with its answer, so that no page carries it and half a page shows it too. */
const workerAnswers = ['held', 'old', 'human', 'full', 'long', 'closed'] as const;

/** Of the 200 bytes that an answer may have, for its words. */
const spokenBytes = 155;
const spoken = word.refine((text) => new TextEncoder().encode(unmark(text)).length <= spokenBytes, {
  error: `too long to travel with an answer: at most ${spokenBytes} bytes, half as many letters in other scripts than Latin`,
});

/** The words of the Worker, in a language. */
export const toldSchema = z.record(z.enum(workerAnswers), spoken);

/** Unicode's plural forms; which of them a language has, Intl.PluralRules knows. */
export const pluralForms = ['zero', 'one', 'two', 'few', 'many', 'other'] as const;

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
    hangs: word,
    privacy: word,
    mend: word,
  }),
  closed: z.strictObject({ title: word, text: word }),
  progress: z.strictObject({
    signed: z.partialRecord(z.enum(pluralForms), word),
    goal: word,
  }),
  answer: z.strictObject({ sending: word, signed: word, failed: word, handed: word }),
  told: toldSchema,
  code: z.strictObject({ title: word, ifSearched: word, points: z.array(word).min(1) }),
  carry: z.strictObject({
    offer: word,
    title: word,
    intro: word,
    warning: word,
    label: word,
    button: word,
    script: word,
    signed: word,
    held: word,
    double: word,
    damaged: word,
    foreign: word,
    late: word,
    old: word,
  }),
  leave: z.strictObject({ button: word, note: word }),
  keep: z.strictObject({
    title: word,
    intro: word,
    warning: word,
    button: word,
    wait: word,
    kept: word,
    failed: word,
    forget: word,
    forgotten: word,
  }),
  mirror: z.strictObject({ link: word, note: word, expired: word }),
  share: z.strictObject({
    ask: word,
    yes: word,
    no: word,
    title: word,
    warning: word,
    text: word,
    system: word,
    email: word,
    copyLabel: word,
    copy: word,
    copied: word,
    linkLabel: word,
  }),
  paper: z.strictObject({
    title: word,
    warning: word,
    how: word,
    print: word,
    agree: word,
    levels: word,
    countShort: word,
    initialsShort: word,
    nameShort: word,
    name: word,
    country: word,
    signature: word,
    withdraw: word,
  }),
  updates: z.strictObject({ title: word, feed: word }),
  letter: z.strictObject({ subject: word, why: word, stop: word }),
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
    tested: word,
    notFound: word,
  }),
});

export type Words = z.output<typeof wordsSchema>;

/** words.yaml as it is written: a half-translated language lacks some of it. */
export const writtenWordsSchema = z.record(z.string(), z.unknown());

// YAML reads an unquoted date as a Date at midnight UTC.
const date = z.preprocess(
  (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value),
  z.iso.date(),
);

/** The head of petition.md; the full text is its body. */
export const petitionSchema = z.strictObject({
  title: word,
  updated: date,
  lead: word.refine((lead) => lead.split(/\s+/).length <= 40, 'a lead has at most 40 words'),
  target: word,
  targetShort: word,
  demandsIntro: word,
  demands: z.array(word).min(1),
});

/** The head of privacy.md and safety.md. */
export const textSchema = z.strictObject({ title: word });

/** The head of a file in updates/; its body is the news. */
export const updateSchema = z.strictObject({ title: word, date });

/** Fills {names in braces}; one at the head of a sentence gets a capital letter. Throws on an unknown name. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string, at: number) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Unknown name in braces: {${name}} in “${text}”`);
    const heads = /(^|[.!?>] ?)$/.test(text.slice(0, at));
    return heads ? value.charAt(0).toUpperCase() + value.slice(1) : value;
  });
}

/**
 * Which signatures a decision is about. All that is named must hold. What is kept of it in the journal
 * names nobody: a fact that was sealed is written out only where twenty signatures or more share it.
 */
import { z } from 'zod';
import { lanes } from '../../signature/lane.ts';
import { type Candidate, sharedByMany } from './candidate.ts';

const id = z.string().regex(/^(?:[\w-]{43}|[0-9a-f]{64})$/, 'is no id hash (43 characters)');

export const conditionSchema = z.strictObject({
  lane: z.enum(lanes).optional(),
  /** One UTC day, or the first and the last of several. */
  day: z
    .string()
    .refine((days) => z.array(z.iso.date()).min(1).max(2).safeParse(days.split('..')).success, {
      error: 'is 2026-11-20 or 2026-11-20..2026-11-22',
    })
    .optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z\d]+)*$/, 'is a code, as be')
    .optional(),
  /** Two letters, `none` or `unmatched`. */
  country: z
    .string()
    .regex(/^(?:[A-Z]{2}|none|unmatched)$/, 'is two capital letters, none or unmatched')
    .optional(),
  provider: z.string().toLowerCase().optional(),
  shape: z.string().optional(),
  text: z.string().optional(),
  /** `counted` has repeats too. */
  state: z.enum(['held', 'counted']).optional(),
  /** base64url as elsewhere, or hexadecimal digits. */
  id: id
    .transform((text) =>
      text.length === 64 ? text : Buffer.from(text, 'base64url').toString('hex'),
    )
    .optional(),
});
export type Condition = z.output<typeof conditionSchema>;

/** Facts that are sealed in the database, and how the journal says them where few share them. */
const sealed = { country: 'a country', provider: 'a provider', shape: 'a shape' } as const;

/** Whether a signature fulfils all of it. */
export function fulfils(candidate: Candidate, condition: Condition): boolean {
  const { lane, day, language, country, provider, shape, text, state, id } = condition;
  const [first = '', last = first] = day?.split('..') ?? [];
  return (
    (lane === undefined || candidate.lane === lane) &&
    (day === undefined || (candidate.day >= first && candidate.day <= last)) &&
    (language === undefined || candidate.language === language) &&
    (country === undefined || candidate.country === country) &&
    (provider === undefined || candidate.provider === provider) &&
    (shape === undefined || candidate.shape === shape) &&
    (text === undefined || candidate.textVersion === text) &&
    (state === undefined || (candidate.state === 'held') === (state === 'held')) &&
    (id === undefined || candidate.idHash === id)
  );
}

/** The condition as the journal has it (JSON), for a number of signatures that fulfil it. */
export function forJournal(condition: Condition, number: number): string {
  const said = Object.entries(condition).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (name === 'id') return [[name, 'one id']];
    const hidden = new Map<string, string>(Object.entries(sealed)).get(name);
    return [[name, hidden === undefined || number >= sharedByMany ? value : hidden]];
  });
  return JSON.stringify(Object.fromEntries(said));
}

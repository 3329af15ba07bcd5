/**
 * Numbers that are no rows: signatures on paper whose names nobody typed, and what other platforms told. The
 * first are added to the total with a mark, the second never; neither says anything about one person.
 */
import { z } from 'zod';
import { type Level, levels } from '../../signature/content.ts';
import type { Account } from '../account.ts';
import { canonicalName } from '../canonical.ts';

export const talliedSchema = z.object({
  number: z.int(),
  kind: z.enum(['paper', 'partner']),
  /** UTC day on which it was signed, or told. */
  day: z.string(),
  /** Name of the platform. */
  source: z.string(),
  address: z.string(),
  signatures: z.int(),
  /** JSON; empty for a platform. */
  numbers: z.string(),
  /** UTC day on which it was taken back. */
  undone: z.string().nullable(),
});
export type Tallied = z.output<typeof talliedSchema>;

/** Signatures by country and level; a country is two letters (ISO 3166-1), or `none`. */
export const numbersSchema = z.array(
  z.strictObject({
    country: z.string(),
    level: z.enum(levels),
    signatures: z.int().positive(),
  }),
);
export type Numbers = z.output<typeof numbersSchema>;

/** Adds up what was counted on paper, and keeps of each platform what it told last. */
export function sumUp(entries: readonly Tallied[]): Pick<Account, 'onPaper' | 'partners'> {
  const standing = entries.filter(({ undone }) => undone === null);
  const byLevel: Record<Level, number> = { count: 0, initials: 0, name: 0 };
  const byCountry = new Map<string, number>();
  const partners = new Map<string, Account['partners'][number]>();
  let signatures = 0;
  for (const entry of standing.toSorted((one, other) => one.number - other.number)) {
    if (entry.kind === 'partner') {
      const { source: name, signatures: number, day, address } = entry;
      partners.set(canonicalName(name), { name, number, day, address });
      continue;
    }
    for (const line of numbersSchema.parse(JSON.parse(entry.numbers))) {
      signatures += line.signatures;
      byLevel[line.level] += line.signatures;
      byCountry.set(line.country, (byCountry.get(line.country) ?? 0) + line.signatures);
    }
  }
  const countries = Array.from(byCountry).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    onPaper: { signatures, byLevel, byCountry: Object.fromEntries(countries) },
    partners: Array.from(partners)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, partner]) => partner),
  };
}

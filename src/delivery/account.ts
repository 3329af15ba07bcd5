/**
 * The account of a delivery: what became of every signature there was. All but `rows`, `signatures`
 * and the numbers said to be parts, or not to be rows, add up to `signatures`.
 */
import { z } from 'zod';
import { levels } from '../signature/content.ts';
import { lanes } from '../signature/lane.ts';

const number = z.int().nonnegative();

export const accountSchema = z.strictObject({
  /** UTC day on which the database was read. */
  read: z.iso.date(),
  /** The exact running total of the page on that day; the page shows it rounded down. */
  publicCount: number,
  rows: number,
  /** Id hashes; codes that were withdrawn and never signed are none. */
  signatures: number,
  /** People in this batch. */
  delivered: number,
  /** Part of delivered: without an e-mail, so not checked for doubles. */
  withoutEmail: number,
  /** Part of delivered: signatures by lane. */
  byLane: z.record(z.enum(lanes), number),
  /**
   * Part of delivered: with the e-mail's tag of somebody who was handed over before and whose sealed part is
   * destroyed, so perhaps the same person.
   */
  perhapsEarlier: number,
  /** Part of delivered: held at first, and released after a check by hand. */
  released: number,
  /** Further signatures of people in this batch. */
  doubles: number,
  /**
   * People in earlier batches, who have not withdrawn. Once sealed parts of them are destroyed nobody can tell
   * whether who withdrew was there twice: then the least that it can be.
   */
  earlier: number,
  /** Further signatures of these people. */
  doublesOfEarlier: number,
  /** Part of earlier and doublesOfEarlier: signatures whose sealed parts are destroyed. */
  destroyedEarlier: number,
  /** Signatures that nobody was handed, and whose sealed parts are destroyed. */
  destroyed: number,
  /** Held, and nobody has checked them yet. */
  held: number,
  /** Part of held: not checked although there was time to. */
  unreviewed: number,
  /** Checked, and held back. */
  kept: number,
  invalidated: number,
  withdrawn: number,
  /** Withdrawn after an earlier batch had handed them over. */
  withdrawnAfterDelivery: number,
  nonsense: number,
  unopened: number,
  unknownKey: number,
  forged: number,
  /** Signed on paper and counted by hand, up to the day of reading. They are no rows and no part of what is above. */
  onPaper: z.strictObject({
    signatures: number,
    byLevel: z.record(z.enum(levels), number),
    /** Two letters (ISO 3166-1), or `none`. */
    byCountry: z.record(z.string(), number),
  }),
  /** What other platforms told of their own signatures, and on which UTC day; never added to ours. */
  partners: z.array(
    z.strictObject({ name: z.string(), number, day: z.iso.date(), address: z.string() }),
  ),
});

export type Account = z.output<typeof accountSchema>;

/**
 * The account of a delivery: what became of every signature there was. All but `rows`, `signatures`
 * and the numbers said to be parts add up to `signatures`.
 */
import { z } from 'zod';
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
});

export type Account = z.output<typeof accountSchema>;

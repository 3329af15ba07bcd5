/** When a campaign takes signatures, and when nothing more can come. Withdrawing has no end. */
import { lastDayOf } from './stamp.ts';

/**
 * Whether a signature is taken today: up to `closes`, the last day of all; after it only what was
 * stamped by then, for as long as its stamp is valid, which is ten days (stamp.ts). Days are UTC, as
 * 2027-03-31; without a day, no stamp is valid.
 */
export function isTaken(closes: string, today: string, stampDay?: string): boolean {
  return today <= closes || (stampDay !== undefined && stampDay <= closes);
}

/** Whether even what was stamped on the last day comes too late: nothing new can be stored any more. */
export function isOver(closes: string, today: string): boolean {
  return today > lastDayOf(closes);
}

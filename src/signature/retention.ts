/**
 * How long the sealed part of a signature is kept. What the privacy page promises is computed here alone, by
 * the Worker that destroys and by the delivery that warns.
 */

/** Days for which a batch can still be opened after it was handed over. */
const daysKept = 30;

const day = 24 * 60 * 60 * 1000;

/** The UTC day from which on the sealed parts of a batch are destroyed that was confirmed on a UTC day. */
export function destroyedFrom(confirmed: string): string {
  return dayAfter(confirmed, daysKept);
}

/** The same, for a campaign that deletes everything by a day. */
export function dueOn(confirmed: string, deletedBy: string): string {
  const day = destroyedFrom(confirmed);
  return day < deletedBy ? day : deletedBy;
}

/** The last UTC day of confirming whose batches are due on a UTC day. */
export function dueUpTo(today: string): string {
  return dayAfter(today, -daysKept);
}

function dayAfter(from: string, days: number): string {
  return new Date(Date.parse(from) + days * day).toISOString().slice(0, 10);
}

/**
 * How many arrive within ten minutes, by lane: what shows a burst to whoever checks by hand. It is a
 * clock, so it keeps numbers alone, and small ones not: "one in these ten minutes" beside a provider's
 * log of who opened the site would tell who signed.
 */

/** A smaller number is deleted as soon as its ten minutes are over; and so is each after these days. */
export const smallestKept = 20;
export const daysKept = 90;

const minute = 60_000;
const day = 24 * 60 * minute;
/** The cron runs every five minutes: what is fresh now arrived since the run before. */
const sinceLastRun = 5 * minute;

/**
 * The ten minutes (UTC) in which rows arrived that the cron finds fresh, or those a number of days
 * earlier: their beginning, as 2026-11-23T12:30Z.
 */
export function periodOf(now: Date, daysAgo = 0): string {
  const arrived = now.getTime() - sinceLastRun - daysAgo * day;
  const began = Math.floor(arrived / (10 * minute)) * 10 * minute;
  return `${new Date(began).toISOString().slice(0, 16)}Z`;
}

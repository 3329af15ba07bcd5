/**
 * The stamp: proof of work without a challenge, the second human check where Turnstile is blocked.
 * It slows a script and proves no human, so its lane is always counted apart.
 * PBKDF2 at 2,000 iterations, since at few iterations WebCrypto's call overhead, which only the
 * browser pays, would favour the attacker.
 */
import { importKey, toBinary, toBytes } from './bytes.ts';
import { format } from './binding.ts';

const iterations = 2000;
const nineZeroBits = /^\0[\0-\x7f]/;
const dayLength = 86_400_000;

/** How old and how early a stamp's day may be, in days: signatures travel, and clocks are wrong. */
const oldest = 10;
const earliest = -1;

/** The UTC day of a time, as 2026-11-23. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The last day on which a stamp counts; takes the stamp or its day. */
export function lastDayOf(stamp: string): string {
  return dayOf(new Date(Date.parse(stamp.slice(0, 10)) + oldest * dayLength));
}

/** Tries counters until one fits, about 512 of them; the work runs outside the page's thread. */
export async function findStamp(campaign: string, idHash: string, day: string): Promise<string> {
  let counter = 0;
  while (!(await fits(campaign, idHash, day, counter))) counter++;
  return `${day}.${counter}`;
}

/** Checks a stamp (day and counter) against the clock: 'day' when only its day is out of range. */
export async function checkStamp(
  campaign: string,
  idHash: string,
  stamp: string,
  now: Date,
): Promise<'valid' | 'wrong' | 'day'> {
  const [, day, counter] = /^(\d{4}-\d\d-\d\d)\.(\d{1,9})$/.exec(stamp) ?? [];
  if (day === undefined || counter === undefined) return 'wrong';
  const age = (Date.parse(dayOf(now)) - Date.parse(day)) / dayLength;
  if (!(age >= earliest && age <= oldest)) return 'day';
  return (await fits(campaign, idHash, day, Number(counter))) ? 'valid' : 'wrong';
}

async function fits(
  campaign: string,
  idHash: string,
  day: string,
  counter: number,
): Promise<boolean> {
  const secret = await importKey(`${idHash}|${counter}`, 'PBKDF2', 'deriveBits');
  const salt = toBytes(`${format}|${campaign}|${day}`);
  const kdf = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return nineZeroBits.test(toBinary(await crypto.subtle.deriveBits(kdf, secret, 16)));
}

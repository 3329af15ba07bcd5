/**
 * Which edition of the mirror this is. Everything comes from the commit that is built, nothing from the clock,
 * so that whoever has the commit can build the same bytes. The serial is the commit's time in seconds: it
 * grows by itself, and nobody has to remember the last one.
 */
import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import { MirrorError } from './error.ts';

export type Edition = {
  /** Of two editions the one with the larger number is newer. */
  serial: number;
  /** First and last ISO day on which it is good. */
  made: string;
  expires: string;
};

/** What somebody asked for, as typed. */
export type Wish = { serial?: string | undefined; date?: string | undefined };

/** A copy is good for this many days, if the campaign does not close before. */
const goodFor = 90;

/**
 * The edition of a commit made at a time in seconds, or of the day that was asked for. Throws a MirrorError
 * when neither is known or the campaign is over by then.
 */
export function editionOf(wish: Wish, committed: number | undefined, closes: string): Edition {
  const day = z.iso.date().optional().safeParse(wish.date);
  if (!day.success)
    throw new MirrorError(`${wish.date ?? ''} is no day.`, 'Write --date 2026-11-23.');
  const seconds = day.data === undefined ? committed : Date.parse(day.data) / 1000;
  if (seconds === undefined)
    throw new MirrorError(
      'There is no git commit here to take the day and the serial number from.',
      'Run this in a clone of the campaign, or name the day yourself: --date 2026-11-23',
    );
  const serial = wish.serial === undefined ? seconds : Number(wish.serial);
  if (!Number.isSafeInteger(serial) || serial < 1)
    throw new MirrorError(
      `${wish.serial ?? serial} is no serial number.`,
      'Write a whole number, larger than that of the last edition.',
    );
  const made = isoDay(seconds);
  if (made > closes)
    throw new MirrorError(
      `The campaign closes on ${closes}, and this edition would be of ${made}.`,
      'Set another day at `closes` in campaign.yaml, if it goes on.',
    );
  const last = isoDay(seconds + goodFor * 86_400);
  return { serial, made, expires: last < closes ? last : closes };
}

/** The time of the last commit in seconds, and whether all changes are in it; undefined without git. */
export function readCommit(): { seconds: number; clean: boolean } | undefined {
  try {
    const seconds = Number(git('log', '-1', '--format=%ct'));
    return { seconds, clean: git('status', '--porcelain') === '' };
  } catch {
    return undefined;
  }
}

function git(...options: string[]): string {
  return execFileSync('git', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function isoDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

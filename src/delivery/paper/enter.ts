/**
 * Writes down numbers that are no rows, and takes them back: signatures on paper whose names nobody typed, and
 * what other platforms told.
 */
import { z } from 'zod';
import { DeliveryError } from '../errors.ts';
import { readTallied, undoTallied, writeTallied } from './sql.ts';
import type { Writable } from './store.ts';
import { type Tallied, talliedSchema } from './tallied.ts';

/** What is written down. */
export type Entry = Omit<Tallied, 'number' | 'undone'>;

/** The journal of numbers, the newest last. */
export async function listTallied(database: Writable): Promise<Tallied[]> {
  return z.array(talliedSchema).parse(await database.query(readTallied));
}

/** Throws a DeliveryError where the same stands in the journal already. */
export async function refuseSame(database: Writable, entry: Entry): Promise<void> {
  const same = (await listTallied(database)).find(
    (one) => one.undone === null && isSame(one, entry),
  );
  if (!same) return;
  throw new DeliveryError(
    'arguments',
    `The same numbers of the same day are in already, as entry ${same.number}. Nothing was changed.`,
    entry.kind === 'paper'
      ? 'If these are other sheets, put the numbers of both into one file, take that entry back (npm run paper -- --undo), and bring the file in.'
      : 'To see all entries: npm run paper -- --list',
  );
}

/** Writes an entry down; returns its number. */
export async function enter(database: Writable, entry: Entry): Promise<number> {
  await refuseSame(database, entry);
  const before = await listTallied(database);
  const number = Math.max(0, ...before.map((one) => one.number)) + 1;
  await database.write([writeTallied({ ...entry, number, undone: null })]);
  const written = (await listTallied(database)).find((one) => one.number === number);
  if (written && isSame(written, entry)) return number;
  throw new DeliveryError(
    'database',
    'Somebody else wrote a number down at the same moment. Nothing was changed.',
    'Run this command again.',
  );
}

/** Finds an entry that may be taken back. Throws a DeliveryError where there is none. */
export async function findStanding(database: Writable, number: number): Promise<Tallied> {
  const found = (await listTallied(database)).find((one) => one.number === number);
  if (found?.undone === null) return found;
  throw new DeliveryError(
    'arguments',
    found
      ? `Entry ${number} was taken back on ${found.undone} already. Nothing was changed.`
      : `There is no entry ${number}. Nothing was changed.`,
    'To see all entries: npm run paper -- --list',
  );
}

/** Takes an entry back. */
export async function takeBack(database: Writable, number: number, today: string): Promise<void> {
  await database.write([undoTallied(number, today)]);
}

function isSame(one: Entry, other: Entry): boolean {
  const facts = ['kind', 'day', 'source', 'address', 'signatures', 'numbers'] as const;
  return facts.every((fact) => one[fact] === other[fact]);
}

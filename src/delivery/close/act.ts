/**
 * Closes a campaign in D1 and in the Worker: tags, pepper, totals; then, where it is told to, every row. Each
 * step can be repeated; whoever stops it half way runs the same command again.
 */
import type { z } from 'zod';
import { listBatches } from '../batch/confirm.ts';
import { accountSchema } from '../account.ts';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import type { Tell } from '../progress.ts';
import type { Pepper } from './pepper.ts';
import {
  beside,
  besideSchema,
  changedSchema,
  closingSchema,
  countsSchema,
  deleteSheets,
  deleteSome,
  emptyTags,
  readClosing,
  readCounts,
  readStates,
  statesSchema,
  writeClosing,
} from './sql.ts';

type Writable = Pick<Database, 'query' | 'write'>;

export type Counts = z.output<typeof countsSchema>[0];

/** What is left of a campaign for good: numbers alone. */
export type Totals = {
  campaign: string;
  /** UTC day of closing. */
  closed: string;
  /** The public number, exact. */
  total: number;
  rowsByState: Record<string, number>;
  /** Signatures on paper that were counted by hand, and are no rows. */
  onPaper: number;
  batches: { number: number; confirmed: string; people: number; rows: number }[];
};

/** What there is to do. */
export async function readCountsOf(database: Pick<Database, 'query'>): Promise<Counts> {
  const [counts] = countsSchema.parse(await database.query(readCounts));
  return counts;
}

/** The day of closing and the totals of then; undefined before. */
export async function findClosing(
  database: Pick<Database, 'query'>,
): Promise<{ day: string; totals: string } | undefined> {
  return closingSchema.parse(await database.query(readClosing))[0];
}

/** Empties tags, deletes the pepper where there is a Worker, and writes the totals down. */
export async function closeCampaign(
  database: Writable,
  pepper: Pepper | undefined,
  { campaign, day }: { campaign: string; day: string },
  tell: Tell,
): Promise<void> {
  const { tags } = await readCountsOf(database);
  await inSteps(database, emptyTags, tags, tell);
  if ((await readCountsOf(database)).tags > 0) throw tagsLeft();
  if (pepper && (await pepper.isSet())) {
    await pepper.delete();
    if (await pepper.isSet()) throw stillThere();
  }
  const totals = await readTotals(database, campaign, day);
  await database.write([writeClosing(day, JSON.stringify(totals))]);
}

/** Deletes every row; the journal and the totals stay. */
export async function deleteRows(database: Writable, day: string, tell: Tell): Promise<number> {
  await database.write([deleteSheets]);
  const { rows } = await readCountsOf(database);
  return inSteps(database, deleteSome(day), rows, tell);
}

/** Runs a step until it changes nothing more; returns how many rows were changed, about `all`. */
async function inSteps(
  { write }: Writable,
  step: readonly string[],
  all: number,
  tell: Tell,
): Promise<number> {
  let done = 0;
  for (let changed = 1; changed > 0; done += changed) {
    const answers = (await write(step)).filter((rows) => rows.length > 0);
    [{ number: changed }] = changedSchema.parse(answers[0]);
    if (changed > 0) tell(done + changed, Math.max(all, done + changed));
  }
  return done;
}

async function readTotals(
  database: Pick<Database, 'query'>,
  campaign: string,
  closed: string,
): Promise<Totals> {
  const { total } = await readCountsOf(database);
  const states = statesSchema.parse(await database.query(readStates));
  const batches = await listBatches(database);
  const [{ onPaper }] = besideSchema.parse(await database.query(beside));
  return {
    ...{ campaign, closed, total, onPaper },
    rowsByState: Object.fromEntries(states.map(({ state, rows }) => [state, rows])),
    batches: batches.flatMap(({ number, confirmed, account, signatures: rows }) => {
      if (confirmed === null) return [];
      const { delivered: people } = accountSchema.parse(JSON.parse(account));
      return [{ number, confirmed, people, rows }];
    }),
  };
}

function tagsLeft(): DeliveryError {
  return new DeliveryError(
    'database',
    'Tags are left that could not be emptied.',
    'Run this command again: it goes on where it stopped.',
  );
}

function stillThere(): DeliveryError {
  return new DeliveryError(
    'database',
    'Cloudflare still names the secret PEPPER after it was deleted.',
    'Wait a minute, then run this command again: it goes on where it stopped.',
  );
}

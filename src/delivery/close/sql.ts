/**
 * What closing a campaign reads and writes in D1: all the SQL of it. Each step is bounded, and every
 * statement may run twice.
 */
import { z } from 'zod';
import { states } from '../../signature/lane.ts';

/** Rows that one statement changes. */
const rowsAStep = 2500;

export const countsSchema = z.tuple([
  z.object({
    rows: z.int(),
    tags: z.int(),
    /** Sealed parts that nobody was handed. */
    sealed: z.int(),
    /** Sealed parts of batches, until they are destroyed. */
    handed: z.int(),
    total: z.int(),
  }),
]);
/** What the running total lacks, and what is still in it: the cron adds and takes off later. */
const unsettled = `COUNT(*) FILTER (WHERE fresh = 1 AND state = 'counted')
  - COUNT(*) FILTER (WHERE fresh = -1)`;

/** What there is to do; the total is what the running one comes to. */
export const readCounts = `SELECT COUNT(*) AS rows, COUNT(tag) AS tags,
  COUNT(*) FILTER (WHERE sealed IS NOT NULL AND batch IS NULL) AS sealed,
  COUNT(*) FILTER (WHERE sealed IS NOT NULL AND batch IS NOT NULL) AS handed,
  (SELECT total FROM tally) + ${unsettled} AS total FROM signature`;

export const statesSchema = z.array(z.object({ state: z.enum(states), rows: z.int() }));
/** Rows by state; the trace of a code that never signed is none. */
export const readStates = `SELECT state, COUNT(*) AS rows FROM signature WHERE digest <> x''
  GROUP BY state ORDER BY state`;

export const besideSchema = z.tuple([z.object({ onPaper: z.int() })]);
/** What was signed on paper and counted by hand. */
export const beside = `SELECT COALESCE(SUM(signatures), 0) AS onPaper FROM tallied
  WHERE kind = 'paper' AND undone IS NULL`;

/** By its fingerprint the guess of a whole sheet could be tested. */
export const deleteSheets = 'DELETE FROM sheet';

export const closingSchema = z.array(z.object({ day: z.string(), totals: z.string() })).max(1);
export const readClosing = 'SELECT day, totals FROM closing';

export const changedSchema = z.tuple([z.object({ number: z.int() })]);
/** How many rows the statement before it changed (sqlite.org/lang_corefunc.html#changes). */
const readChanged = 'SELECT changes() AS number';

/** Empties the tags of some rows, of which there is an index; an answer says of how many. */
export const emptyTags = [
  `UPDATE signature SET tag = NULL WHERE (id_hash, digest) IN
    (SELECT id_hash, digest FROM signature WHERE tag IS NOT NULL LIMIT ${rowsAStep})`,
  readChanged,
];

/** The first totals stay: later there are fewer rows to count. */
export function writeClosing(day: string, totals: string): string {
  return `INSERT INTO closing VALUES (1, '${day}', '${totals.replaceAll("'", "''")}') ON CONFLICT DO NOTHING`;
}

/** Deletes some rows whole, and writes into the journal how many; an answer says it too. */
export function deleteSome(day: string): string[] {
  const next = `SELECT * FROM signature ORDER BY id_hash, digest LIMIT ${rowsAStep}`;
  return [
    `UPDATE tally SET total = total + (SELECT ${unsettled} FROM (${next}))`,
    `DELETE FROM signature WHERE (id_hash, digest) IN (SELECT id_hash, digest FROM (${next}))`,
    readChanged,
    `INSERT INTO destruction SELECT '${day}', 'end', '', changes() WHERE changes() > 0
      ON CONFLICT DO UPDATE SET number = number + excluded.number`,
  ];
}

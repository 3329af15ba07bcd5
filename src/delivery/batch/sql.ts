/**
 * What a batch reads and writes in D1: all the SQL of it. Rows carry a batch's number from the moment they
 * are marked; they count as handed over once the batch is confirmed, which is one statement that looks at
 * all of them again. Every statement may run twice.
 */
import { z } from 'zod';

export const batchSchema = z.object({
  number: z.int(),
  made: z.string(),
  key_id: z.string(),
  manifest: z.string(),
  signatures: z.int(),
  /** JSON. */
  account: z.string(),
  confirmed: z.string().nullable(),
  destroyed: z.string().nullable(),
});
export type BatchRow = z.output<typeof batchSchema>;

/** Which batch: another campaigner's of the same number has another manifest. */
export type Which = Pick<BatchRow, 'number' | 'manifest'>;

/** A row by its id hash and the first four bytes of its digest, in hexadecimal digits. */
export type Mark = readonly [id: string, digest: string];

/** Marks of one call, which may have 95,000 characters. */
export const marksPerCall = 1000;

const alive = "state IN ('counted', 'repeat', 'held')";

/** All batches, the newest last. */
export const readBatches = 'SELECT * FROM batch ORDER BY number';

/** Begins a batch; changes nothing unless its number is the next one and no other is being confirmed. */
export function begin(batch: BatchRow): string {
  const { number, made, key_id, manifest, signatures, account } = batch;
  const values = [quote(made), quote(key_id), quote(manifest), signatures, quote(account)].join();
  return `INSERT INTO batch SELECT ${number}, ${values}, NULL, NULL
    WHERE ${number} = (SELECT COALESCE(MAX(number), 0) + 1 FROM batch)
      AND NOT EXISTS (SELECT 1 FROM batch WHERE confirmed IS NULL)`;
}

/** Marks rows that still count or wait, and that no batch has. */
export function mark(which: Which, marks: readonly Mark[]): string {
  return `UPDATE signature SET batch = ${which.number}
    WHERE ${areMarked(marks)} AND ${alive} AND batch IS NULL AND ${isOpen(which)}`;
}

/** Finds each row by the table's own key: left to itself, SQLite reads the whole table for many marks. */
export function areMarked(marks: readonly Mark[]): string {
  const list = marks.map(([id, digest]) => `(x'${id}', x'${digest}')`).join();
  return `(id_hash, digest) IN (SELECT one.id_hash, one.digest
      FROM (VALUES ${list}) AS mark CROSS JOIN signature AS one
      ON one.id_hash = mark.column1 AND substr(one.digest, 1, 4) = mark.column2)`;
}

/** Confirms, when all rows that were to be marked are, and none of them was withdrawn or invalidated since. */
export function confirm(which: Which, day: string): string {
  return `UPDATE batch SET confirmed = ${quote(day)}
    WHERE ${is(which)} AND confirmed IS NULL AND signatures =
      (SELECT COUNT(*) FROM signature WHERE batch = ${which.number} AND ${alive})`;
}

/** Takes the number off the next thousands of rows, unless the batch was confirmed. */
export function unmarkSome(which: Which): string {
  return `UPDATE signature SET batch = NULL WHERE ${isOpen(which)} AND id_hash IN
    (SELECT id_hash FROM signature WHERE batch = ${which.number} LIMIT 5000)
    AND batch = ${which.number}`;
}

/** How many rows carry the number, and how many of them still count or wait. */
export function countMarked({ number }: Which): string {
  return `SELECT COUNT(*) AS rows, COUNT(*) FILTER (WHERE ${alive}) AS alive
    FROM signature WHERE batch = ${number}`;
}

/** Deletes a batch that was not confirmed and that no row names. */
export function drop(which: Which): string {
  return `DELETE FROM batch WHERE ${is(which)} AND confirmed IS NULL
    AND NOT EXISTS (SELECT 1 FROM signature WHERE batch = ${which.number})`;
}

function is({ number, manifest }: Which): string {
  return `number = ${number} AND manifest = ${quote(manifest)}`;
}

function isOpen(which: Which): string {
  return `EXISTS (SELECT 1 FROM batch WHERE ${is(which)} AND confirmed IS NULL)`;
}

/** A text as SQL writes it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Applies what happened since to a database, or to a copy of one: who withdrew, what was invalidated, destroyed,
 * revoked and handed over. It gives nothing back that was taken away.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { asDatabase, columnsOf } from '../backup/backup-file.ts';
import { readRows } from '../backup/tables.ts';
import type { BatchRow, Mark } from '../batch/sql.ts';
import type { Database } from '../database.ts';
import { withdraw } from '../person/sql.ts';
import { revoke } from '../revoke/sql.ts';
import {
  addBatch,
  countStanding,
  destroy,
  destroySealedTo,
  handOver,
  invalidate,
  leaveTombstones,
  perCall,
  type Withdrawn,
} from './sql.ts';
import type { Since } from './since.ts';

type Writable = Pick<Database, 'query' | 'write'>;

/** A batch that was handed over, and the rows that it marks, some at a time. */
export type HandedOver = { batch: BatchRow; marks: AsyncIterable<Mark[]> };

const withdrawnSchema = z.object({ id: z.string(), day: z.string() });
const markSchema = z.object({ id: z.string(), digest: z.string() });
const standingSchema = z.tuple([z.object({ standing: z.int() })]);

/** What stays for good whatever came after it: withdrawals, what was destroyed, batches, stolen keys. */
export async function applyFinal(target: Writable, { file, batches, isBackup }: Since) {
  for (const some of piecesOf(readWithdrawn(file)))
    await target.write([withdraw(some.map(({ id }) => id)), leaveTombstones(some)]);
  for (const marks of piecesOf(readMarks(file, "sealed IS NULL AND state <> 'withdrawn'")))
    await target.write([destroy(marks)]);
  for (const batch of batches.filter(({ confirmed }) => confirmed !== null)) {
    await target.write([addBatch(batch)]);
    for (const marks of piecesOf(readMarks(file, `batch = ${batch.number}`)))
      await target.write([handOver(batch.number, marks)]);
  }
  if (!isBackup) return;
  await append(target, file, 'revoked', 'NOTHING');
  await append(target, file, 'request', 'NOTHING');
  await append(target, file, 'destruction', 'UPDATE SET number = MAX(number, excluded.number)');
}

/** Brings the end of the campaign, which empties all tags; returns whether it has come. */
export async function bringClosing(
  target: Writable,
  { file }: Pick<Since, 'file'>,
): Promise<boolean> {
  return (await append(target, file, 'closing', 'NOTHING')) > 0;
}

/** A key, and the UTC day on which it is written down as revoked. */
export type Revoked = { id: string; day: string };

/** Nothing that is sealed to a stolen key comes back. */
export async function applyRevoked(target: Writable, { id, day }: Revoked): Promise<void> {
  await target.write([revoke(id, day), destroySealedTo(id)]);
}

/** Adds the rows of a small table; returns how many there are. */
async function append(
  target: Writable,
  file: DatabaseSync,
  table: string,
  onConflict: string,
): Promise<number> {
  const columns = columnsOf(file, table);
  const rows = await readRows(asDatabase(file).query, table, columns);
  for (const row of rows)
    await target.write([
      `INSERT INTO ${table} (${columns.join()}) VALUES (${row}) ON CONFLICT DO ${onConflict}`,
    ]);
  return rows.length;
}

/** What was invalidated; only the newest source tells, since a decision can be taken back. */
export async function applyInvalidated(target: Writable, { file }: Since): Promise<void> {
  for (const marks of piecesOf(readMarks(file, "state = 'invalidated'")))
    await target.write([invalidate(marks)]);
}

/** Marks what a batch handed over of which only its folder tells. */
export async function applyHandedOver(target: Writable, { batch, marks }: HandedOver) {
  await target.write([addBatch(batch)]);
  for await (const some of marks) await target.write([handOver(batch.number, some)]);
}

/** How many who are known to have withdrawn are not withdrawn in the database. */
export async function countReturned(target: Writable, { file }: Since): Promise<number> {
  let returned = 0;
  for (const some of piecesOf(readWithdrawn(file)))
    returned += standingSchema.parse(await target.query(countStanding(some)))[0].standing;
  return returned;
}

function* readWithdrawn(file: DatabaseSync): Generator<Withdrawn> {
  const sql = `SELECT hex(id_hash) AS id, MIN(day) AS day FROM signature
    WHERE state = 'withdrawn' GROUP BY id_hash`;
  for (const row of file.prepare(sql).iterate()) yield withdrawnSchema.parse(row);
}

function* readMarks(file: DatabaseSync, condition: string): Generator<Mark> {
  const sql = `SELECT hex(id_hash) AS id, hex(substr(digest, 1, 4)) AS digest FROM signature
    WHERE ${condition}`;
  for (const row of file.prepare(sql).iterate()) {
    const { id, digest } = markSchema.parse(row);
    yield [id, digest];
  }
}

function* piecesOf<Item>(items: Iterable<Item>): Generator<Item[]> {
  let piece: Item[] = [];
  for (const item of items) {
    piece.push(item);
    if (piece.length < perCall) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/**
 * Fills a new database from a copy on this machine. Refuses one that holds anything else: whatever is there must
 * be in the copy, letter by letter, which is also how a fill that was broken off is gone on with.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { asDatabase, columnsOf, countRows } from '../backup/backup-file.ts';
import {
  insert,
  type Key,
  type Keyed,
  lastKeyOf,
  type Literals,
  noKey,
  quoted,
  readPage,
  readRows,
  readTables,
  tablesSchema,
} from '../backup/tables.ts';
import { quote } from '../batch/sql.ts';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import type { Tell } from '../progress.ts';

type Writable = Pick<Database, 'query' | 'write'>;

const pageSize = 1000;
/** Characters of one call: it goes to Cloudflare's command as one word. */
const longestCall = 90_000;

const tallySchema = z.tuple([z.object({ total: z.int(), settled: z.string() })]);
const readTally = 'SELECT total, settled FROM tally';

/**
 * How many rows of the copy a database has already, 0 where it is new. Throws a DeliveryError where it has
 * anything that the copy has not.
 */
export async function countFilled(target: Writable, copy: DatabaseSync): Promise<number> {
  const own = asDatabase(copy);
  const there = tablesSchema.parse(await target.query(readTables)).map(({ name }) => name);
  for (const table of tablesOf(copy)) {
    if (!there.includes(table)) throw unprepared(table);
    if (table === 'signature' || table === 'tally') continue;
    const columns = columnsOf(copy, table);
    const known = new Set(await readRows(own.query, table, columns));
    const found = await readRows(target.query, table, columns);
    if (found.some((row) => !known.has(row))) throw notEmpty(`the table ${table}`);
  }
  const [[is], [will]] = [
    tallySchema.parse(await target.query(readTally)),
    tallySchema.parse(await own.query(readTally)),
  ];
  const isNew = is.total === 0 && is.settled === '';
  if (!isNew && (is.total !== will.total || is.settled !== will.settled))
    throw notEmpty('the running total, which a Worker has added up');
  return countSame(target, copy);
}

/**
 * Adds all that is missing, the running total last, and compares again. Rows come in the order of their key, so
 * it goes on after the last one that is there; returns how many were. Throws a DeliveryError where anything else
 * is in the database.
 */
export async function fill(target: Writable, copy: DatabaseSync, tell: Tell): Promise<number> {
  const own = asDatabase(copy);
  const before = await countFilled(target, copy);
  for (const table of tablesOf(copy)) {
    if (table === 'signature' || table === 'tally') continue;
    const columns = columnsOf(copy, table);
    const there = new Set(await readRows(target.query, table, columns));
    const missing = (await readRows(own.query, table, columns)).filter((row) => !there.has(row));
    for (const some of pack(missing)) await target.write([insert(table, columns, some)]);
  }
  const columns = columnsOf(copy, 'signature');
  const [rows, last] = [countRows(copy), await lastKeyOf(target.query)];
  let done = before;
  for await (const page of readPages(own, columns, last))
    for (const some of pack(page.map(({ row }) => row))) {
      await target.write([insert('signature', columns, some)]);
      done += some.length;
      tell(done, rows);
    }
  const [{ total, settled }] = tallySchema.parse(await own.query(readTally));
  await target.write([`UPDATE tally SET total = ${total}, settled = ${quote(settled)}`]);
  const filled = await countFilled(target, copy);
  if (filled !== rows) throw notWhole(filled, rows);
  return before;
}

/** Counts the database's rows; each must be in the copy as it is. */
async function countSame(target: Writable, copy: DatabaseSync): Promise<number> {
  const columns = columnsOf(copy, 'signature');
  const find = copy.prepare(
    `SELECT ${quoted(columns)} AS row FROM signature WHERE id_hash = unhex(?) AND digest = unhex(?)`,
  );
  let rows = 0;
  for await (const page of readPages(target, columns, noKey)) {
    for (const { id, digest, row } of page)
      if (find.get(id, digest)?.['row'] !== row) throw notEmpty('signatures');
    rows += page.length;
  }
  return rows;
}

async function* readPages(
  { query }: Writable,
  columns: readonly string[],
  after: Key,
): AsyncGenerator<Keyed[]> {
  for (let last = after; ;) {
    const page = await readPage(query, columns, last, pageSize);
    const end = page.at(-1);
    if (!end) return;
    yield page;
    last = [end.id, end.digest];
  }
}

/** Rows in pieces that one call can carry. */
function* pack(rows: readonly Literals[]): Generator<Literals[]> {
  let [piece, length]: [Literals[], number] = [[], 0];
  for (const row of rows) {
    if (piece.length > 0 && length + row.length > longestCall) {
      yield piece;
      [piece, length] = [[], 0];
    }
    piece.push(row);
    length += row.length + 3;
  }
  if (piece.length > 0) yield piece;
}

function tablesOf(copy: DatabaseSync): string[] {
  return tablesSchema.parse(copy.prepare(readTables).all()).map(({ name }) => name);
}

function notEmpty(what: string): DeliveryError {
  return new DeliveryError(
    'database',
    `This database is not empty, and not a part of this restore: it holds something else in ${what}. Nothing was changed.`,
    'Make a new database (docs/backup.md), or name the backup with which the restore was begun, and the same --since and --handed-over.',
  );
}

function unprepared(table: string): DeliveryError {
  return new DeliveryError(
    'database',
    `This database has no table ${table}. Nothing was changed.`,
    'Prepare it: npx wrangler d1 migrations apply DB --remote -c wrangler.toml (--local for the one of this machine)',
  );
}

function notWhole(filled: number, rows: number): DeliveryError {
  return new DeliveryError(
    'database',
    `The database has ${filled} rows after the restore, not ${rows}.`,
    'Run this command again: it adds what is missing. If it fails again, make a new database.',
  );
}

/**
 * The local copy of the database's rows, sealed as they are, in the order of the database's key. A page
 * is in it whole or not at all, so its last row tells where a fetch goes on that was broken off.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { lanes, states } from '../signature/lane.ts';
import { batchSchema } from './batch/sql.ts';
import { talliedSchema } from './paper/tallied.ts';
import { inFile, inTransaction, openLocalFile } from './local-file.ts';

const bytes = z.instanceof(Uint8Array);
const localRowSchema = z.object({
  id_hash: bytes,
  digest: bytes,
  day: z.string(),
  language: z.string().nullable(),
  lane: z.enum(lanes).nullable(),
  state: z.enum(states),
  sealed: bytes.nullable(),
  key_id: z.string().nullable(),
  text_version: z.string().nullable(),
  batch: z.int().nullable(),
  decision: z.int().nullable(),
  /** 1 where a destroyed signature that was handed over has its tag. */
  same_tag: z.int(),
});

/** A row as it is stored; withdrawing empties all that came with the signature. */
export type LocalRow = z.output<typeof localRowSchema>;

export const factsSchema = z.object({
  campaign: z.string(),
  /** Which database was read. */
  source: z.string(),
  /** UTC time at which the fetch began. */
  begun: z.iso.datetime(),
  /** Rows that the database had then. */
  rows: z.int(),
  /** The running total of the page. */
  publicCount: z.int(),
  batches: z.array(batchSchema),
  /** Numbers that are no rows. */
  tallied: z.array(talliedSchema),
  /** UTC day of the last decision after a check by hand; null where there was none. */
  decided: z.string().nullable(),
  complete: z.boolean(),
});

/** What is known of the database besides its rows. */
export type Facts = z.output<typeof factsSchema>;

export type RowsFile = { path: string; file: DatabaseSync };

const schema = `
CREATE TABLE IF NOT EXISTS signature (
  id_hash BLOB NOT NULL,
  digest BLOB NOT NULL,
  day TEXT NOT NULL,
  language TEXT,
  lane TEXT,
  state TEXT NOT NULL,
  sealed BLOB,
  key_id TEXT,
  text_version TEXT,
  batch INTEGER,
  decision INTEGER,
  same_tag INTEGER NOT NULL,
  PRIMARY KEY (id_hash, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fetched (one INTEGER PRIMARY KEY CHECK (one = 1), facts TEXT NOT NULL) STRICT`;

/** Opens the copy, or makes an empty one. */
export function openRowsFile(path: string): RowsFile {
  return { path, file: openLocalFile(path, schema) };
}

/** What was written down about the fetch; undefined where none has begun. */
export function readFacts({ path, file }: RowsFile): Facts | undefined {
  const found = inFile(path, () => file.prepare('SELECT facts FROM fetched').get());
  return found && factsSchema.parse(JSON.parse(String(found['facts'])));
}

export function writeFacts({ path, file }: RowsFile, facts: Facts): void {
  const write = file.prepare('INSERT OR REPLACE INTO fetched VALUES (1, ?)');
  inFile(path, () => write.run(JSON.stringify(facts)));
}

/** Adds a page, as one. */
export function addRows({ path, file }: RowsFile, rows: readonly LocalRow[]): void {
  const insert = file.prepare('INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const add = (row: LocalRow) =>
    insert.run(
      ...[row.id_hash, row.digest, row.day, row.language, row.lane, row.state, row.sealed],
      ...[row.key_id, row.text_version, row.batch, row.decision, row.same_tag],
    );
  inFile(path, () => inTransaction(file, () => rows.forEach(add)));
}

/** How many rows there are; reads the whole file. */
export function countRows({ path, file }: RowsFile): number {
  const sql = 'SELECT COUNT(*) AS rows FROM signature';
  return Number(inFile(path, () => file.prepare(sql).get())?.['rows']);
}

/** The key of the last row, in hexadecimal digits. */
export function lastKeyOf({ path, file }: RowsFile): [string, string] | undefined {
  const sql = `SELECT hex(id_hash) AS id, hex(digest) AS digest FROM signature
    ORDER BY signature.id_hash DESC, signature.digest DESC LIMIT 1`;
  const last = inFile(path, () => file.prepare(sql).get());
  return last && [String(last['id']), String(last['digest'])];
}

/** The ids of the keys to which rows were sealed. */
export function keysOf({ path, file }: RowsFile): string[] {
  const sql = 'SELECT DISTINCT key_id AS id FROM signature WHERE sealed IS NOT NULL ORDER BY 1';
  return inFile(path, () => file.prepare(sql).all()).map((row) => String(row['id']));
}

/** Reads all rows of each id hash together; `upTo` takes only rows that batches up to its number hold. */
export function* readGroups({ file }: RowsFile, upTo?: number): Generator<LocalRow[]> {
  const sql = `SELECT * FROM signature ${upTo === undefined ? '' : 'WHERE batch <= ?'}
    ORDER BY id_hash, digest`;
  let group: LocalRow[] = [];
  for (const value of file.prepare(sql).iterate(...(upTo === undefined ? [] : [upTo]))) {
    const row = localRowSchema.parse(value);
    if (group[0] && Buffer.compare(group[0].id_hash, row.id_hash) !== 0) {
      yield group;
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield group;
}

/**
 * The tables of the database as a backup carries them: every table that there is, and each row as SQLite itself
 * writes its values down, so nothing that a later version adds is forgotten. What is sealed stays sealed.
 */
import { z } from 'zod';
import type { Query } from '../fetch.ts';

/** The values of a row as one list of SQL literals; equal rows are equal texts. */
export type Literals = string;
/** The key of a signature's row, in hexadecimal digits. */
export type Key = readonly [id: string, digest: string];
export type Keyed = { id: string; digest: string; row: Literals };

/** Cloudflare's own tables and its list of migrations stay behind: a new database has its own. */
export const readTables = `SELECT name, sql FROM sqlite_master WHERE type = 'table'
  AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*' AND name NOT IN ('d1_migrations', 'backup')
  ORDER BY name`;

/** Which rows the running total was added up from; a row that is still to be taken off is among them. */
export const inTotal = "state = 'counted' AND fresh = 0 OR fresh = -1";

const tableSchema = z.object({
  name: z.string().regex(/^[a-z_]+$/),
  sql: z.string().startsWith('CREATE TABLE'),
});
export const tablesSchema = z.array(tableSchema);

/** What quote() of SQLite writes (sqlite.org/lang_corefunc.html#quote), and nothing else. */
const literals = z
  .string()
  .regex(
    /^(?:NULL|-?\d+|X'[0-9A-F]*'|'(?:[^']|'')*')(?:, (?:NULL|-?\d+|X'[0-9A-F]*'|'(?:[^']|'')*'))*$/,
  );
const digits = z.string().regex(/^(?:[0-9A-F]{2})*$/);
const rowsSchema = z.array(z.object({ row: literals }).transform(({ row }) => row));
const keySchema = z.object({ id: digits, digest: digits });
const keyedSchema = z.array(keySchema.extend({ row: literals }));

/** Before every row. */
export const noKey: Key = ['', ''];

/** All rows of a table. */
export async function readRows(
  query: Query,
  table: string,
  columns: readonly string[],
): Promise<Literals[]> {
  return rowsSchema.parse(await query(`SELECT ${quoted(columns)} AS row FROM ${table}`));
}

/**
 * The next rows of signatures, in the order of their key. The order names the table's own columns: by hex()
 * the database would sort all rows for each page.
 */
export async function readPage(
  query: Query,
  columns: readonly string[],
  [id, digest]: Key,
  size: number,
): Promise<Keyed[]> {
  const sql = `SELECT hex(id_hash) AS id, hex(digest) AS digest, ${quoted(columns)} AS row
    FROM signature WHERE (id_hash, digest) > (x'${id}', x'${digest}')
    ORDER BY signature.id_hash, signature.digest LIMIT ${size}`;
  return keyedSchema.parse(await query(sql));
}

/** The key of the last row of signatures. */
export async function lastKeyOf(query: Query): Promise<Key> {
  const sql = `SELECT hex(id_hash) AS id, hex(digest) AS digest FROM signature
    ORDER BY signature.id_hash DESC, signature.digest DESC LIMIT 1`;
  const [last] = z.array(keySchema).parse(await query(sql));
  return last ? [last.id, last.digest] : noKey;
}

/** A statement that adds rows, unless they are there. */
export function insert(
  table: string,
  columns: readonly string[],
  rows: readonly Literals[],
): string {
  return `INSERT INTO ${table} (${columns.join()}) VALUES ${rows.map((row) => `(${row})`).join()}
    ON CONFLICT DO NOTHING`;
}

/** The expression that writes a row down. */
export function quoted(columns: readonly string[]): string {
  return columns.map((column) => `quote(${column})`).join(` || ', ' || `);
}

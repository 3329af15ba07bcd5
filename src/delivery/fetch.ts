/**
 * First step of the delivery: copies every row of the database to a file of this machine, page by page.
 * Keyset on the primary key, never OFFSET, so each page costs the same and a row that arrives meanwhile
 * moves nothing. It sees only what the database sees: ciphertext, lane, state, language, day.
 */
import { z } from 'zod';
import { lanes, states } from '../signature/lane.ts';
import { batchSchema, readBatches } from './batch/sql.ts';
import { DeliveryError } from './errors.ts';
import { deleteLocalFile } from './local-file.ts';
import { readTallied } from './paper/sql.ts';
import { talliedSchema } from './paper/tallied.ts';
import type { Tell } from './progress.ts';
import {
  addRows,
  countRows,
  type Facts,
  lastKeyOf,
  openRowsFile,
  readFacts,
  type RowsFile,
  writeFacts,
} from './rows-file.ts';

/** Asks the database one statement; each answer is one row. */
export type Query = (sql: string) => Promise<unknown[]>;

/** What to fetch, and what the world lends. */
export type Fetching = {
  query: Query;
  campaign: string;
  /** Which database this is. */
  source: string;
  now: Date;
  tell: Tell;
  /** Rows a page. */
  size?: number;
  /** Never goes on with an older fetch: what is written must not be for somebody who withdrew since. */
  anew?: boolean;
};

const pageSize = 1000;
/** A fetch that was broken off longer ago than this, in milliseconds, is too old to go on with. */
const longest = 24 * 60 * 60 * 1000;

const hex = z
  .string()
  .regex(/^(?:[0-9A-F]{2})*$/)
  .transform((digits) => new Uint8Array(Buffer.from(digits, 'hex')));
const rowSchema = z.object({
  id_hash: hex.refine((hash) => hash.length === 32, { error: 'the id hash has not 32 bytes' }),
  digest: hex,
  day: z.string(),
  language: z.string().nullable(),
  lane: z.enum(lanes).nullable(),
  state: z.enum(states),
  /** SQLite writes NULL as no digits. */
  sealed: hex.transform((sealed) => (sealed.length === 0 ? null : sealed)),
  key_id: z.string().nullable(),
  text_version: z.string().nullable(),
  batch: z.int().nullable(),
  decision: z.int().nullable(),
  same_tag: z.union([z.literal(0), z.literal(1)]),
});

const stateSchema = z.tuple([
  z.object({ rows: z.int(), total: z.int(), decided: z.string().nullable() }),
]);
const readState = `SELECT (SELECT COUNT(*) FROM signature) AS rows, (SELECT total FROM tally) AS total,
  (SELECT MAX(day) FROM decision WHERE undone IS NULL) AS decided`;

/**
 * Copies the database into the file at a path and returns it open. Goes on where the same fetch was broken
 * off within a day, else begins anew.
 */
export async function fetchRows(path: string, fetching: Fetching): Promise<RowsFile> {
  const { query, tell, size = pageSize } = fetching;
  const { rows, facts } = await resume(path, fetching);
  try {
    let done = countRows(rows);
    for (let more = true; more;) {
      const page = parseAs(z.array(rowSchema), await query(pageAfter(lastKeyOf(rows), size)));
      addRows(rows, page);
      more = page.length === size;
      done += page.length;
      tell(done, Math.max(facts.rows, done));
    }
    writeFacts(rows, { ...facts, complete: true });
    return rows;
  } catch (error) {
    rows.file.close();
    throw error;
  }
}

async function resume(path: string, fetching: Fetching): Promise<{ rows: RowsFile; facts: Facts }> {
  const { query, campaign, source, now } = fetching;
  const before = openRowsFile(path);
  const known = readFacts(before);
  const goesOn =
    fetching.anew !== true &&
    known?.complete === false &&
    known.campaign === campaign &&
    known.source === source &&
    now.getTime() - Date.parse(known.begun) < longest;
  if (goesOn) return { rows: before, facts: known };
  before.file.close();
  const [state] = parseAs(stateSchema, await query(readState));
  const batches = parseAs(z.array(batchSchema), await query(readBatches));
  const tallied = parseAs(z.array(talliedSchema), await query(readTallied));
  deleteLocalFile(path);
  const rows = openRowsFile(path);
  const facts = {
    ...{ campaign, source, batches, tallied, complete: false },
    begun: now.toISOString(),
    rows: state.rows,
    publicCount: state.total,
    decided: state.decided,
  };
  writeFacts(rows, facts);
  return { rows, facts };
}

/** The order names the table's own columns: by hex() the database would sort all rows for each page. */
function pageAfter(last: readonly [string, string] | undefined, size: number): string {
  const [id, digest] = last ?? ['', ''];
  return `SELECT hex(id_hash) AS id_hash, hex(digest) AS digest, day, language, lane, state,
      hex(sealed) AS sealed, key_id, text_version, batch, decision,
      EXISTS (SELECT 1 FROM signature AS other
        WHERE other.tag = signature.tag AND other.batch IS NOT NULL AND other.sealed IS NULL) AS same_tag
    FROM signature WHERE (id_hash, digest) > (x'${id}', x'${digest}')
    ORDER BY signature.id_hash, signature.digest LIMIT ${size}`;
}

function parseAs<Schema extends z.ZodType>(shape: Schema, value: unknown): z.output<Schema> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DeliveryError(
    'row',
    `A row of the database is not as the Worker writes it: ${z.prettifyError(parsed.error)}`,
    'Are database and program of the same version? `npx wrangler d1 migrations list DB` tells.',
  );
}

/**
 * First step of the delivery: reads every row of the database, page by page. Keyset on the primary
 * key, never OFFSET, so each page costs the same and a row that arrives meanwhile moves nothing.
 * It sees only what the database sees: ciphertext, lane, state, language, day.
 */
import { z } from 'zod';
import { type Binary, toBase64url, toBinary } from '../signature/bytes.ts';
import { lanes, states } from '../signature/lane.ts';
import { DeliveryError } from './errors.ts';

/** Asks the database one statement; each answer is one row. */
export type Query = (sql: string) => Promise<unknown[]>;

const pageSize = 1000;

const hex = z.string().regex(/^(?:[0-9A-F]{2})*$/);
const rowSchema = z
  .object({
    id_hash: hex.length(64),
    digest: hex,
    day: z.string(),
    language: z.string().nullable(),
    lane: z.enum(lanes).nullable(),
    state: z.enum(states),
    /** SQLite writes NULL as no digits. */
    sealed: hex,
    key_id: z.string().nullable(),
    text_version: z.string().nullable(),
  })
  .transform((row) => ({
    idHash: toBase64url(fromHex(row.id_hash)),
    day: row.day,
    language: row.language ?? undefined,
    lane: row.lane ?? undefined,
    state: row.state,
    sealed: row.sealed === '' ? undefined : fromHex(row.sealed),
    keyId: row.key_id ?? undefined,
    textVersion: row.text_version ?? undefined,
    place: `(x'${row.id_hash}', x'${row.digest}')`,
  }));

/** A row as it is stored; withdrawing empties all that came with the signature. */
export type StoredRow = Omit<z.output<typeof rowSchema>, 'place'>;

/** Reads all rows in the order of the random id hashes, which is no order of arrival. */
export async function* fetchRows(query: Query, size: number = pageSize): AsyncGenerator<StoredRow> {
  let after: string | undefined = "(x'', x'')";
  while (after !== undefined) {
    const found = await query(pageAfter(after, size));
    after = undefined;
    for (const value of found) {
      const { place, ...row } = parseRow(value);
      if (found.length === size) after = place;
      yield row;
    }
  }
}

/** The order names the table's own columns: by hex() the database would sort all rows for each page. */
function pageAfter(place: string, size: number): string {
  return `SELECT hex(id_hash) AS id_hash, hex(digest) AS digest, day, language, lane, state,
      hex(sealed) AS sealed, key_id, text_version
    FROM signature WHERE (id_hash, digest) > ${place}
    ORDER BY signature.id_hash, signature.digest LIMIT ${size}`;
}

function parseRow(value: unknown): z.output<typeof rowSchema> {
  const parsed = rowSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DeliveryError(
    'row',
    `A row of the database is not as the Worker writes it: ${z.prettifyError(parsed.error)}`,
    'Are database and program of the same version? `npx wrangler d1 migrations list DB` tells.',
  );
}

function fromHex(digits: string): Binary {
  return toBinary(Buffer.from(digits, 'hex'));
}

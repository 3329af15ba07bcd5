/**
 * What revoking a key reads and changes in D1: all the SQL of it. No index tells which rows are sealed to a
 * key, so whoever looks for them walks along the table's own key, some thousands of rows at a time. Every
 * statement may run twice.
 */
import { z } from 'zod';
import { states } from '../../signature/lane.ts';

/** The key of a row in hexadecimal digits: 64 of the id hash, then those of the digest. */
export type Place = string;

/** Before the first row. */
export const start: Place = '';

export const revokedSchema = z.object({ key_id: z.string(), day: z.string() });
export const readRevoked = 'SELECT key_id, day FROM revoked ORDER BY key_id';

/** From now on nothing that is sealed to a key is stored. */
export function revoke(key: string, day: string): string {
  return `INSERT INTO revoked VALUES ('${key}', '${day}') ON CONFLICT DO NOTHING`;
}

export const groupSchema = z.object({
  key_id: z.string().nullable(),
  state: z.enum(states),
  batch: z.int().nullable(),
  sealed: z.int(),
  rows: z.int(),
  last: z.string(),
});

/** Counts the next rows after a place, and tells the place of the last of them. */
export function countSome(after: Place, size: number): string {
  return `SELECT key_id, state, batch, sealed, COUNT(*) AS rows, MAX(hex(id_hash) || hex(digest)) AS last
    FROM (SELECT id_hash, digest, key_id, state, batch, sealed IS NOT NULL AS sealed
      ${nextRows(after, size)})
    GROUP BY key_id, state, batch, sealed`;
}

/** What the page shows; about how many rows there are. */
export const readTotal = 'SELECT total FROM tally';

/**
 * Destroys the sealed parts of a key among the next rows after a place, and writes into the journal how many
 * they were; the last answer is the place where the next step begins, none where this was the last one.
 */
export function destroySome(key: string, day: string, after: Place, size: number): string[] {
  return [
    `UPDATE signature SET sealed = NULL, key_id = NULL, language = NULL, lane = NULL,
        text_version = NULL, day = ''
      WHERE (id_hash, digest) IN (SELECT id_hash, digest ${nextRows(after, size)})
        AND key_id = '${key}' AND sealed IS NOT NULL`,
    // How many rows the statement before it changed (sqlite.org/lang_corefunc.html#changes).
    `INSERT INTO destruction SELECT '${day}', 'key', '${key}', changes() WHERE changes() > 0
      ON CONFLICT DO UPDATE SET number = number + excluded.number`,
    `SELECT hex(id_hash) || hex(digest) AS last ${nextRows(after, 1)} OFFSET ${size - 1}`,
  ];
}

export const placeSchema = z.array(z.object({ last: z.string() })).max(1);

/** Writes down which batches that were handed over cannot be opened any more. */
export function closeBatches(day: string): string {
  return `UPDATE batch SET destroyed = '${day}' WHERE confirmed IS NOT NULL AND destroyed IS NULL
    AND NOT EXISTS (SELECT 1 FROM signature WHERE batch = number AND (sealed IS NULL) = 0)`;
}

/** How many sealed parts of a key were destroyed until now. */
export function countDestroyed(key: string): string {
  return `SELECT COALESCE(SUM(number), 0) AS number FROM destruction WHERE why = 'key' AND what = '${key}'`;
}

function nextRows(after: Place, size: number): string {
  return `FROM signature WHERE (id_hash, digest) > (x'${after.slice(0, 64)}', x'${after.slice(64)}')
    ORDER BY signature.id_hash, signature.digest LIMIT ${size}`;
}

/** What a request changes in D1: all the SQL of it. Every statement may run twice. */
import { z } from 'zod';

export const reasons = [
  'lost-code',
  'never-signed',
  'child',
  'dead',
  'access',
  'unsubscribe',
  'other',
] as const;
export type Reason = (typeof reasons)[number];
export const verbs = ['withdraw', 'lower', 'no-news', 'export'] as const;
export type Verb = (typeof verbs)[number];

export const requestSchema = z.object({
  number: z.int(),
  day: z.string(),
  verb: z.enum(verbs),
  reason: z.enum(reasons),
  signatures: z.int(),
});
export type Request = z.output<typeof requestSchema>;

/** Ids of one call, which may have 95,000 characters. */
export const idsPerCall = 1000;

/** The journal, the newest last. */
export const readRequests = 'SELECT * FROM request ORDER BY number';

/** Withdraws all rows of some id hashes, in hexadecimal digits, as the withdrawal page does. */
export function withdraw(ids: readonly string[]): string {
  return `UPDATE signature SET state = 'withdrawn', sealed = NULL, tag = NULL, language = NULL, lane = NULL,
      text_version = NULL, fresh = CASE WHEN state = 'counted' AND fresh = 0 THEN -1 ELSE fresh END
    WHERE id_hash IN (${ids.map((id) => `x'${id}'`).join()}) AND state <> 'withdrawn'`;
}

/** The rows of an id hash, in hexadecimal digits, that may still be opened. */
export function readRows(id: string): string {
  return `SELECT hex(digest) AS digest, hex(sealed) AS sealed, key_id, text_version, lane, batch FROM signature
    WHERE id_hash = x'${id}' AND sealed IS NOT NULL AND state IN ('counted', 'repeat', 'held')
    ORDER BY signature.digest`;
}

/** Puts what was sealed anew in the place of a row that no batch has. */
export function replace(id: string, old: string, row: { digest: string; sealed: string }): string {
  return `UPDATE signature SET digest = x'${row.digest}', sealed = x'${row.sealed}'
    WHERE id_hash = x'${id}' AND digest = x'${old}' AND batch IS NULL AND sealed IS NOT NULL`;
}

/**
 * Adds a row that stands beside another of the same id hash; it neither counts nor arrives once more. With
 * `asHandedOver` it belongs to the confirmed batch of the other, and is destroyed with it.
 */
export function addBeside(
  id: string,
  beside: string,
  row: { digest: string; sealed: string; day: string; asHandedOver: boolean },
): string {
  const batch = row.asHandedOver
    ? '(SELECT number FROM batch WHERE number = signature.batch AND confirmed IS NOT NULL)'
    : 'NULL';
  return `INSERT INTO signature SELECT id_hash, x'${row.digest}', '${row.day}', language, lane,
      CASE state WHEN 'held' THEN 'held' ELSE 'repeat' END, 0, tag, x'${row.sealed}', key_id, text_version,
      ${batch}, NULL, NULL
    FROM signature WHERE id_hash = x'${id}' AND digest = x'${beside}'
      AND state IN ('counted', 'repeat', 'held')
    ON CONFLICT DO NOTHING`;
}

/** Writes a request into the journal; changes nothing where its number is taken. */
export function writeDown({ number, day, verb, reason, signatures }: Request): string {
  return `INSERT INTO request VALUES (${number}, '${day}', '${verb}', '${reason}', ${signatures})
    ON CONFLICT DO NOTHING`;
}

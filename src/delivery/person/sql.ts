/** What a request changes in D1: all the SQL of it. Every statement may run twice. */
import { z } from 'zod';

export const reasons = ['lost-code', 'never-signed', 'child', 'dead', 'access', 'other'] as const;
export type Reason = (typeof reasons)[number];
export type Verb = 'withdraw' | 'export';

export const requestSchema = z.object({
  number: z.int(),
  day: z.string(),
  verb: z.enum(['withdraw', 'export']),
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

/** Writes a request into the journal; changes nothing where its number is taken. */
export function writeDown({ number, day, verb, reason, signatures }: Request): string {
  return `INSERT INTO request VALUES (${number}, '${day}', '${verb}', '${reason}', ${signatures})
    ON CONFLICT DO NOTHING`;
}

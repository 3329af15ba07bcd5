/**
 * What a restored database is told of what happened since: only what takes something away, or says that it was
 * handed over. Every statement may run twice; it is the same for D1 and for a copy of it on this machine.
 */
import { areMarked, type BatchRow, type Mark, quote } from '../batch/sql.ts';

/** Ids or marks of one call, which may have 95,000 characters. */
export const perCall = 500;

/** Who is withdrawn, in hexadecimal digits, and the day that stands in the row. */
export type Withdrawn = { id: string; day: string };

/** Leaves tombstones of those whom the database does not know: what comes later stays withdrawn. */
export function leaveTombstones(withdrawn: readonly Withdrawn[]): string {
  const list = withdrawn.map(({ id, day }) => `(x'${id}', ${quote(day)})`).join();
  return `INSERT INTO signature (id_hash, digest, day, state, fresh)
    SELECT gone.column1, x'', gone.column2, 'withdrawn', 0 FROM (VALUES ${list}) AS gone
    WHERE NOT EXISTS (SELECT 1 FROM signature WHERE id_hash = gone.column1)
    ON CONFLICT DO NOTHING`;
}

/** How many of some ids are not withdrawn. */
export function countStanding(withdrawn: readonly Withdrawn[]): string {
  return `SELECT COUNT(DISTINCT id_hash) AS standing FROM signature
    WHERE id_hash IN (${withdrawn.map(({ id }) => `x'${id}'`).join()}) AND state <> 'withdrawn'`;
}

/** Invalidates rows. The decision that did it is not known here, so no row names one. */
export function invalidate(marks: readonly Mark[]): string {
  return `UPDATE signature SET state = 'invalidated', was = state, decision = NULL,
      fresh = CASE WHEN state = 'counted' AND fresh = 0 THEN -1 WHEN fresh > 0 THEN 0 ELSE fresh END
    WHERE ${areMarked(marks)} AND state IN ('counted', 'repeat', 'held')`;
}

/** Destroys the sealed part of rows. */
export function destroy(marks: readonly Mark[]): string {
  return `UPDATE signature SET sealed = NULL, key_id = NULL, language = NULL, lane = NULL,
      text_version = NULL, day = ''
    WHERE ${areMarked(marks)} AND sealed IS NOT NULL`;
}

/** Destroys all that is sealed to a key; for a copy on this machine. */
export function destroySealedTo(key: string): string {
  return `UPDATE signature SET sealed = NULL, key_id = NULL, language = NULL, lane = NULL,
      text_version = NULL, day = ''
    WHERE key_id = ${quote(key)} AND sealed IS NOT NULL`;
}

/** Lets rows name the batch that handed them over. */
export function handOver(number: number, marks: readonly Mark[]): string {
  return `UPDATE signature SET batch = ${number} WHERE ${areMarked(marks)} AND batch IS NULL`;
}

/** Adds a batch; one that is known learns when it was confirmed and destroyed. */
export function addBatch(batch: BatchRow): string {
  const { number, made, key_id, manifest, signatures, account, confirmed, destroyed } = batch;
  const values = [quote(made), quote(key_id), quote(manifest), signatures, quote(account)].join();
  return `INSERT INTO batch (number, made, key_id, manifest, signatures, account, confirmed, destroyed)
    VALUES (${number}, ${values}, ${dayOrNull(confirmed)}, ${dayOrNull(destroyed)})
    ON CONFLICT DO UPDATE SET confirmed = COALESCE(batch.confirmed, excluded.confirmed),
      destroyed = COALESCE(batch.destroyed, excluded.destroyed)
    WHERE batch.manifest = excluded.manifest`;
}

function dayOrNull(day: string | null): string {
  return day === null ? 'NULL' : quote(day);
}

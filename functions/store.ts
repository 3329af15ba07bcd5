/**
 * Last step: writes. All the SQL that changes something stands here; what only reads is in read.ts, and
 * what the cron destroys in destroy.ts.
 * A write may have happened although the call threw, so every statement may run twice.
 */
import type { D1Database, Queue } from '@cloudflare/workers-types';
import type { Row } from '../src/signature/row.ts';
import { dayOf } from '../src/signature/stamp.ts';
import { daysKept, periodOf, smallestKept } from './arrivals.ts';
import { blobOf, findCopies, isRevoked } from './read.ts';

/**
 * What a signer is told. A repeat is told the same as a first signature. `full`: the day's cap of held
 * rows; `old`: its key was revoked; `unavailable`: nothing was stored, and the page tries again.
 */
export type Receipt = 'signed' | 'held' | 'full' | 'old' | 'unavailable';

/**
 * Rows of one id hash that are kept. What came without the pass leaves room for the signer, so a relay
 * that stores spoiled copies shuts nobody out.
 */
const copiesOfRelays = 8;
const copiesOfAll = 16;

/**
 * An id hash counts once: the first row that passed a check counts, also beside held ones, and also
 * where it was held itself and the same bytes come again; further ones are repeats. A held row whose
 * release was undone may still be in the running total (-1): it is not added to it a second time.
 * A revoked key is refused here, not only at the door: what waits in the queue comes by no door.
 */
const insertRow = `
INSERT INTO signature (id_hash, digest, day, language, lane, state, fresh, tag, sealed, key_id, text_version)
SELECT ?1, ?2, ?3, ?4, ?5, new.state,
  CASE new.state WHEN 'held' THEN 2 WHEN 'invalidated' THEN 0 ELSE 1 END, ?7, ?8, ?9, ?10
FROM (
  SELECT withdrawn, others, CASE
    WHEN invalidated THEN 'invalidated'
    WHEN counted THEN 'repeat'
    WHEN ?6 THEN 'held'
    WHEN EXISTS (SELECT 1 FROM signature WHERE tag = ?7 AND state = 'counted') THEN 'repeat'
    ELSE 'counted'
  END AS state
  FROM (
    SELECT
      COUNT(*) FILTER (WHERE state = 'withdrawn') AS withdrawn,
      COUNT(*) FILTER (WHERE state = 'invalidated') AS invalidated,
      COUNT(*) FILTER (WHERE state IN ('counted', 'repeat')) AS counted,
      COUNT(*) FILTER (WHERE digest <> ?2) AS others
    FROM signature WHERE id_hash = ?1
  )
) AS new
WHERE NOT new.withdrawn AND new.others < ?12
  AND NOT EXISTS (SELECT 1 FROM revoked WHERE key_id = ?9)
  AND (new.state <> 'held' OR (SELECT COUNT(*) FROM signature WHERE state = 'held' AND day = ?3) < ?11)
ON CONFLICT DO UPDATE
SET state = excluded.state, lane = excluded.lane, tag = excluded.tag, decision = NULL, was = NULL,
  fresh = CASE WHEN signature.fresh <> -1 THEN 1 WHEN excluded.state = 'counted' THEN 0 ELSE -1 END
WHERE signature.state = 'held' AND excluded.state <> 'held'
RETURNING state`;

const emptyRows = `
UPDATE signature
SET state = 'withdrawn', sealed = NULL, tag = NULL, language = NULL, lane = NULL, text_version = NULL,
  fresh = CASE WHEN state = 'counted' AND fresh = 0 THEN -1 ELSE fresh END
WHERE id_hash = ?1 AND state <> 'withdrawn'`;

const insertTombstone = `
INSERT INTO signature (id_hash, digest, day, state, fresh)
SELECT ?1, x'', ?2, 'withdrawn', 0
WHERE NOT EXISTS (SELECT 1 FROM signature WHERE id_hash = ?1)
ON CONFLICT DO NOTHING`;

/** "fresh <> 0" as the index says it: without these words SQLite reads the whole table at each run. */
const settle = [
  `UPDATE tally SET total = total - (SELECT COUNT(*) FROM signature WHERE fresh = -1 AND fresh <> 0)`,
  `UPDATE signature SET fresh = 0 WHERE fresh = -1 AND fresh <> 0`,
];

const addUp = [
  `UPDATE tally SET total = total + (SELECT COUNT(*) FROM signature WHERE fresh = 1 AND fresh <> 0)`,
  `UPDATE signature
  SET fresh = CASE WHEN fresh = 2 OR state = 'counted' THEN 0 ELSE -1 END
  WHERE fresh IN (1, 2) AND fresh <> 0`,
];

/**
 * Who has a state before (`was`) has been checked by hand, and arrived long ago. What was signed on paper did
 * not arrive here.
 */
const addArrivals = `
INSERT INTO arrivals
SELECT ?1, lane, fresh = 2, COUNT(*) FROM signature
WHERE fresh IN (1, 2) AND fresh <> 0 AND lane <> 'paper' AND was IS NULL GROUP BY lane, fresh
ON CONFLICT DO UPDATE SET number = number + excluded.number`;

const forgetArrivals = `
DELETE FROM arrivals WHERE period < ?1 AND number < ?2 OR period < ?3`;

/**
 * Stores a row, unless its key is revoked, its id hash is withdrawn or has its copies, or the day's cap of
 * held rows is reached; the same row again changes nothing, but that a held one counts once it passed a check.
 */
export async function storeRow(db: D1Database, row: Row, heldPerDay: number): Promise<Receipt> {
  const limit = row.withPass ? copiesOfAll : copiesOfRelays;
  const written = await db
    .prepare(insertRow)
    .bind(
      blobOf(row.idHash),
      blobOf(row.digest),
      row.day,
      row.language,
      row.lane,
      row.held ? 1 : 0,
      row.tag === null ? null : blobOf(row.tag),
      blobOf(row.sealed),
      row.keyId,
      row.textVersion,
      heldPerDay,
      limit,
    )
    .first('state');
  if (written) return written === 'held' ? 'held' : 'signed';
  if (await isRevoked(db, row.keyId)) return 'old';
  const { copies, state } = await findCopies(db, row);
  if (state) return state === 'held' ? 'held' : 'signed';
  return copies < limit ? 'full' : 'unavailable';
}

/**
 * Tries a few times; when D1 still fails, the queue keeps the row and stores it later.
 * `unavailable` when neither took it: nothing is stored, and the page tries again.
 */
export async function storeOrQueue(
  db: D1Database,
  queue: Queue,
  row: Row,
  heldPerDay: number,
): Promise<Receipt> {
  for (const pause of [50, 250, undefined]) {
    try {
      return await storeRow(db, row, heldPerDay);
    } catch (error) {
      if (pause === undefined || neverRan(error)) break;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  try {
    await queue.send(row);
    return row.held ? 'held' : 'signed';
  } catch {
    return 'unavailable';
  }
}

/**
 * Empties all rows of an id hash (base64url). Where something may still come, an unknown one leaves a
 * tombstone, so that it stays withdrawn.
 */
export async function withdrawRows(
  db: D1Database,
  idHash: string,
  day: string,
  mayCome = true,
): Promise<void> {
  const tombstone = db.prepare(insertTombstone).bind(blobOf(idHash), day);
  await db.batch([db.prepare(emptyRows).bind(blobOf(idHash)), ...(mayCome ? [tombstone] : [])]);
}

/**
 * Adds fresh rows to the arrivals and to the running total and, on a new day, first takes off repeats
 * and withdrawals; returns the total.
 */
export async function addUpTally(db: D1Database, now: Date): Promise<number> {
  const today = dayOf(now);
  const period = periodOf(now);
  const before = await db.prepare('SELECT settled FROM tally').first<{ settled: string }>();
  const newDay = before?.settled !== today;
  const statements = newDay ? [...settle, ...addUp] : addUp;
  await db.batch([
    db.prepare(addArrivals).bind(period),
    db.prepare(forgetArrivals).bind(period, smallestKept, periodOf(now, daysKept)),
    ...statements.map((statement) => db.prepare(statement)),
    db.prepare('UPDATE tally SET settled = ?1').bind(today),
  ]);
  const after = await db.prepare('SELECT total FROM tally').first<{ total: number }>();
  return after?.total ?? 0;
}

/** Errors that say the statement never ran and would not now: hand over at once. */
function neverRan(error: unknown): boolean {
  return error instanceof Error && /overloaded|Too many requests queued/i.test(error.message);
}

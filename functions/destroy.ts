/**
 * What is destroyed by itself, as the privacy page promises: the sealed parts of a batch some days after it
 * was handed over, and on the last day every row. A run of the cron does some of it; a cron that was missed
 * is caught up with. Writes down how much, and nothing about whom.
 */
import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types';
import { z } from 'zod';
import { dueUpTo } from '../src/signature/retention.ts';
import { dayOf } from '../src/signature/stamp.ts';

/** Few enough for a statement of D1, and for the 50 queries of a run (developers.cloudflare.com/d1/platform/limits/). */
const rowsAStep = 2500;
const stepsARun = 8;

const dueSchema = z.array(z.object({ number: z.int() }));
const readDue = `
SELECT number FROM batch WHERE confirmed <= ?1 AND destroyed IS NULL ORDER BY number LIMIT ${stepsARun}`;

/**
 * With a signature that was handed over goes all that came under its code, also what no batch has.
 * "(sealed IS NULL) = 0" as the index says it: what is destroyed already is not looked at again.
 */
const destroySome = `
UPDATE signature
SET sealed = NULL, key_id = NULL, language = NULL, lane = NULL, text_version = NULL, day = ''
WHERE sealed IS NOT NULL AND id_hash IN
  (SELECT id_hash FROM signature WHERE batch = ?1 AND (sealed IS NULL) = 0 LIMIT ${rowsAStep})`;

const finishBatch = `
UPDATE batch SET destroyed = ?2
WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM signature WHERE batch = ?1 AND (sealed IS NULL) = 0)`;

const nextRows = `SELECT * FROM signature ORDER BY id_hash, digest LIMIT ${rowsAStep}`;

/** What is about to be deleted, and not in the running total yet or still in it, is settled with it. */
const settleSome = `
UPDATE tally SET total = total + (
  SELECT COUNT(*) FILTER (WHERE fresh = 1 AND state = 'counted') - COUNT(*) FILTER (WHERE fresh = -1)
  FROM (${nextRows}))`;

const deleteSome = `
DELETE FROM signature WHERE (id_hash, digest) IN (SELECT id_hash, digest FROM (${nextRows}))`;

const writeDown = `
INSERT INTO destruction SELECT ?1, ?2, ?3, changes() WHERE changes() > 0
ON CONFLICT DO UPDATE SET number = number + excluded.number`;

/** Destroys what is due on the day of a moment; `deletedBy` is the day (UTC) that people were promised. */
export async function destroyDue(db: D1Database, deletedBy: string, now: Date): Promise<void> {
  const today = dayOf(now);
  if (today >= deletedBy) return deleteRows(db, today);
  let steps = stepsARun;
  const { results } = await db.prepare(readDue).bind(dueUpTo(today)).all();
  for (const { number } of dueSchema.parse(results))
    for (let more = true; more && steps > 0; steps--) {
      const destroy = db.prepare(destroySome).bind(number);
      const finish = db.prepare(finishBatch).bind(number, today);
      more = (await runStep(db, destroy, [today, 'batch', String(number)], [finish])) > 0;
    }
}

async function deleteRows(db: D1Database, today: string): Promise<void> {
  // By its fingerprint the guess of a whole sheet could be tested.
  await db.prepare('DELETE FROM sheet').run();
  for (let steps = stepsARun; steps > 0; steps--)
    if ((await runStep(db, db.prepare(deleteSome), [today, 'end', ''], [], settleSome)) === 0)
      return;
}

/** One transaction; returns how many rows it changed. */
async function runStep(
  db: D1Database,
  change: D1PreparedStatement,
  journal: readonly [day: string, why: string, what: string],
  after: readonly D1PreparedStatement[],
  before?: string,
): Promise<number> {
  const first = before === undefined ? [] : [db.prepare(before)];
  const written = db.prepare(writeDown).bind(...journal);
  const done = await db.batch([...first, change, written, ...after]);
  return done[first.length]?.meta.changes ?? 0;
}

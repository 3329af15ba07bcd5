/**
 * What a decision changes in D1: all the SQL of it. Every statement may run twice, and a decision that
 * was stopped half way is finished by running it again. What was withdrawn stays withdrawn, and what a
 * confirmed batch handed over is not touched.
 *
 * `fresh` and the running total: 1 is to be added to it, -1 is in it and to be taken off once a day, 2 is
 * held and not among the arrivals yet, 0 is settled. So a row is in the total when it is counted with 0, or
 * has -1. That a row is in it must outlast every change of its state.
 */
import { z } from 'zod';

export const verbs = ['release', 'keep', 'invalidate'] as const;
export type Verb = (typeof verbs)[number];

export const decisionSchema = z.object({
  number: z.int(),
  day: z.string(),
  verb: z.enum(verbs),
  /** JSON. */
  condition: z.string(),
  /** 0 while it is being carried out. */
  signatures: z.int(),
  undone: z.string().nullable(),
});
export type Decision = z.output<typeof decisionSchema>;

/** Ids of one call: the release names them twice, and a call may have 95,000 characters. */
export const idsPerCall = 600;

/** The journal, the newest last. */
export const readDecisions = 'SELECT * FROM decision ORDER BY number';

/** Whose rows a confirmed batch has handed over. */
const notDelivered = `NOT EXISTS (SELECT 1 FROM signature AS given
  JOIN batch ON batch.number = given.batch AND batch.confirmed IS NOT NULL
  WHERE given.id_hash = signature.id_hash)`;

/** Begins a decision; changes nothing where its number is taken. */
export function begin({ number, day, verb, condition }: Decision): string {
  return `INSERT INTO decision VALUES (${number}, ${quote(day)}, ${quote(verb)}, ${quote(condition)}, 0, NULL)
    ON CONFLICT DO NOTHING`;
}

/** Carries a decision out for the signatures of some ids, given in hexadecimal digits and in order. */
export function carryOut(verb: Verb, number: number, ids: readonly string[]): string[] {
  const these = `signature.id_hash IN (${ids.map((id) => `x'${id}'`).join(', ')})`;
  switch (verb) {
    case 'release':
      return release(number, these);
    case 'keep':
      return [
        `UPDATE signature SET decision = ${number}, was = 'held'
        WHERE ${these} AND state = 'held' AND ${notDelivered}`,
      ];
    case 'invalidate':
      return [
        `UPDATE signature SET decision = ${number}, was = state, state = 'invalidated',
          fresh = CASE WHEN state = 'counted' AND fresh = 0 THEN -1 WHEN fresh > 0 THEN 0 ELSE fresh END
        WHERE ${these} AND state IN ('counted', 'repeat', 'held') AND ${notDelivered}`,
      ];
  }
}

/** Writes down for how many signatures a decision was carried out. */
export function finish(number: number): string {
  return `UPDATE decision SET signatures =
    (SELECT COUNT(DISTINCT id_hash) FROM signature WHERE decision = ${number}) WHERE number = ${number}`;
}

/**
 * Takes a decision back for the next thousand signatures it touched. A signer's retry that arrived while
 * they were invalidated becomes a repeat.
 */
export function undoSome({ number, verb }: Decision): string[] {
  const next = `id_hash IN (SELECT DISTINCT id_hash FROM signature
    WHERE ${isLeft(number)} ORDER BY id_hash LIMIT 1000)`;
  const retries = `UPDATE signature SET state = 'repeat'
    WHERE state = 'invalidated' AND decision IS NULL AND ${next}`;
  // "was" stays: the cron knows by it that the row is no arrival.
  const back = `UPDATE signature SET decision = NULL, state = was, fresh = CASE
      WHEN state = 'counted' AND was <> 'counted' AND fresh = 0 THEN -1
      WHEN state IN ('counted', 'repeat') AND was = 'held' AND fresh = 1 THEN 0
      WHEN state = 'invalidated' AND was = 'counted' THEN fresh + 1
      ELSE fresh END
    WHERE decision = ${number} AND state <> 'withdrawn' AND ${next}`;
  return verb === 'invalidate' ? [retries, back] : [back];
}

/** How many signatures a decision still has, how many of them can be taken back, and how many were handed over. */
export function countTouched(number: number): string {
  return `SELECT COUNT(DISTINCT id_hash) AS touched,
    COUNT(DISTINCT CASE WHEN state <> 'withdrawn' AND ${notDelivered} THEN id_hash END) AS left,
    COUNT(DISTINCT CASE WHEN NOT ${notDelivered} THEN id_hash END) AS delivered
    FROM signature WHERE decision = ${number}`;
}

/** Writes down that a decision was taken back. */
export function endUndo(number: number, day: string): string {
  return `UPDATE decision SET undone = ${quote(day)} WHERE number = ${number} AND undone IS NULL`;
}

/** Names the batches that were confirmed. */
export const readConfirmed = 'SELECT number FROM batch WHERE confirmed IS NOT NULL';

/** The arrivals by ten minutes that were kept. */
export const readArrivals = 'SELECT period, lane, held, number FROM arrivals ORDER BY period';

function isLeft(number: number): string {
  return `decision = ${number} AND state <> 'withdrawn' AND ${notDelivered}`;
}

/**
 * First all held rows become repeats, then one of each id hash counts: the smallest digest, unless a row
 * of the same id hash or tag counts, or one with a smaller id hash and the same tag is released with it.
 */
function release(number: number, these: string): string[] {
  const released = `decision = ${number} AND was = 'held'`;
  return [
    `UPDATE signature SET decision = ${number}, was = 'held', state = 'repeat',
      fresh = CASE fresh WHEN -1 THEN -1 ELSE 1 END
    WHERE ${these} AND state = 'held' AND ${notDelivered}`,
    `UPDATE signature SET state = 'counted', fresh = CASE fresh WHEN -1 THEN 0 ELSE fresh END
    WHERE ${these} AND state = 'repeat' AND ${released}
      AND digest = (SELECT MIN(digest) FROM signature AS copy
        WHERE copy.id_hash = signature.id_hash AND copy.decision = ${number} AND copy.was = 'held'
          AND copy.state IN ('counted', 'repeat'))
      AND NOT EXISTS (SELECT 1 FROM signature AS copy
        WHERE copy.id_hash = signature.id_hash AND copy.state = 'counted')
      AND NOT EXISTS (SELECT 1 FROM signature AS double
        WHERE double.tag = signature.tag AND double.id_hash <> signature.id_hash
          AND (double.state = 'counted' OR double.state = 'repeat' AND double.decision = ${number}
            AND double.was = 'held' AND double.id_hash < signature.id_hash))`,
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

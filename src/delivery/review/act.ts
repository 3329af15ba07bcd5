/**
 * Carries a decision out in D1, or takes one back. Each call is one transaction; whoever stops it half way
 * runs the same command again, and it goes on under the same number.
 */
import { z } from 'zod';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import type { Tell } from '../progress.ts';
import { type Condition, forJournal } from './condition.ts';
import {
  begin,
  carryOut,
  countTouched,
  type Decision,
  decisionSchema,
  endUndo,
  finish,
  idsPerCall,
  readDecisions,
  undoSome,
  type Verb,
} from './decide.ts';

export type Writable = Pick<Database, 'query' | 'write'>;

const touchedSchema = z.tuple([z.object({ touched: z.int(), left: z.int(), delivered: z.int() })]);

/** The journal. */
export async function listDecisions(database: Writable): Promise<Decision[]> {
  return z.array(decisionSchema).parse(await database.query(readDecisions));
}

/**
 * Decides for the signatures of some ids, which come in order; returns the decision as it was written down,
 * undefined where there is nothing to decide.
 */
export async function decide(
  database: Writable,
  { verb, condition, ids }: { verb: Verb; condition: Condition; ids: readonly string[] },
  today: string,
  tell: Tell,
): Promise<Decision | undefined> {
  const before = await listDecisions(database);
  const stopped = findStopped(before, verb, condition, ids.length);
  if (!stopped && ids.length === 0) return undefined;
  const { number } = stopped ?? (await start(database, before, verb, condition, ids.length, today));
  for (let from = 0; from < ids.length; from += idsPerCall) {
    await database.write(carryOut(verb, number, ids.slice(from, from + idsPerCall)));
    tell(Math.min(from + idsPerCall, ids.length), ids.length);
  }
  await database.write([finish(number)]);
  return findDecision(await listDecisions(database), number);
}

/**
 * Takes a decision back; returns how many signatures went back, and how many stay as they are since a later
 * decision changed them or a confirmed batch handed them over.
 */
export async function undo(
  database: Writable,
  number: number,
  today: string,
  tell: Tell,
): Promise<{ back: number; changedSince: number; delivered: number }> {
  const decision = findDecision(await listDecisions(database), number);
  if (decision.undone !== null)
    throw new DeliveryError(
      'arguments',
      `Decision ${number} was taken back on ${decision.undone} already. Nothing was changed.`,
      'To see all decisions: npm run review -- --journal',
    );
  const before = await readTouched(database, number);
  if (before.left === 0 && before.delivered > 0)
    throw new DeliveryError(
      'arguments',
      `Nothing of decision ${number} can be taken back any more: it was handed over.`,
      'To see all decisions: npm run review -- --journal',
    );
  for (let { left } = before; left > 0;) {
    await database.write(undoSome(decision));
    const now = (await readTouched(database, number)).left;
    if (now >= left)
      throw new DeliveryError(
        'database',
        `Decision ${number} could not be taken back: the database did not change.`,
        `Is another review running? End it, then run this again: npm run review -- --undo ${number}`,
      );
    left = now;
    tell(before.left - left, before.left);
  }
  await database.write([endUndo(number, today)]);
  const changedSince = Math.max(0, decision.signatures - before.touched);
  return { back: before.left, changedSince, delivered: before.delivered };
}

async function readTouched(database: Writable, number: number) {
  return touchedSchema.parse(await database.query(countTouched(number)))[0];
}

/** A decision that was stopped half way: the same verb and condition, and no number written down yet. */
function findStopped(
  decisions: readonly Decision[],
  verb: Verb,
  condition: Condition,
  signatures: number,
): Decision | undefined {
  // What is left of a decision may be few, where there were many when it began.
  const sayings = [forJournal(condition, signatures), forJournal(condition, Infinity)];
  return decisions.findLast(
    (one) =>
      one.signatures === 0 &&
      one.undone === null &&
      one.verb === verb &&
      sayings.includes(one.condition),
  );
}

async function start(
  database: Writable,
  decisions: readonly Decision[],
  verb: Verb,
  condition: Condition,
  signatures: number,
  day: string,
): Promise<Decision> {
  const number = Math.max(0, ...decisions.map((one) => one.number)) + 1;
  const said = forJournal(condition, signatures);
  const made = { number, day, verb, condition: said, signatures: 0, undone: null };
  await database.write([begin(made)]);
  const written = findDecision(await listDecisions(database), number);
  if (written.verb === verb && written.condition === said && written.signatures === 0)
    return written;
  throw new DeliveryError(
    'database',
    `Somebody else wrote decision ${number} at the same moment. Nothing was changed.`,
    'Run this command again.',
  );
}

function findDecision(decisions: readonly Decision[], number: number): Decision {
  const found = decisions.find((one) => one.number === number);
  if (found) return found;
  throw new DeliveryError(
    'arguments',
    `There is no decision ${number}. Nothing was changed.`,
    'To see all decisions: npm run review -- --journal',
  );
}

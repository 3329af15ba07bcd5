/**
 * The check by hand: shows what waits and what stands out, and decides by condition, first always as a
 * dry run. Reads the opened signatures of this machine, changes rows in D1.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { dayOf } from '../../signature/stamp.ts';
import type { Secrets } from '../lock.ts';
import { readEntered } from '../opened-file.ts';
import type { Tell } from '../progress.ts';
import { decide, listDecisions, undo, type Writable } from './act.ts';
import { arrivalsSchema, findBursts } from './bursts.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import { readArrivals, readConfirmed } from './decide.ts';
import type { Deciding, Look, LookingBack } from './options.ts';
import { findPatterns } from './patterns.ts';
import { makePlan } from './plan.ts';
import { printDone, printJournal, printPatterns, printPlan, printUndone } from './print.ts';

/** What the world lends. */
export type Bare = {
  database: Writable;
  now: Date;
  tell: Tell;
  /** The command that was run, to say how to do what was only shown. */
  command: string;
};
export type World = Bare & {
  /** The local file of opened signatures, up to date. */
  opened: DatabaseSync;
  secrets: Pick<Secrets, 'entered'>;
};

const confirmedSchema = z.array(z.object({ number: z.int() }));

/** Shows what stands out, or decides; returns the lines to print. */
export async function review(task: Look | Deciding, world: World): Promise<string[]> {
  const { database, now, tell } = world;
  if (task.task === 'look') {
    const arrivals = arrivalsSchema.parse(await database.query(readArrivals));
    return printPatterns(findPatterns(readCandidates(world)), findBursts(arrivals));
  }
  const { task: verb, condition, yes, names } = task;
  const confirmed = confirmedSchema.parse(await database.query(readConfirmed));
  const batches = new Set(confirmed.map(({ number }) => number));
  const plan = makePlan(readCandidates(world), verb, condition, batches, names);
  if (!yes) return printPlan(plan, verb, `${world.command} --yes`, names);
  const order = { verb, condition, ids: plan.ids };
  return printDone(await decide(database, order, dayOf(now), tell), plan);
}

/** Shows the journal, or takes a decision back, which needs nothing opened; returns the lines to print. */
export async function lookBack(task: LookingBack, world: Bare): Promise<string[]> {
  const { database, now, tell } = world;
  const decisions = await listDecisions(database);
  if (task.task === 'journal') return printJournal(decisions);
  const { number } = task;
  const found = decisions.find((one) => one.number === number);
  // One that is unknown or taken back already is refused there.
  if (task.yes || found?.undone !== null)
    return printUndone(number, await undo(database, number, dayOf(now), tell));
  return [...printJournal([found]), `To take it back: ${world.command} --yes`];
}

function readCandidates({ opened, secrets }: World): () => Iterable<Candidate> {
  return function* () {
    for (const signature of readEntered(opened, secrets)) yield candidateOf(signature);
  };
}

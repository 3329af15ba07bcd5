/**
 * First reading of what was opened: how many people a batch has, by what, and what became of every other
 * signature. Numbers alone; the account adds up, or this program is wrong and stops.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { dayOf } from '../../signature/stamp.ts';
import { type Account, accountSchema } from '../account.ts';
import type { Level } from '../../signature/content.ts';
import type { Lane } from '../../signature/lane.ts';
import { sumUp } from '../paper/tallied.ts';
import type { Facts } from '../rows-file.ts';
import type { Person } from './people.ts';

/** Numbers of the people in a batch. */
export type Counted = {
  delivered: number;
  byLevel: Record<Level, number>;
  byLane: Record<Lane, number>;
  byLanguage: Map<string, number>;
  byText: Map<string, number>;
  /** Two letters (ISO 3166-1); empty where none was given, `unmatched` where it is none that we know. */
  byCountry: Map<string, number>;
};

/** What becomes of the signatures of everybody. */
type Fates = Pick<
  Account,
  | 'withoutEmail'
  | 'perhapsEarlier'
  | 'released'
  | 'doubles'
  | 'earlier'
  | 'doublesOfEarlier'
  | 'held'
  | 'unreviewed'
  | 'kept'
>;

/** True for those whom a batch hands over: by its number, or without one whom no batch has yet. */
export function isIn(number: number | undefined): (person: Person) => boolean {
  return ({ batch, standing }) =>
    batch === number && (number !== undefined || standing.state !== 'held');
}

/** Counts the people of a batch, and what became of the others; `excused` as excusedDay says. */
export function countPeople(
  people: Iterable<Person>,
  isDelivered: (person: Person) => boolean,
  excused: string | undefined,
): { counted: Counted; fates: Fates } {
  const counted: Counted = {
    delivered: 0,
    byLevel: { count: 0, initials: 0, name: 0 },
    byLane: { turnstile: 0, stamp: 0, unchecked: 0, paper: 0 },
    byLanguage: new Map(),
    byText: new Map(),
    byCountry: new Map(),
  };
  const fates = {
    ...{
      withoutEmail: 0,
      perhapsEarlier: 0,
      released: 0,
      doubles: 0,
      earlier: 0,
      doublesOfEarlier: 0,
    },
    ...{ held: 0, unreviewed: 0, kept: 0 },
  };
  for (const person of people) {
    const { standing, shown, signatures, batch, kept, waiting } = person;
    if (isDelivered(person)) {
      counted.delivered += 1;
      counted.byLevel[shown.delivered.level] += 1;
      counted.byLane[standing.lane] += 1;
      add(counted.byLanguage, standing.language);
      add(counted.byText, standing.textVersion);
      add(counted.byCountry, shown.from);
      fates.doubles += signatures - 1;
      if (!shown.withEmail) fates.withoutEmail += 1;
      if (standing.decision !== undefined) fates.released += 1;
      if (person.sameTag) fates.perhapsEarlier += 1;
    } else if (batch !== undefined) {
      fates.earlier += 1;
      fates.doublesOfEarlier += signatures - 1;
    } else {
      fates.kept += kept;
      fates.held += signatures - kept;
      for (const [day, number] of waiting) if (day !== excused) fates.unreviewed += number;
    }
  }
  return { counted, fates };
}

const endedSchema = z.array(
  z.object({
    fate: z.enum([
      'withdrawn',
      'invalidated',
      'destroyed',
      'nonsense',
      'unknownKey',
      'unopened',
      'forged',
    ]),
    handed_over: z.int(),
    number: z.int(),
  }),
);

/** The account of a new batch. */
export function accountOf(
  opened: DatabaseSync,
  facts: Facts,
  { delivered, byLane }: Counted,
  fates: Fates,
): Account {
  const sql = `SELECT fate, batch IS NOT NULL AS handed_over, COUNT(*) AS number
    FROM ended GROUP BY fate, handed_over`;
  const ended = endedSchema.parse(opened.prepare(sql).all());
  const of = (fate: string, handedOver?: number) =>
    sum(
      ended
        .filter((one) => one.fate === fate && (handedOver ?? one.handed_over) === one.handed_over)
        .map(({ number }) => number),
    );
  const destroyedEarlier = of('destroyed', 1);
  const handed = fates.earlier + fates.doublesOfEarlier + destroyedEarlier;
  const earlier = destroyedEarlier > 0 ? leastEarlier(opened, facts) : fates.earlier;
  const all = {
    ...{ delivered, doubles: fates.doubles, earlier, doublesOfEarlier: handed - earlier },
    ...{ held: fates.held, kept: fates.kept, destroyed: of('destroyed', 0) },
    invalidated: of('invalidated'),
    withdrawn: of('withdrawn', 0),
    withdrawnAfterDelivery: of('withdrawn', 1),
    nonsense: of('nonsense'),
    unopened: of('unopened'),
    unknownKey: of('unknownKey'),
    forged: of('forged'),
  };
  const signatures = countRows(opened, 'signature') + countRows(opened, 'ended');
  if (sum(Object.values(all)) !== signatures) throw new Error('The account does not add up');
  const { begun, rows, publicCount } = facts;
  const read = { read: dayOf(new Date(begun)), publicCount, rows, signatures };
  const { withoutEmail, perhapsEarlier, released, unreviewed } = fates;
  const parts = { withoutEmail, perhapsEarlier, byLane, released, unreviewed, destroyedEarlier };
  // In the order of the schema, as it will be read when the batch is written again.
  return accountSchema.parse({ ...read, ...parts, ...all, ...sumUp(facts.tallied) });
}

const leftSchema = z.array(z.object({ batch: z.int(), number: z.int() }));

/** People whom earlier batches say they had, as if each signature that ended since had been one of them. */
function leastEarlier(opened: DatabaseSync, { batches }: Facts): number {
  const sql = `SELECT batch, COUNT(*) AS number FROM ended
    WHERE batch IS NOT NULL AND fate IN ('withdrawn', 'invalidated') GROUP BY batch`;
  const left = new Map(
    leftSchema.parse(opened.prepare(sql).all()).map(({ batch, number }) => [batch, number]),
  );
  return sum(
    batches
      .filter(({ confirmed }) => confirmed !== null)
      .map(({ number, account }) => {
        const { delivered } = accountSchema.parse(JSON.parse(account));
        return Math.max(0, delivered - (left.get(number) ?? 0));
      }),
  );
}

function countRows(opened: DatabaseSync, table: 'signature' | 'ended'): number {
  return Number(opened.prepare(`SELECT COUNT(*) AS number FROM ${table}`).get()?.['number']);
}

function add(numbers: Map<string, number>, key: string): void {
  numbers.set(key, (numbers.get(key) ?? 0) + 1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

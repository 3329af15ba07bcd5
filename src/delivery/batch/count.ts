/**
 * First reading of what was opened: how many people a batch has, by what, and what became of the signatures
 * of everybody else. Numbers alone.
 */
import type { Account } from '../account.ts';
import type { Level } from '../../signature/content.ts';
import type { Lane } from '../../signature/lane.ts';
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
export type Fates = Pick<
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

function add(numbers: Map<string, number>, key: string): void {
  numbers.set(key, (numbers.get(key) ?? 0) + 1);
}

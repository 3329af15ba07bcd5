/**
 * Makes one person of all signatures that lie side by side because they are one person's. The most
 * protective level wins; a signature that counts stands before one that waits.
 */
import { showsLess, standing } from '../join.ts';
import type { Shown } from '../obey.ts';
import type { Opened } from '../opened-file.ts';

export type Person = {
  person: Uint8Array;
  /** The signature whose lane, language and text stand for all. */
  standing: Opened;
  shown: Shown;
  /** The first batch that handed one of them over. */
  batch: number | undefined;
  signatures: number;
  /** Whether a destroyed signature that was handed over has a tag of theirs. */
  sameTag: boolean;
  /** Of them, checked by hand and held back. */
  kept: number;
  /** Days of those that are held and that nobody has checked. */
  waiting: ReadonlyMap<string, number>;
};

/** Reads people from signatures sorted by person. */
export function* readPeople(
  signatures: Iterable<Opened & { shown: Shown }>,
): Generator<Person, void> {
  let before: Person | undefined;
  for (const signature of signatures) {
    const one = personOf(signature);
    if (before && Buffer.compare(before.person, one.person) === 0) before = join(before, one);
    else {
      if (before) yield before;
      before = one;
    }
  }
  if (before) yield before;
}

function personOf({ shown, ...opened }: Opened & { shown: Shown }): Person {
  const { person, batch, state, decision, day, sameTag } = opened;
  const isHeld = state === 'held';
  return {
    ...{ person, batch, shown, standing: opened, signatures: 1, sameTag },
    kept: isHeld && decision !== undefined ? 1 : 0,
    waiting: new Map(isHeld && decision === undefined ? [[day, 1]] : []),
  };
}

function join(one: Person, other: Person): Person {
  const less = showsLess(other.shown.delivered.level, one.shown.delivered.level);
  return {
    person: one.person,
    standing: standing(one.standing, other.standing),
    shown: less ? other.shown : one.shown,
    batch: one.batch === undefined ? other.batch : Math.min(one.batch, other.batch ?? one.batch),
    signatures: one.signatures + other.signatures,
    sameTag: one.sameTag || other.sameTag,
    kept: one.kept + other.kept,
    waiting: addUp(one.waiting, other.waiting),
  };
}

function addUp(one: Person['waiting'], other: Person['waiting']): Person['waiting'] {
  const days = new Map(one);
  for (const [day, number] of other) days.set(day, (days.get(day) ?? 0) + number);
  return days;
}

/**
 * What the report shows, in numbers: signatures by day, language, country, lane and state, in one pass.
 * Sees neither a name nor an address.
 */
import { z } from 'zod';
import { type Lane, lanes } from '../../signature/lane.ts';
import type { Opened } from '../opened-file.ts';
import type { Shown } from '../obey.ts';

/** Lines of a chart, in the order in which they are shown. */
export type Line = { key: string; number: number };

export type Figures = {
  signatures: number;
  /** Each day from the first to the last, also those on which nobody signed. */
  days: { day: string; lanes: Record<Lane, number> }[];
  languages: Line[];
  /** Two letters (ISO 3166-1), `none` or `unmatched`. */
  countries: Line[];
  lanes: Line[];
  states: Line[];
};

/**
 * How many have ended, and are not among what was opened; for D1. A code that never signed has no digest;
 * whose sealed part was destroyed, and has another one, was opened.
 */
export const readEnded = `
  SELECT CASE WHEN state IN ('withdrawn', 'invalidated') THEN state ELSE 'destroyed' END AS state,
    COUNT(DISTINCT id_hash) AS number
  FROM signature WHERE digest <> x'' AND (state IN ('withdrawn', 'invalidated') OR sealed IS NULL
    AND NOT EXISTS (SELECT 1 FROM signature AS other
      WHERE other.id_hash = signature.id_hash AND other.sealed IS NOT NULL))
  GROUP BY 1`;
export const endedSchema = z.array(
  z.object({ state: z.enum(['withdrawn', 'invalidated', 'destroyed']), number: z.int() }),
);

const dayLength = 86_400_000;

/** Counts what was opened, and what has ended. */
export function countFigures(
  opened: Iterable<Opened & { shown: Shown }>,
  ended: z.output<typeof endedSchema>,
): Figures {
  const days = new Map<string, Record<Lane, number>>();
  const [languages, countries] = [new Map<string, number>(), new Map<string, number>()];
  const byLane = new Map<string, number>(lanes.map((lane) => [lane, 0]));
  const inOrder = [
    'counted',
    'repeat',
    'held',
    'held back',
    'invalidated',
    'withdrawn',
    'destroyed',
  ];
  const states = new Map(inOrder.map((state) => [state, 0]));
  let signatures = 0;
  for (const { day, lane, language, state, decision, shown } of opened) {
    signatures += 1;
    const ofDay = days.get(day) ?? noneYet();
    ofDay[lane] += 1;
    days.set(day, ofDay);
    count(languages, language);
    count(countries, shown.from || 'none');
    count(byLane, lane);
    count(states, state === 'held' && decision !== undefined ? 'held back' : state);
  }
  for (const { state, number } of ended) states.set(state, number);
  return {
    signatures,
    days: everyDay(days),
    languages: largestFirst(languages),
    countries: largestFirst(countries),
    lanes: linesOf(byLane),
    states: linesOf(states),
  };
}

function everyDay(found: ReadonlyMap<string, Record<Lane, number>>): Figures['days'] {
  const sorted = Array.from(found.keys()).sort();
  const [first = '', last = first] = [sorted[0], sorted.at(-1)];
  const length = Math.max(0, (Date.parse(last) - Date.parse(first)) / dayLength + 1) || 0;
  return Array.from({ length }, (_, place) => {
    const day = new Date(Date.parse(first) + place * dayLength).toISOString().slice(0, 10);
    return { day, lanes: found.get(day) ?? noneYet() };
  });
}

function noneYet(): Record<Lane, number> {
  return { turnstile: 0, stamp: 0, unchecked: 0, paper: 0 };
}

function count(numbers: Map<string, number>, key: string): void {
  numbers.set(key, (numbers.get(key) ?? 0) + 1);
}

function linesOf(numbers: ReadonlyMap<string, number>): Line[] {
  return Array.from(numbers, ([key, number]) => ({ key, number }));
}

function largestFirst(numbers: ReadonlyMap<string, number>): Line[] {
  return linesOf(numbers).sort((a, b) => b.number - a.number || (a.key < b.key ? -1 : 1));
}

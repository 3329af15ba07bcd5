/**
 * What a check by hand looks at first: what waits, and what stands out. Reads the opened signatures twice
 * and keeps numbers alone. What stands out is a reason to look, and no proof: an article in a newspaper
 * looks like this too.
 */
import { type Candidate, sharedByMany } from './candidate.ts';
import { makeSieve } from './sieve.ts';
import { byKey, count, largestFirst, type Tally } from './tally.ts';

const kinds = ['provider', 'shape', 'country'] as const;
const places = ['day', 'lane'] as const;

/** A value that one day or lane has far more often than all others. */
export type Outlier = {
  kind: (typeof kinds)[number];
  value: string;
  place: (typeof places)[number];
  where: string;
  number: number;
  /** Of all in that place, and of all elsewhere. */
  share: number;
  elsewhere: number;
};

export type Patterns = {
  signatures: number;
  /** Held, and nobody has checked them: numbers by day and lane, the day first. */
  waiting: [string, number][];
  /** Checked, and held back. */
  kept: number;
  outliers: Outlier[];
  /** Countries as typed that match none. */
  unmatched: [string, number][];
  /** Further ones, where too many different ones were typed. */
  unmatchedOthers: number;
};

/** How many times its share elsewhere is beyond likely, and how many elsewhere say what is likely. */
const timesUsual = 3;
const enoughElsewhere = 100;
const mostTyped = 10_000;

/** Reads twice. */
export function findPatterns(read: () => Iterable<Candidate>): Patterns {
  const sieve = makeSieve();
  for (const candidate of read()) for (const one of factsOf(candidate)) sieve.add(one.key);
  const totals: Tally = new Map();
  const facts = new Map<string, { fact: Fact; tally: Tally }>();
  const waiting: Tally = new Map();
  const unmatched: Tally = new Map();
  const found = { signatures: 0, kept: 0, unmatchedOthers: 0 };
  for (const candidate of read()) {
    found.signatures += 1;
    const here = places.map((place) => `${place} ${candidate[place]}`);
    for (const place of here) count(totals, place);
    for (const fact of factsOf(candidate)) {
      if (!sieve.mayBeMany(fact.key)) continue;
      const known = facts.get(fact.key) ?? { fact, tally: new Map<string, number>() };
      facts.set(fact.key, known);
      for (const place of here) count(known.tally, place);
    }
    if (candidate.state === 'held' && candidate.decision !== undefined) found.kept += 1;
    else if (candidate.state === 'held') count(waiting, `${candidate.day} ${candidate.lane}`);
    if (candidate.typed === undefined) continue;
    if (unmatched.size < mostTyped || unmatched.has(candidate.typed))
      count(unmatched, candidate.typed);
    else found.unmatchedOthers += 1;
  }
  const outliers = Array.from(facts.values()).flatMap(({ fact, tally }) =>
    findOutliers(fact, tally, totals, found.signatures),
  );
  outliers.sort((one, other) => other.number - one.number);
  return { ...found, waiting: byKey(waiting), outliers, unmatched: largestFirst(unmatched) };
}

type Fact = { kind: Outlier['kind']; value: string; key: string };

function factsOf(candidate: Candidate): Fact[] {
  return kinds.flatMap((kind) => {
    const value = candidate[kind];
    if (value === undefined || value === '') return [];
    return [{ kind, value, key: `${kind} ${value}` }];
  });
}

/** At least twenty, and at least three times the share of all other days, or lanes, together. */
function findOutliers(fact: Fact, tally: Tally, totals: Tally, signatures: number): Outlier[] {
  const { kind, value } = fact;
  return places.flatMap((place) => {
    const here = Array.from(tally).filter(([key]) => key.startsWith(`${place} `));
    const all = here.reduce((sum, [, number]) => sum + number, 0);
    return here.flatMap(([key, number]) => {
      const total = totals.get(key) ?? 0;
      const others = signatures - total;
      if (number < sharedByMany || others < enoughElsewhere) return [];
      const [share, elsewhere] = [number / total, (all - number) / others];
      if (share < timesUsual * elsewhere) return [];
      return [{ kind, value, place, where: key.slice(place.length + 1), number, share, elsewhere }];
    });
  });
}

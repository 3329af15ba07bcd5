/**
 * The dry run: which signatures a decision would change, in numbers, with a few samples. Changes nothing.
 * The ids of what it finds are held in memory, about 100 bytes each; nothing else grows with their number.
 */
import { initialsOf } from '../obey.ts';
import { type Candidate, sharedByMany } from './candidate.ts';
import { type Condition, fulfils } from './condition.ts';
import type { Verb } from './decide.ts';
import { makeSieve } from './sieve.ts';
import { byKey, count, largestFirst, type Tally } from './tally.ts';

/** How a sample is shown: masked unless full names were asked for. */
export type Sample = {
  name: string;
  shape: string;
  country: string;
  provider: string;
  language: string;
  lane: string;
  day: string;
};

export type Plan = {
  /** In order, in hexadecimal digits. */
  ids: string[];
  /** Fulfil the condition, and stay as they are: handed over by a confirmed batch, or held back after a check. */
  delivered: number;
  kept: number;
  counts: Record<'lane' | 'day' | 'language' | 'country' | 'provider', [string, number][]>;
  samples: Sample[];
};

const sampled = 10;

/** Reads twice. `batches` are those that were confirmed. */
export function makePlan(
  read: () => Iterable<Candidate>,
  verb: Verb,
  condition: Condition,
  batches: ReadonlySet<number>,
  names: boolean,
): Plan {
  const sieve = makeSieve();
  const ids: string[] = [];
  const left = { delivered: 0, kept: 0 };
  const tallies = makeTallies();
  for (const candidate of read()) {
    if (!fulfils(candidate, condition)) continue;
    if (verb !== 'invalidate' && candidate.state !== 'held') continue;
    if (candidate.batch !== undefined && batches.has(candidate.batch)) left.delivered += 1;
    else if (verb !== 'invalidate' && candidate.decision !== undefined) left.kept += 1;
    else {
      ids.push(candidate.idHash);
      for (const fact of ['lane', 'day', 'language', 'country'] as const)
        count(tallies[fact], candidate[fact]);
      if (candidate.provider !== undefined) sieve.add(candidate.provider);
    }
  }
  ids.sort();
  const chosen = new Set(ids);
  const counted: Tally = new Map();
  const first: Candidate[] = [];
  for (const candidate of read()) {
    if (!chosen.has(candidate.idHash)) continue;
    if (first.length < sampled) first.push(candidate);
    const { provider } = candidate;
    const isAsked = names || provider === condition.provider;
    if (provider !== undefined && (isAsked || sieve.mayBeMany(provider))) count(counted, provider);
  }
  const isSaid = (provider: string, number: number) =>
    names || provider === condition.provider || number >= sharedByMany;
  const providers = new Map(Array.from(counted).filter((one) => isSaid(...one)));
  const named = Array.from(providers.values()).reduce((sum, number) => sum + number, 0);
  const counts = {
    lane: largestFirst(tallies.lane),
    day: byKey(tallies.day),
    language: largestFirst(tallies.language),
    country: largestFirst(tallies.country),
    provider: [...largestFirst(providers), ...otherProviders(ids.length - named)],
  };
  const samples = first.map((candidate) => sampleOf(candidate, providers, names));
  return { ids, ...left, counts, samples };
}

function makeTallies(): Record<'lane' | 'day' | 'language' | 'country', Tally> {
  return { lane: new Map(), day: new Map(), language: new Map(), country: new Map() };
}

function otherProviders(number: number): [string, number][] {
  return number > 0 ? [['others, or none', number]] : [];
}

function sampleOf(candidate: Candidate, providers: Tally, names: boolean): Sample {
  const { name, shape, country, provider, language, lane, day } = candidate;
  const shared = provider !== undefined && providers.has(provider);
  return {
    name: names ? name : initialsOf(name),
    shape,
    country,
    provider: shared ? provider : provider === undefined ? 'none' : 'a provider',
    ...{ language, lane, day },
  };
}

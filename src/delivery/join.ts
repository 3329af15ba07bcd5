/**
 * Makes one signature of all rows of an id hash, and says which of two signatures stands for both. The
 * most protective level wins, and a no to news, whoever sent it when.
 */
import { type Level, levels } from '../signature/content.ts';
import type { Fate, Opening, Signature } from './open.ts';

/** All rows of one id hash. */
export type Joined = {
  outcome: { fate: 'opened'; signature: Signature } | { fate: Fate };
  /** Why rows were set aside; other rows of the id hash may well have opened. */
  setAside: SetAside[];
};

/** What somebody other than the signer can do to a row, or a missing key; the campaigner is told. */
export const aside = ['unopened', 'unknownKey', 'forged'] as const;
export type SetAside = (typeof aside)[number];

/**
 * One withdrawn or invalidated row decides for all; one that opened makes up for the rest. What was
 * forged says nothing about the signer.
 */
const first: readonly Fate[] = ['withdrawn', 'invalidated'];
const last: readonly Fate[] = ['destroyed', 'nonsense', 'unknownKey', 'unopened', 'forged'];
/** A row that counts stands before one that waits. */
const states: readonly Signature['state'][] = ['counted', 'repeat', 'held'];

/** Joins the rows of an id hash. */
export function joinRows(rows: readonly Opening[]): Joined {
  const fates = new Set(rows.map((row) => row.fate));
  const ended = first.find((fate) => fates.has(fate));
  if (ended) return { outcome: { fate: ended }, setAside: [] };
  const setAside = aside.filter((fate) => fates.has(fate));
  const opened = rows.flatMap((row) => (row.fate === 'opened' ? [row.signature] : []));
  const [one, ...others] = opened;
  if (one) {
    const joined = others.reduce(merge, one);
    // What was destroyed may have asked to be shown less, and for no news.
    const least = fates.has('destroyed') ? ({ level: 'count', news: false } as const) : {};
    const signature = { ...joined, entered: { ...joined.entered, ...least } };
    return { outcome: { fate: 'opened', signature }, setAside };
  }
  return { outcome: { fate: last.find((fate) => fates.has(fate)) ?? 'unopened' }, setAside };
}

/** Whose lane, language and text stand for both. */
export function standing<One extends Pick<Signature, 'state'>>(one: One, other: One): One {
  return states.indexOf(other.state) < states.indexOf(one.state) ? other : one;
}

/** True when a level shows less than another. */
export function showsLess(level: Level, other: Level): boolean {
  return levels.indexOf(level) < levels.indexOf(other);
}

function merge(one: Signature, other: Signature): Signature {
  const { entered } = showsLess(other.entered.level, one.entered.level) ? other : one;
  // A further row takes back the wish for news (person/take-back.ts).
  const news = one.entered.news && other.entered.news;
  return { ...standing(one, other), entered: { ...entered, news } };
}

/** Counters by key, for what is counted on one pass. */
export type Tally = Map<string, number>;

/** Counts a key once more. */
export function count(tally: Tally, key: string, number = 1): void {
  tally.set(key, (tally.get(key) ?? 0) + number);
}

/** Its lines, the largest first, equal ones by key. */
export function largestFirst(tally: Tally): [string, number][] {
  return Array.from(tally).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Its lines by key. */
export function byKey(tally: Tally): [string, number][] {
  return Array.from(tally).sort(([a], [b]) => (a < b ? -1 : 1));
}

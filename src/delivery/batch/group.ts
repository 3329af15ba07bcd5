/**
 * Puts small numbers together, so that no line of a table singles somebody out, and none can be worked out
 * from the others and the total: a group of small ones has at least two members and ten signatures, or the
 * next smallest joins it (complementary suppression).
 */
import type { Grouped } from '../dossier/facts.ts';

/** From this many on, a number stands by itself. */
const smallest = 10;

/** Groups numbers by key; what has one of the keys in `unnamed` is never shown by itself. */
export function group(
  numbers: ReadonlyMap<string, number>,
  unnamed: readonly string[] = [],
): Grouped {
  const some = Array.from(numbers).filter(([, number]) => number > 0);
  const isNamed = ([key]: readonly [string, number]) => !unnamed.includes(key);
  const shown = some.filter(isNamed).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const grouped = some.filter((one) => !isNamed(one));
  const takeSmallest = () => grouped.push(...shown.splice(-1));
  while ((shown.at(-1)?.[1] ?? smallest) < smallest) takeSmallest();
  const other = () => grouped.reduce((sum, [, number]) => sum + number, 0);
  const isTooSmall = () =>
    grouped.length > 0 && (other() < smallest || (grouped.length < 2 && grouped.some(isNamed)));
  while (shown.length > 0 && isTooSmall()) takeSmallest();
  return { shown: shown.map(([key, number]) => ({ key, number })), other: other() };
}

/** What somebody may have meant who mistyped a word. */
import { distance } from 'fastest-levenshtein';

/** The nearest of some words to a mistyped one; undefined where all differ in more than two fifths, or two letters. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((known) => ({ known, steps: distance(word.toLowerCase(), known.toLowerCase()) }))
    .sort((one, other) => one.steps - other.steps);
  if (!best) return undefined;
  return best.steps <= Math.max(best.known.length < 4 ? 1 : 2, best.known.length * 0.4)
    ? best.known
    : undefined;
}

/**
 * Counts values in constant memory, however many different ones an adversary sends: a first pass sieves
 * out what few share, and only what many may share is then counted one by one.
 */
import { sharedByMany } from './candidate.ts';

export type Sieve = {
  /** First pass. */
  add: (value: string) => void;
  /** After it: false when fewer than twenty have the value; true also for a few others. */
  mayBeMany: (value: string) => boolean;
};

const slots = 2 ** 20;

/** Makes an empty sieve of 4 MB. */
export function makeSieve(): Sieve {
  const counts = new Uint32Array(slots);
  return {
    add: (value) => {
      const slot = slotOf(value);
      counts[slot] = (counts[slot] ?? 0) + 1;
    },
    mayBeMany: (value) => (counts[slotOf(value)] ?? 0) >= sharedByMany,
  };
}

/** FNV-1a (www.isthe.com/chongo/tech/comp/fnv). */
function slotOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at++)
    hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % slots;
}

/** Ten minutes in which far more arrived than usual by their lane; counters alone, no signature. */
import { z } from 'zod';

export const arrivalsSchema = z.array(
  z.object({ period: z.string(), lane: z.string(), held: z.int(), number: z.int() }),
);
export type Arrivals = z.output<typeof arrivalsSchema>[number];

/** Smaller numbers are not kept, so what is usual is never less. */
const leastUsual = 20;
const timesUsual = 3;

/** At least three times the median of the other periods of the lane, and never below sixty. */
export function findBursts(arrivals: readonly Arrivals[]): (Arrivals & { usual: number })[] {
  const lanes = Map.groupBy(arrivals, ({ lane, held }) => `${lane} ${held}`);
  return Array.from(lanes.values()).flatMap((periods) => {
    const sorted = periods.map(({ number }) => number).sort((one, other) => one - other);
    return periods.flatMap((period) => {
      const others = sorted.toSpliced(sorted.indexOf(period.number), 1);
      const usual = Math.max(leastUsual, others[Math.floor(others.length / 2)] ?? 0);
      return period.number >= timesUsual * usual ? [{ ...period, usual }] : [];
    });
  });
}

/** On a clock of the test's own, so that a busy machine changes nothing. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeQueue } from './link.ts';

const shape = { bitsPerSecond: 40_000, roundTrip: 300 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Sends packets of 1,400 bytes at once; tells after how many milliseconds each arrived. */
async function arrivals(packets: number): Promise<number[]> {
  const queue = makeQueue(shape);
  const start = performance.now();
  const times: number[] = [];
  for (let sent = 0; sent < packets; sent++)
    queue(1400, () => times.push(performance.now() - start));
  await vi.runAllTimersAsync();
  return times;
}

describe('The slow link of the benchmark', () => {
  it('brings one packet after its time on the air and half a round trip', async () => {
    expect(await arrivals(1)).toEqual([(1440 * 8) / 40 + 150]);
  });

  it('carries 50 KB at 40 kbit/s in ten seconds and a half, headers included', async () => {
    const last = (await arrivals(36)).at(-1) ?? 0;
    expect(last / 1000).toBeCloseTo(36 * 0.288 + 0.15, 1);
  });

  it('hands packets on in the order in which they were sent', async () => {
    const queue = makeQueue(shape);
    const order: string[] = [];
    for (const name of ['large', 'small', 'last'])
      queue(name === 'large' ? 1400 : 1, () => order.push(name));
    await vi.runAllTimersAsync();
    expect(order).toEqual(['large', 'small', 'last']);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { roundDown } from '../../functions/count.ts';
import { startWorker, type TestWorker } from '../worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());
beforeEach(async () => {
  await worker.clear();
  await worker.db.exec("UPDATE tally SET total = 0, settled = ''");
  await worker.runCron();
});

let serial = 0;
/** Rows as the Worker stores them, in a state. */
async function add(state: string, number: number, fresh = state === 'held' ? 0 : 1) {
  const values = Array.from({ length: number }, () => {
    const hex = (++serial).toString(16).padStart(64, '0');
    return `(x'${hex}', x'00', '2026-11-23', '${state}', ${String(fresh)})`;
  });
  // A statement of D1 has at most 100 KB.
  for (let from = 0; from < values.length; from += 500)
    await worker.db
      .prepare(
        `INSERT INTO signature (id_hash, digest, day, state, fresh) VALUES ${values.slice(from, from + 500).join(',')}`,
      )
      .run();
}
const total = async () =>
  (await worker.db.prepare('SELECT total FROM tally').first<{ total: number }>())?.total;
const published = async () => (await worker.fetch('/api/count')).json();
const nextDay = () => worker.db.exec("UPDATE tally SET settled = 'yesterday'");

describe('the public number', () => {
  it('moves only when the cron adds up the fresh rows, rounded down to 10', async () => {
    await add('counted', 1047);
    expect(await published()).toEqual({ count: 0 });
    await worker.runCron();
    expect(await published()).toEqual({ count: 1040 });
    await add('counted', 3);
    await worker.runCron();
    await worker.runCron();
    expect(await published()).toEqual({ count: 1050 });
  });

  it('does not count held rows', async () => {
    await add('held', 50);
    await worker.runCron();
    expect(await total()).toBe(0);
  });

  it('moves with a repeat as with a first signature, and loses it on the next day only', async () => {
    await add('counted', 1010);
    await add('repeat', 10);
    await worker.runCron();
    expect(await published()).toEqual({ count: 1020 });
    await worker.runCron();
    expect(await total()).toBe(1020);
    await nextDay();
    await worker.runCron();
    expect(await published()).toEqual({ count: 1010 });
  });

  it('stays hidden below the number that the settings name', async () => {
    await add('counted', 999);
    await worker.runCron();
    expect(await total()).toBe(999);
    expect(await published()).toEqual({ count: 0 });
  });

  it('loses withdrawals on the next day only, also of rows that were not added up yet', async () => {
    await add('counted', 20);
    await worker.runCron();
    await add('counted', 10);
    await worker.db.exec(
      "UPDATE signature SET state = 'withdrawn', fresh = CASE WHEN state = 'counted' AND fresh = 0 THEN -1 ELSE fresh END",
    );
    await worker.runCron();
    expect(await total()).toBe(30);
    await nextDay();
    await worker.runCron();
    expect(await total()).toBe(0);
  });

  it('is answered without the database', async () => {
    await worker.db.exec('ALTER TABLE tally RENAME TO away');
    await worker.db.exec('ALTER TABLE signature RENAME TO away_too');
    try {
      expect((await worker.fetch('/api/count')).status).toBe(200);
    } finally {
      await worker.db.exec('ALTER TABLE away RENAME TO tally');
      await worker.db.exec('ALTER TABLE away_too RENAME TO signature');
    }
  });

  it.each([
    [0, 0],
    [9, 0],
    [19, 10],
    [10_000, 10_000],
    [10_099, 10_000],
    [123_456, 123_400],
    [-5, 0],
  ])('shows %i as %i', (exact, shown) => {
    expect(roundDown(exact)).toBe(shown);
  });
});

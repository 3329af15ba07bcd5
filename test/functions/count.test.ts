import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { daysKept, periodOf, smallestKept } from '../../functions/arrivals.ts';
import { roundDown } from '../../functions/count.ts';
import { addUpTally, withdrawRows } from '../../functions/store.ts';
import { startWorker, type TestWorker } from '../worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());
beforeEach(async () => {
  await worker.clear();
  await worker.db.exec("UPDATE tally SET total = 0, settled = ''");
  await worker.db.exec('DELETE FROM arrivals');
  await worker.runCron();
});

let serial = 0;
/** Rows as the Worker stores them, in a state. */
async function add(state: string, number: number, lane = 'turnstile') {
  const fresh = state === 'held' ? 2 : 1;
  const values = Array.from({ length: number }, () => {
    const hex = (++serial).toString(16).padStart(64, '0');
    return `(x'${hex}', x'00', '2026-11-23', '${lane}', '${state}', ${String(fresh)})`;
  });
  // A statement of D1 has at most 100 KB.
  for (let from = 0; from < values.length; from += 500)
    await worker.db
      .prepare(
        `INSERT INTO signature (id_hash, digest, day, lane, state, fresh) VALUES ${values.slice(from, from + 500).join(',')}`,
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

describe('the arrivals', () => {
  const arrivals = async () =>
    (await worker.db.prepare('SELECT * FROM arrivals ORDER BY lane, held').all()).results;
  const runAt = (time: string) => addUpTally(worker.db, new Date(time));
  const period = '2026-11-23T12:30Z';

  it('are counted by lane and ten minutes, those that are held apart', async () => {
    await add('counted', 40);
    await add('repeat', 5);
    await add('counted', 30, 'stamp');
    await add('held', 25, 'stamp');
    await runAt('2026-11-23T12:35:01Z');
    await add('counted', 7, 'stamp');
    await runAt('2026-11-23T12:40:01Z');
    expect(await arrivals()).toEqual([
      { period, lane: 'stamp', held: 0, number: 37 },
      { period, lane: 'stamp', held: 1, number: 25 },
      { period, lane: 'turnstile', held: 0, number: 45 },
    ]);
    expect(await total()).toBe(82);
  });

  it('count nobody twice', async () => {
    await add('held', 30);
    await runAt('2026-11-23T12:35:01Z');
    await runAt('2026-11-23T12:36:01Z');
    expect(await arrivals()).toMatchObject([{ number: 30 }]);
    expect(await total()).toBe(0);
  });

  it('leave no trace of a small number once its ten minutes are over: it would tell who signed', async () => {
    await add('counted', smallestKept - 1);
    await add('counted', smallestKept, 'stamp');
    await add('held', 1, 'stamp');
    await runAt('2026-11-23T12:40:01Z');
    expect(await arrivals()).toHaveLength(3);
    await runAt('2026-11-23T12:45:01Z');
    expect(await arrivals()).toEqual([{ period, lane: 'stamp', held: 0, number: smallestKept }]);
  });

  it('are forgotten after ninety days', async () => {
    await add('counted', 100);
    await runAt('2026-11-23T12:35:01Z');
    await runAt('2027-02-21T12:35:01Z');
    expect([daysKept, (await arrivals()).length]).toEqual([90, 1]);
    await runAt('2027-02-21T12:45:01Z');
    expect(await arrivals()).toEqual([]);
  });

  it('forget who withdraws before the cron runs, and the total stays right', async () => {
    await add('held', 30);
    await add('counted', 30);
    const first = serial - 59;
    for (const one of [first, serial]) {
      const idHash = Buffer.from(one.toString(16).padStart(64, '0'), 'hex').toString('base64url');
      await withdrawRows(worker.db, idHash, '2026-11-23');
    }
    await runAt('2026-11-23T12:35:01Z');
    expect(await arrivals()).toMatchObject([
      { held: 0, number: 29 },
      { held: 1, number: 29 },
    ]);
    await runAt('2026-11-24T12:35:01Z');
    expect(await total()).toBe(29);
    const left = 'SELECT COUNT(*) AS fresh FROM signature WHERE fresh <> 0';
    expect(await worker.db.prepare(left).first()).toEqual({ fresh: 0 });
  });

  it('do not count again what was checked by hand', async () => {
    await add('held', 30);
    await runAt('2026-11-23T12:35:01Z');
    await worker.db.exec("UPDATE signature SET state = 'counted', was = 'held', fresh = 1");
    await runAt('2026-11-23T12:40:01Z');
    expect(await arrivals()).toMatchObject([{ held: 1, number: 30 }]);
    expect(await total()).toBe(30);
  });

  it.each([
    ['2026-11-23T12:35:00Z', '2026-11-23T12:30Z'],
    ['2026-11-23T12:40:02Z', '2026-11-23T12:30Z'],
    ['2026-11-23T12:45:02Z', '2026-11-23T12:40Z'],
    ['2026-11-24T00:00:02Z', '2026-11-23T23:50Z'],
  ])('that the cron finds at %s came in the ten minutes from %s', (now, began) => {
    expect(periodOf(new Date(now))).toBe(began);
  });
});

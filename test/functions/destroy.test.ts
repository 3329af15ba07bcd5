import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readSettings } from '../../src/site/settings.ts';
import { destroyDue } from '../../functions/destroy.ts';
import { withdrawRows } from '../../functions/store.ts';
import { destroyedFrom } from '../../src/signature/retention.ts';
import { localSite } from '../sites.ts';
import { makeBody, newSigner, post } from '../signer.ts';
import { startWorker, type TestWorker } from '../worker.ts';

const { deletedBy } = readSettings(localSite.content);
const handedOver = '2026-11-23';
const due = destroyedFrom(handedOver);
/** A moment some seconds from the beginning of a day. */
const at = (day: string, seconds: number) => new Date(Date.parse(day) + seconds * 1000);

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());
beforeEach(async () => {
  for (const table of ['signature', 'batch', 'destruction', 'sheet'])
    await worker.db.exec(`DELETE FROM ${table}`);
  await worker.db.exec("UPDATE tally SET total = 0, settled = ''");
});

/** Rows as the Worker stores them, some of them in a batch. */
async function fill(rows: number, { batch = 'NULL', state = 'counted', day = handedOver } = {}) {
  await worker.db
    .prepare(
      `WITH RECURSIVE number (one) AS (SELECT 1 UNION ALL SELECT one + 1 FROM number WHERE one < ${rows})
      INSERT INTO signature SELECT randomblob(32), randomblob(32), '${day}', 'be', 'stamp', '${state}', 0,
        randomblob(32), randomblob(300), 'key', 'be-0123456789ab', ${batch}, NULL, NULL FROM number`,
    )
    .run();
}
const confirm = (number: number, day: string | null = handedOver) =>
  worker.db
    .prepare("INSERT INTO batch VALUES (?, '2026-11-20', 'key', 'hash', 1, '{}', ?, NULL)")
    .bind(number, day)
    .run();

const journalSchema = z.array(
  z.object({ day: z.string(), why: z.string(), what: z.string(), number: z.int() }),
);
async function journal() {
  const { results } = await worker.db.prepare('SELECT * FROM destruction ORDER BY day, what').all();
  return journalSchema.parse(results).map(({ day, why, what, number }) => [day, why, what, number]);
}
async function sealed() {
  const sql = `SELECT COUNT(*) AS number FROM signature WHERE sealed IS NOT NULL`;
  return (await worker.db.prepare(sql).first<{ number: number }>())?.number;
}
const destroyedOn = async (number: number) =>
  (
    await worker.db
      .prepare('SELECT destroyed FROM batch WHERE number = ?')
      .bind(number)
      .first<{ destroyed: string | null }>()
  )?.destroyed;

describe('the sealed parts of a batch', () => {
  it.each([
    ['are there one second before thirty days are over', due, -1, 3],
    ['are destroyed as soon as thirty days are over', due, 0, 0],
    ['are destroyed one second after thirty days', due, 1, 0],
  ])('%s', async (_, day, seconds, left) => {
    await confirm(1);
    await fill(3, { batch: '1' });
    await worker.runCron(at(day, seconds));
    expect(await sealed()).toBe(left);
    expect(await journal()).toEqual(left === 0 ? [[due, 'batch', '1', 3]] : []);
    expect(await destroyedOn(1)).toBe(left === 0 ? due : null);
  });

  it('leave id hash, tag, state and batch, and nothing else that came with a signature', async () => {
    await confirm(1);
    await fill(1, { batch: '1', state: 'repeat' });
    const [before] = await worker.rows();
    await worker.runCron(at(due, 0));
    expect(await worker.rows()).toEqual([
      {
        ...before,
        ...{ sealed: null, key_id: null, language: null, lane: null, text_version: null, day: '' },
      },
    ]);
  });

  it('go with all that came under the same code, also if no batch has it', async () => {
    await confirm(1);
    await fill(2, { batch: '1' });
    await worker.db.exec(
      "INSERT INTO signature SELECT id_hash, x'00', day, language, lane, 'repeat', 0, tag, sealed, key_id, text_version, NULL, NULL, NULL FROM signature",
    );
    await fill(1);
    await worker.runCron(at(due, 0));
    expect(await sealed()).toBe(1);
    expect(await journal()).toEqual([[due, 'batch', '1', 4]]);
  });

  it('stay where nobody was handed over, and while a batch is only being confirmed', async () => {
    await confirm(1, null);
    await fill(2, { batch: '1' });
    await fill(3);
    await worker.runCron(at('2027-03-01', 0));
    expect(await sealed()).toBe(5);
    expect(await journal()).toEqual([]);
  });

  it('go in steps: what one run does not do the next ones do', async () => {
    await confirm(1);
    await confirm(2);
    await fill(20_001, { batch: '1' });
    await fill(7, { batch: '2' });
    await worker.runCron(at(due, 0));
    expect([await sealed(), await destroyedOn(1)]).toEqual([8, null]);
    await worker.runCron(at(due, 300));
    expect([await sealed(), await destroyedOn(1), await destroyedOn(2)]).toEqual([0, due, due]);
    expect(await journal()).toEqual([
      [due, 'batch', '1', 20_001],
      [due, 'batch', '2', 7],
    ]);
    await worker.runCron(at(due, 600));
    expect(await journal()).toHaveLength(2);
  });

  it('go when the cron comes back that was missed for three days', async () => {
    await confirm(1);
    await confirm(2, '2026-11-25');
    await confirm(3, '2026-11-26');
    for (const batch of ['1', '2', '3']) await fill(2, { batch });
    const back = destroyedFrom('2026-11-25');
    await worker.runCron(at(back, 1));
    expect(await sealed()).toBe(2);
    expect(await journal()).toEqual([
      [back, 'batch', '1', 2],
      [back, 'batch', '2', 2],
    ]);
  });

  it('take nothing off the public number, and can be withdrawn afterwards', async () => {
    await confirm(1);
    const signer = await newSigner();
    await worker.fetch('/api/sign', post({ ...(await makeBody({ signer })) }));
    await worker.runCron();
    await worker.db.exec('UPDATE signature SET batch = 1');
    const total = () => worker.db.prepare('SELECT total FROM tally').first<number>('total');
    await worker.runCron(at('2027-01-10', 0));
    expect([await sealed(), await total()]).toEqual([0, 1]);
    // The same signature again, as a page sends it that got no answer.
    await worker.fetch('/api/sign', post({ ...(await makeBody({ signer })) }));
    expect(
      await worker.fetch('/api/withdraw', post(signer.code)).then((one) => one.json()),
    ).toEqual({ answer: 'done' });
    expect((await worker.rows()).map(({ state, tag }) => [state, tag])).toEqual(
      (await worker.rows()).map(() => ['withdrawn', null]),
    );
  });
});

describe('on the day that the form shows', () => {
  it.each([
    ['not one second before', -1, 4],
    ['from its first moment', 0, 0],
    ['also one second later', 1, 0],
  ])('every row is deleted, %s', async (_, seconds, left) => {
    await fill(2);
    await fill(1, { state: 'held' });
    await withdrawRows(worker.db, 'A'.repeat(43), handedOver);
    await worker.db.exec("INSERT INTO sheet VALUES (1, '2026-11-20', 'hash', NULL, 8, NULL)");
    await worker.runCron(at(deletedBy, seconds));
    expect(await worker.rows()).toHaveLength(left);
    const sheets = await worker.db.prepare('SELECT COUNT(*) AS n FROM sheet').first('n');
    expect(sheets).toBe(left === 0 ? 0 : 1);
    expect(await journal()).toEqual(left === 0 ? [[deletedBy, 'end', '', 4]] : []);
  });

  it('the number stays, without repeats and withdrawals that were still in it', async () => {
    await fill(30);
    await worker.db.exec("UPDATE tally SET total = 40, settled = '2027-01-01'");
    await worker.db.exec('UPDATE signature SET fresh = 1');
    await fill(10, { state: 'repeat' });
    await worker.db.exec("UPDATE signature SET fresh = -1 WHERE state = 'repeat'");
    await worker.runCron(at(deletedBy, 0));
    expect(await worker.rows()).toEqual([]);
    expect(await worker.db.prepare('SELECT total FROM tally').first('total')).toBe(60);
  });

  it('a signature that arrives while the cron runs is counted, and deleted', async () => {
    await fill(3);
    await fill(2, { state: 'repeat' });
    await fill(2, { state: 'held' });
    await worker.db.exec("UPDATE signature SET fresh = CASE state WHEN 'held' THEN 2 ELSE 1 END");
    // Two that are in the total already, of which one withdrew.
    await fill(1);
    await withdrawRows(worker.db, 'A'.repeat(43), handedOver);
    await worker.db.exec("UPDATE signature SET fresh = -1 WHERE state = 'withdrawn'");
    await worker.db.exec('UPDATE tally SET total = 2');
    await destroyDue(worker.db, deletedBy, at(deletedBy, 1));
    expect(await worker.rows()).toEqual([]);
    expect(await worker.db.prepare('SELECT total FROM tally').first('total')).toBe(4);
  });

  it('goes in steps, until nothing is left', async () => {
    await fill(20_500);
    await worker.runCron(at(deletedBy, 0));
    expect(await sealed()).toBe(500);
    await worker.runCron(at(deletedBy, 300));
    expect(await sealed()).toBe(0);
    expect(await journal()).toEqual([[deletedBy, 'end', '', 20_500]]);
  });
});

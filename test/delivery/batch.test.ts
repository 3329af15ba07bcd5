import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withdrawRows } from '../../functions/store.ts';
import { confirm, mark, marksPerCall } from '../../src/delivery/batch/sql.ts';
import { explain } from '../../src/delivery/errors.ts';
import type { Database } from '../../src/delivery/database.ts';
import { confirmLast, dropOpen } from '../../src/delivery/confirming.ts';
import { writeAgain } from '../../src/delivery/steps.ts';
import { newSigner, openStage, type Stage, terms } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

type Delivered = Awaited<ReturnType<Stage['deliver']>>;
const initials = (name: string, email = '') => ({
  content: { level: 'initials', name, email, country: 'PL' },
});

const confirmIt = ({ where, lent }: Delivered, database: Database = stage.database) =>
  confirmLast(where, database, lent);
const again = ({ where, lent, ring }: Delivered, number: number) =>
  writeAgain(where, stage.database, ring, number, { content: 'src/content', pdfs: false }, lent);
const withdraw = (id: string) => withdrawRows(stage.db, id, '2026-11-23');
const namesOf = ({ lines }: { lines: unknown[] }) =>
  lines.map((line) => /"name":"([^"]*)"/.exec(JSON.stringify(line))?.[1]);

/** The batches that rows carry, and those that are confirmed. */
async function state() {
  const marked = 'SELECT batch, COUNT(*) AS rows FROM signature GROUP BY batch ORDER BY batch';
  const confirmed = 'SELECT number FROM batch WHERE confirmed IS NOT NULL ORDER BY number';
  const rows = (await stage.db.prepare(marked).all()).results;
  const batches = (await stage.db.prepare(confirmed).all()).results;
  return {
    rows: rows.map(({ batch, rows: number }) => [batch, number]),
    confirmed: batches.map(({ number }) => number),
  };
}

/** The stage's database, whose writing breaks at a call; then everything is as after a kill. */
function breaksAt(call: number): Database {
  let calls = 0;
  return {
    ...stage.database,
    write: (statements) =>
      ++calls === call ? Promise.reject(new Error('killed')) : stage.database.write(statements),
  };
}

describe('a batch', () => {
  it('marks nothing until it is confirmed', async () => {
    await stage.sign(initials('Ann Bee'));
    const delivered = await stage.deliver();
    expect(await state()).toEqual({ rows: [[null, 1]], confirmed: [] });
    expect(await confirmIt(delivered)).toMatchObject({ number: 1, rows: 1, before: false });
    expect(await state()).toEqual({ rows: [[1, 1]], confirmed: [1] });
  });

  it('is followed by one that takes only what is new', async () => {
    await stage.sign(initials('Ann Bee', 'ann@example.org'));
    await stage.sign(initials('Cy Dee'));
    await confirmIt(await stage.deliver());
    await stage.sign(initials('Eva Foe'));
    await stage.sign(initials('ANN BEE', 'Ann@example.org'));
    const second = await stage.deliver();
    expect(second.folder).toMatch(/batch-002$/);
    expect(namesOf(second)).toEqual(['E. F.']);
    expect(second.manifest.account).toMatchObject({
      ...{ signatures: 4, delivered: 1, earlier: 2, doublesOfEarlier: 1 },
    });
    await confirmIt(second);
    // The double is marked too: nobody has to look at it again.
    expect(await state()).toEqual({
      rows: [
        [1, 2],
        [2, 2],
      ],
      confirmed: [1, 2],
    });
    const third = await stage.deliver();
    expect(third.folder).toBe('');
    expect(third.manifest.account).toMatchObject({ delivered: 0, earlier: 3, doublesOfEarlier: 1 });
  });

  it('is not confirmed when a signature was withdrawn after it was read, and marks nothing', async () => {
    const id = await stage.sign(initials('Ann Bee'));
    await stage.sign(initials('Cy Dee'));
    const delivered = await stage.deliver();
    await withdraw(id);
    await expect(confirmIt(delivered)).rejects.toThrow(
      /1 of the 2 rows .* withdrawn .*do not hand this folder over/,
    );
    expect(await state()).toEqual({ rows: [[null, 2]], confirmed: [] });
    const anew = await stage.deliver();
    expect(namesOf(anew)).toEqual(['C. D.']);
    expect(await confirmIt(anew)).toMatchObject({ number: 1, rows: 1 });
  });

  it('is not confirmed when the withdrawal comes while its rows are being marked', async () => {
    const id = await stage.sign(initials('Ann Bee'));
    const delivered = await stage.deliver();
    let calls = 0;
    const late: Database = {
      ...stage.database,
      write: async (statements) => {
        if (++calls === 3) await withdraw(id);
        return stage.database.write(statements);
      },
    };
    await expect(confirmIt(delivered, late)).rejects.toThrow(/1 of the 1 rows/);
    expect(await state()).toEqual({ rows: [[null, 1]], confirmed: [] });
  });

  it('leaves out what was withdrawn between reading and opening, once it is asked again', async () => {
    const id = await stage.sign(initials('Ann Bee'));
    const delivered = await stage.deliver({ afterFetch: () => withdraw(id) });
    await expect(confirmIt(delivered)).rejects.toThrow(/Nothing was confirmed/);
  });

  it('shows as a number in the next dossier what was withdrawn after it', async () => {
    const id = await stage.sign(initials('Ann Bee'));
    await stage.sign(initials('Cy Dee'));
    await confirmIt(await stage.deliver());
    await withdraw(id);
    await stage.sign(initials('Eva Foe'));
    const { manifest } = await stage.deliver();
    expect(manifest.account).toMatchObject({
      ...{ delivered: 1, earlier: 1, withdrawn: 0, withdrawnAfterDelivery: 1 },
    });
  });

  it('is not confirmed while held signatures are unreviewed, and is once they were decided on', async () => {
    await stage.sign(initials('Ann Bee'));
    const day = '2026-11-20';
    await stage.sign({ ...initials('Cy Dee'), state: 'held', lane: 'unchecked', day });
    expect(
      explain(await confirmIt(await stage.deliver()).catch((error: unknown) => error)),
    ).toMatch(/nobody had checked when this batch was read: 1[^]*npm run review/);
    const keep = `UPDATE signature SET decision = 1, was = 'held' WHERE state = 'held'`;
    await stage.db.prepare(keep).run();
    const decided = `INSERT INTO decision VALUES (1, '2026-11-23', 'keep', '{}', 1, NULL)`;
    await stage.db.prepare(decided).run();
    // What came on the day of the decision does not put it off again; what came before it does.
    await stage.sign({ ...initials('Eva Foe'), state: 'held', lane: 'unchecked' });
    const delivered = await stage.deliver();
    expect(delivered.manifest.account).toMatchObject({ held: 1, kept: 1, unreviewed: 0 });
    expect(await confirmIt(delivered)).toMatchObject({ rows: 1 });
    await stage.sign({ ...initials('Gil Hay'), state: 'held', lane: 'unchecked', day });
    await stage.sign(initials('Ivy Jay'));
    await expect(confirmIt(await stage.deliver())).rejects.toThrow(/nobody had checked .*: 1/);
  });

  it.each([1, 2, 3])(
    'that was broken off at step %i of confirming counts for nothing, and goes on when it is run again',
    async (call) => {
      for (const name of ['Ann Bee', 'Cy Dee']) await stage.sign(initials(name));
      const delivered = await stage.deliver();
      await expect(confirmIt(delivered, breaksAt(call))).rejects.toThrow('killed');
      expect((await state()).confirmed).toEqual([]);
      expect(await confirmIt(delivered)).toMatchObject({ rows: 2, before: false });
      expect(await state()).toEqual({ rows: [[1, 2]], confirmed: [1] });
      expect(await confirmIt(delivered)).toMatchObject({ rows: 2, before: true });
    },
  );

  it('that was broken off can be taken back, and nothing is left of it', async () => {
    for (const name of ['Ann Bee', 'Cy Dee']) await stage.sign(initials(name));
    const delivered = await stage.deliver();
    await expect(confirmIt(delivered, breaksAt(3))).rejects.toThrow('killed');
    expect(explain(await stage.deliver().catch((error: unknown) => error))).toMatch(
      /Batch 1 is being confirmed[^]*--drop/,
    );
    expect(await dropOpen(stage.database, delivered.lent)).toBe(1);
    expect(await state()).toEqual({ rows: [[null, 2]], confirmed: [] });
    expect(await dropOpen(stage.database, delivered.lent)).toBeUndefined();
  });

  it('that somebody else takes back while its rows are being marked is not confirmed', async () => {
    for (const name of ['Ann Bee', 'Cy Dee']) await stage.sign(initials(name));
    const delivered = await stage.deliver();
    let calls = 0;
    const beside: Database = {
      ...stage.database,
      write: async (statements) => {
        if (++calls === 3) await dropOpen(stage.database, delivered.lent);
        return stage.database.write(statements);
      },
    };
    await expect(confirmIt(delivered, beside)).rejects.toThrow(/Somebody else took batch 1 back/);
    expect(await state()).toEqual({ rows: [[null, 2]], confirmed: [] });
  });

  it('that is confirmed cannot be taken back', async () => {
    await stage.sign(initials('Ann Bee'));
    const delivered = await stage.deliver();
    await confirmIt(delivered);
    expect(await dropOpen(stage.database, delivered.lent)).toBeUndefined();
    expect((await state()).confirmed).toEqual([1]);
  });

  it('of one of two campaigners is confirmed, and the other is told to read anew', async () => {
    await stage.sign(initials('Ann Bee'));
    const first = await stage.deliver();
    await stage.sign(initials('Cy Dee'));
    const second = await stage.deliver();
    const both = await Promise.allSettled([confirmIt(first), confirmIt(second)]);
    const [failed, ...others] = both.flatMap((one) =>
      one.status === 'rejected' ? [String(one.reason)] : [],
    );
    expect(others).toEqual([]);
    expect(failed).toMatch(/Another batch was begun or confirmed since/);
    const [rows] = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value.rows] : []));
    const left = 2 - Number(rows);
    const marked = [...(left > 0 ? [[null, left]] : []), [1, rows]];
    expect(await state()).toEqual({ rows: marked, confirmed: [1] });
  });

  it('is not confirmed when its files were changed', async () => {
    await stage.sign(initials('Ann Bee'));
    const delivered = await stage.deliver();
    appendFileSync(join(delivered.folder, 'dossier', 'signatures.csv'), '"2","name","Zed Zed"\r\n');
    await expect(confirmIt(delivered)).rejects.toThrow(/not as they were written/);
    writeFileSync(join(delivered.folder, 'manifest.json'), '{}');
    await expect(confirmIt(delivered)).rejects.toThrow(/missing or damaged/);
    expect(await state()).toEqual({ rows: [[null, 1]], confirmed: [] });
  });

  it('is confirmed only in the database that it was read from', async () => {
    await stage.sign(initials('Ann Bee'));
    const { where, lent } = await stage.deliver();
    const remote = { ...where, remote: true };
    await expect(confirmLast(remote, stage.database, lent)).rejects.toThrow(
      /read from the database of this machine/,
    );
  });

  it('does not mark a row that came after it was read, even of the same signer', async () => {
    const signer = await newSigner();
    await stage.sign({ ...initials('Ann Bee'), signer });
    const delivered = await stage.deliver();
    await stage.sign({ content: { level: 'count' }, signer, state: 'repeat' });
    await confirmIt(delivered);
    expect(await state()).toEqual({
      rows: [
        [null, 1],
        [1, 1],
      ],
      confirmed: [1],
    });
  });

  it('is marked through the primary key, however many rows there are', async () => {
    const which = { number: 1, manifest: 'a'.repeat(64) };
    const many = Array.from(
      { length: marksPerCall },
      () => ['ab'.repeat(32), 'cd'.repeat(4)] as const,
    );
    expect(mark(which, many).length).toBeLessThan(95_000);
    const plan = JSON.stringify(await stage.query(`EXPLAIN QUERY PLAN ${mark(which, many)}`));
    expect(plan).toMatch(/SEARCH signature USING PRIMARY KEY \(id_hash=\?/);
    expect(plan).toMatch(/SEARCH one USING PRIMARY KEY \(id_hash=\?/);
    expect(plan).not.toMatch(/SCAN (signature|one)/);
    const last = JSON.stringify(await stage.query(`EXPLAIN QUERY PLAN ${confirm(which, 'today')}`));
    expect(last).toContain('signature_batch');
  });

  it('says so when there is nothing to confirm', async () => {
    const { lent, where } = await stage.deliver();
    expect(readdirSync(where.folder).sort()).toEqual(['opened.sqlite', 'rows.sqlite']);
    const elsewhere = { ...where, folder: join(stage.folder, 'nowhere') };
    await expect(confirmLast(elsewhere, stage.database, lent)).rejects.toThrow(
      /no batch in .* to confirm/,
    );
  });
});

describe('a batch that is written again', () => {
  it('is bit for bit what it was, whatever came since', async () => {
    const signer = await newSigner();
    await stage.sign({ ...initials('Ann Bee', 'ann@example.org'), signer });
    await stage.sign({
      ...initials('Ann Bee', 'ann@example.org'),
      ...{ state: 'held', lane: 'unchecked', sealedBy: 'worker', day: '2026-11-23' },
    });
    for (const name of ['Cy Dee', 'Eva Foe', 'Gil Hay']) await stage.sign(initials(name));
    await stage.sign({ content: { level: 'count', country: 'LT' }, lane: 'stamp' });
    await stage.db
      .prepare(`INSERT INTO decision VALUES (1, '2026-11-23', 'keep', '{}', 1, NULL)`)
      .run();
    const first = await stage.deliver();
    await confirmIt(first);
    // The same signer chose less, somebody new came, a person of the batch signed once more.
    await stage.sign({ content: { level: 'count' }, signer, state: 'repeat' });
    await stage.sign(initials('Ivy Jay'));
    await stage.sign({ content: { level: 'count', name: 'Ann Bee', email: 'ann@example.org' } });
    const second = await stage.deliver();
    await confirmIt(second);
    const written = await again(second, 1);
    expect(written.folder).toMatch(/batch-001-again$/);
    expect(written.hash).toBe(written.before);
    const files = readdirSync(join(first.folder, 'dossier'));
    expect(files).toContain('dossier.html');
    for (const name of files)
      expect(
        readFileSync(join(written.folder, 'dossier', name)).equals(
          readFileSync(join(first.folder, 'dossier', name)),
        ),
      ).toBe(true);
    expect((await again(second, 2)).hash).toBe(second.hash);
  });

  it('is not written once somebody has withdrawn: beside the first it would show who', async () => {
    const id = await stage.sign(initials('Ann Bee'));
    await stage.sign(initials('Cy Dee'));
    const first = await stage.deliver();
    await confirmIt(first);
    await withdraw(id);
    await expect(again(first, 1)).rejects.toThrow(/withdrawn since batch 1/);
    expect(readdirSync(first.where.folder)).not.toContain('batch-001-again');
  });

  it('is not written either once the signature that asked for less is withdrawn', async () => {
    const email = 'ann@example.org';
    await stage.sign(initials('Ann Bee', email));
    const less = { level: 'count', name: 'Ann Bee', email };
    const id = await stage.sign({ content: less, state: 'repeat' });
    const first = await stage.deliver();
    expect(first.lines).toEqual([{ number: 1, level: 'count' }]);
    await confirmIt(first);
    await withdraw(id);
    await expect(again(first, 1)).rejects.toThrow(/withdrawn since batch 1/);
  });

  it('obeys the settings of today where they show less', async () => {
    await stage.sign({
      content: { level: 'name', name: 'Ann Bee', email: 'a@example.org', country: 'PL' },
    });
    const first = await stage.deliver();
    await confirmIt(first);
    const settings = {
      ...first.lent.settings,
      dangerousCountries: [...terms.dangerousCountries, 'PL'],
    };
    const written = await again({ ...first, lent: { ...first.lent, settings } }, 1);
    const csv = readFileSync(join(written.folder, 'dossier', 'signatures.csv'), 'utf8');
    expect(csv).toContain('A. B.');
    expect(csv).not.toContain('Ann');
  });

  it('must have been confirmed', async () => {
    await stage.sign(initials('Ann Bee'));
    await expect(again(await stage.deliver(), 1)).rejects.toThrow(/no confirmed batch 1/);
  });
});

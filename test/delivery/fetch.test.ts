import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchRows, type Query, type StoredRow } from '../../src/delivery/fetch.ts';
import { newSigner, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

async function collect(rows: AsyncGenerator<StoredRow>): Promise<StoredRow[]> {
  const all: StoredRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe('fetchRows', () => {
  it.each([0, 1, 3, 4, 6, 7])('reads each of %i rows once, three a page', async (number) => {
    const ids = [];
    for (let row = 0; row < number; row++) ids.push(await stage.sign());
    const found = await collect(fetchRows(stage.query, 3));
    expect(found.map((row) => row.idHash).sort()).toEqual(ids.sort());
  });

  it('reads all rows of one id hash, also across the edge of a page', async () => {
    const signer = await newSigner();
    const idHash = await stage.sign({ signer });
    for (let copy = 0; copy < 4; copy++) await stage.sign({ signer, state: 'repeat' });
    const found = await collect(fetchRows(stage.query, 2));
    expect(found.map((row) => row.idHash)).toEqual(Array(5).fill(idHash));
    expect(new Set(found.map((row) => row.sealed)).size).toBe(5);
  });

  it('reads more than two pages of the usual size', async () => {
    const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
      INSERT INTO signature SELECT randomblob(32), randomblob(32), '2026-11-23', 'be', 'stamp', 'counted',
        0, NULL, randomblob(337), 'a', 'be-0', NULL, NULL, NULL FROM n`;
    await stage.db.prepare(many).run();
    const asked: string[] = [];
    const query: Query = (sql) => {
      asked.push(sql);
      return stage.query(sql);
    };
    expect(new Set((await collect(fetchRows(query))).map((row) => row.idHash)).size).toBe(2500);
    expect(asked).toHaveLength(3);
    expect(asked.join()).not.toMatch(/offset/i);
  });

  it('goes through the primary key, so a late page costs no more than the first', async () => {
    const plans: unknown[] = [];
    const query: Query = async (sql) => {
      plans.push(...(await stage.query(`EXPLAIN QUERY PLAN ${sql}`)));
      return [];
    };
    await collect(fetchRows(query));
    expect(JSON.stringify(plans)).toMatch(/SEARCH signature USING PRIMARY KEY \(\(?id_hash/);
    expect(JSON.stringify(plans)).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  it('skips nothing: a withdrawn row and a tombstone are read, and are empty', async () => {
    await stage.sign({ state: 'withdrawn' });
    const [row] = await collect(fetchRows(stage.query));
    expect(row).toMatchObject({ state: 'withdrawn', day: '2026-11-23' });
    expect([row?.sealed, row?.lane, row?.language, row?.textVersion]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('stops at a row that no Worker wrote', async () => {
    const query: Query = () => Promise.resolve([{ id_hash: '00', state: 'lost' }]);
    await expect(collect(fetchRows(query))).rejects.toThrow(/not as the Worker writes it/);
  });
});

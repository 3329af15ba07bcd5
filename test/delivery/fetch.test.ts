import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../src/delivery/errors.ts';
import { fetchRows, type Query } from '../../src/delivery/fetch.ts';
import { type LocalRow, readFacts, readGroups } from '../../src/delivery/rows-file.ts';
import { campaign, newSigner, now, openStage, type Stage } from './stage.ts';

let stage: Stage;
let path: string;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  await stage.clear();
  path = join(mkdtempSync(join(stage.folder, 'rows-')), 'rows.sqlite');
});
afterAll(() => stage.close());

/** Fetches into the file, and reads all of it back. */
async function fetchAll({
  query = stage.query,
  size = 1000,
  at = now,
  source = 'local',
  anew = false,
}: { query?: Query; size?: number; at?: Date; source?: string; anew?: boolean } = {}) {
  const told: [number, number][] = [];
  const tell = (done: number, of: number) => void told.push([done, of]);
  const rows = await fetchRows(path, { query, campaign, source, now: at, tell, size, anew });
  try {
    return { groups: Array.from(readGroups(rows)), facts: readFacts(rows), told };
  } finally {
    rows.file.close();
  }
}

function idsOf(groups: readonly LocalRow[][]): string[] {
  return groups.flat().map((row) => Buffer.from(row.id_hash).toString('base64url'));
}

/** The stage's database, that breaks when a page of rows is asked for the so many-th time. */
function breaksAt(page: number): { query: Query; asked: string[] } {
  const asked: string[] = [];
  const query: Query = (sql) => {
    if (!sql.includes('LIMIT')) return stage.query(sql);
    if (asked.push(sql) === page) return Promise.reject(new Error('fetch failed'));
    return stage.query(sql);
  };
  return { query, asked };
}

async function signMany(number: number) {
  const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${number})
    INSERT INTO signature SELECT randomblob(32), randomblob(32), '2026-11-23', 'be', 'stamp', 'counted',
      0, NULL, randomblob(337), 'a', 'be-0', NULL, NULL, NULL FROM n`;
  await stage.db.prepare(many).run();
}

describe('the first step', () => {
  it.each([0, 1, 3, 4, 6, 7])('reads each of %i rows once, three a page', async (number) => {
    const ids = [];
    for (let row = 0; row < number; row++) ids.push(await stage.sign());
    const { groups, told } = await fetchAll({ size: 3 });
    expect(idsOf(groups).sort()).toEqual(ids.sort());
    expect(told.at(-1)).toEqual([number, number]);
  });

  it('reads all rows of one id hash together, also across the edge of a page', async () => {
    const signer = await newSigner();
    const idHash = await stage.sign({ signer });
    for (let copy = 0; copy < 4; copy++) await stage.sign({ signer, state: 'repeat' });
    const { groups } = await fetchAll({ size: 2 });
    expect(groups).toHaveLength(1);
    expect(idsOf(groups)).toEqual(Array(5).fill(idHash));
    expect(new Set(groups.flat().map(({ sealed }) => sealed?.toString())).size).toBe(5);
  });

  it('reads more than two pages of the usual size, and never counts rows to skip', async () => {
    await signMany(2500);
    const { query, asked } = breaksAt(99);
    expect(new Set(idsOf((await fetchAll({ query })).groups)).size).toBe(2500);
    expect(asked).toHaveLength(3);
    expect(asked.join()).not.toMatch(/offset/i);
  });

  it('goes on at page 37 when the network broke there, and reads no page twice', async () => {
    await signMany(1000);
    await expect(fetchAll({ query: breaksAt(37).query, size: 20 })).rejects.toThrow();
    const { query, asked } = breaksAt(99);
    const { groups, facts } = await fetchAll({ query, size: 20 });
    expect(new Set(idsOf(groups)).size).toBe(1000);
    // 36 pages were there; the last of the others is empty.
    expect(asked).toHaveLength(51 - 36);
    expect(facts).toMatchObject({ complete: true, begun: now.toISOString(), rows: 1000 });
  });

  it.each<[string, Parameters<typeof fetchAll>[0]]>([
    ['a day has gone by', { at: new Date(now.getTime() + 25 * 60 * 60 * 1000) }],
    ['it is another database', { source: 'deployed' }],
    ['somebody may have withdrawn since, and is to be written to', { anew: true }],
  ])('begins anew after a break when %s', async (_, changed) => {
    await signMany(100);
    await expect(fetchAll({ query: breaksAt(3).query, size: 20 })).rejects.toThrow();
    const { query, asked } = breaksAt(99);
    expect((await fetchAll({ query, size: 20, ...changed })).groups).toHaveLength(100);
    expect(asked).toHaveLength(6);
  });

  it('begins anew when it had come to its end: nothing of yesterday is left', async () => {
    await signMany(5);
    await fetchAll();
    await stage.clear();
    const idHash = await stage.sign();
    expect(idsOf((await fetchAll()).groups)).toEqual([idHash]);
  });

  it('goes through the primary key, so a late page costs no more than the first', async () => {
    const plans: unknown[] = [];
    const query: Query = async (sql) => {
      if (!sql.includes('LIMIT')) return stage.query(sql);
      plans.push(...(await stage.query(`EXPLAIN QUERY PLAN ${sql}`)));
      return [];
    };
    await fetchAll({ query });
    expect(JSON.stringify(plans)).toMatch(/SEARCH signature USING PRIMARY KEY \(\(?id_hash/);
    expect(JSON.stringify(plans)).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  it('skips nothing: a withdrawn row and a tombstone are read, and are empty', async () => {
    await stage.sign({ state: 'withdrawn' });
    const { groups } = await fetchAll();
    expect(groups.flat()).toMatchObject([
      { state: 'withdrawn', sealed: null, lane: null, language: null, text_version: null },
    ]);
  });

  it('stops at a row that no Worker wrote', async () => {
    const query: Query = (sql) =>
      sql.includes('LIMIT')
        ? Promise.resolve([{ id_hash: '00', state: 'lost' }])
        : stage.query(sql);
    await expect(fetchAll({ query })).rejects.toThrow(/not as the Worker writes it/);
  });

  it('keeps its copy where only this user can read it', async () => {
    await fetchAll();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('says what to do when its copy is damaged', async () => {
    writeFileSync(path, 'no database at all, whatever it may be called');
    expect(explain(await fetchAll().catch((error: unknown) => error))).toMatch(
      /not a database[^]*delete/,
    );
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { withdrawRows } from '../../functions/store.ts';
import { runClose } from '../../src/delivery/close/command.ts';
import { deployedPepper, type Pepper } from '../../src/delivery/close/pepper.ts';
import { confirmLast } from '../../src/delivery/confirming.ts';
import type { Database } from '../../src/delivery/database.ts';
import { explain } from '../../src/delivery/errors.ts';
import { startCloudflare } from '../operation/cloudflare.ts';
import { openReviewStage, type ReviewStage } from './review-stage.ts';

let stage: ReviewStage;
beforeAll(async () => {
  stage = await openReviewStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());
afterEach(() => vi.unstubAllEnvs());

const campaign = 'belarus-2020';
// The last day is 31 March 2027; what was stamped on it may come until 10 April.
const tooEarly = new Date('2027-04-10T23:59:59Z');
const over = new Date('2027-04-11T00:00:00Z');

type Changed = { typed?: string; now?: Date; database?: Database; pepper?: Pepper };

/** `npm run close -- words`, and what is typed at its question. */
async function close(words: string, changed: Changed = {}) {
  const { typed = campaign, now = over, database = stage.database } = changed;
  const asked: string[] = [];
  const said = await runClose(words.split(' ').filter(Boolean), {
    settings: { id: campaign, closes: '2027-03-31', deletedBy: '2027-06-30' },
    now,
    openDatabase: () => Promise.resolve({ ...database, close: () => Promise.resolve() }),
    pepper: changed.pepper ?? deployedPepper,
    ask: (prompt) => {
      asked.push(prompt);
      return Promise.resolve(typed);
    },
    say: (lines) => asked.push(lines),
    progress: () => ({ tell: () => undefined, end: () => undefined }),
  });
  return `${asked.join('\n')}\n${said}`;
}
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => explain(error),
  );
const count = async (condition = '1') =>
  stage.db.prepare(`SELECT COUNT(*) AS number FROM signature WHERE ${condition}`).first('number');
const totalsOf = async () =>
  String(await stage.db.prepare('SELECT totals FROM closing').first('totals'));

describe('npm run close', () => {
  it('shows what there is to do, and changes nothing', async () => {
    await stage.sign({ email: 'ann@example.org' });
    const said = await close('');
    expect(said).toMatch(/tags, which would be emptied +1\n/);
    expect(said).toMatch(/never handed over, and still sealed +1\n/);
    expect(said).toContain('Nothing was changed.\nTo do it: the same command with --yes');
    expect(await count('tag IS NOT NULL')).toBe(1);
  });

  it('waits until nothing more can come, to the second', async () => {
    await stage.sign({ email: 'ann@example.org' });
    expect(await close('', { now: tooEarly })).toContain('It can be done after 2027-04-10');
    expect(await refusalOf(close('--yes', { now: tooEarly }))).toContain('Nothing was changed.');
    expect(await count('tag IS NOT NULL')).toBe(1);
    await close('--yes');
    expect(await count('tag IS NOT NULL')).toBe(0);
  });

  it('does nothing when another word is typed', async () => {
    await stage.sign({ email: 'ann@example.org' });
    for (const typed of ['', 'yes', 'belarus', 'Belarus-2020'])
      expect(await refusalOf(close('--delete --yes', { typed }))).toContain('Nothing was changed.');
    expect(await count('tag IS NOT NULL')).toBe(1);
  });

  it('empties every tag, keeps the signatures and writes the totals down', async () => {
    await stage.sign({ email: 'ann@example.org' });
    await stage.sign({ email: 'ann@example.org' });
    const { where, lent } = await stage.deliver();
    await confirmLast(where, stage.database, lent);
    await stage.sign({ email: 'cy@example.org', held: true });
    await stage.db.exec(
      "INSERT INTO tallied VALUES (1, 'paper', '2026-11-20', '', '', 30, '[]', NULL), (2, 'paper', '2026-11-20', '', '', 5, '[]', '2026-11-21'), (3, 'partner', '2026-11-20', 'Elsewhere', '', 900, '', NULL)",
    );
    await stage.cron();
    await stage.cron('2026-11-24');
    const said = await close('--yes');
    expect(await count('tag IS NOT NULL')).toBe(0);
    expect(await count('sealed IS NOT NULL')).toBe(3);
    expect(JSON.parse(await totalsOf())).toEqual({
      ...{ campaign, closed: '2027-04-11', total: 1, onPaper: 30 },
      rowsByState: { counted: 1, held: 1, repeat: 1 },
      batches: [{ number: 1, confirmed: '2026-11-23', people: 1, rows: 2 }],
    });
    expect(said).toContain('No tag is left');
  });

  it('can be run twice: the totals stay as they were', async () => {
    await stage.sign({ email: 'ann@example.org' });
    await close('--yes');
    const before = await totalsOf();
    const again = await close('--delete --yes', { now: new Date('2027-05-01T00:00:00Z') });
    expect(again).toContain('It was closed on 2027-04-11');
    expect(await totalsOf()).toBe(before);
    expect(await count()).toBe(0);
  });

  it('goes on where it was broken off', async () => {
    for (let one = 0; one < 3; one++) await stage.sign({ email: `ann${one}@example.org` });
    const breaks = (call: number): Database => {
      let calls = 0;
      return {
        ...stage.database,
        write: (statements) =>
          ++calls === call ? Promise.reject(new Error('killed')) : stage.database.write(statements),
      };
    };
    for (const call of [1, 2, 2, 3, 4])
      await expect(close('--delete --yes', { database: breaks(call) })).rejects.toThrow('killed');
    await close('--delete --yes');
    expect([await count(), JSON.parse(await totalsOf())]).toEqual([
      0,
      expect.objectContaining({ rowsByState: { counted: 3 } }),
    ]);
  });

  it('deletes every row when it is told to, and the number loses who withdrew', async () => {
    const id = await stage.sign();
    for (let one = 0; one < 2; one++) await stage.sign();
    await stage.cron();
    await stage.withdraw(id);
    await stage.db.exec(
      "INSERT INTO sheet VALUES (1, '2026-11-20', 'hash', NULL, 8, '2026-11-21')",
    );
    await close('--delete --yes');
    expect(await count()).toBe(0);
    expect(await stage.db.prepare('SELECT COUNT(*) AS n FROM sheet').first('n')).toBe(0);
    expect(await stage.db.prepare('SELECT total FROM tally').first('total')).toBe(2);
    const journal = await stage.db.prepare('SELECT why, number FROM destruction').all();
    expect(journal.results).toEqual([{ why: 'end', number: 3 }]);
  });
});

describe('the pepper of the deployed Worker', () => {
  const secrets = ['PEPPER', 'TURNSTILE_SECRET'];
  async function withCloudflare(
    options: Parameters<typeof startCloudflare>,
    work: (cloudflare: Awaited<ReturnType<typeof startCloudflare>>) => Promise<void>,
  ) {
    const cloudflare = await startCloudflare(...options);
    for (const [name, value] of Object.entries(cloudflare.environment)) vi.stubEnv(name, value);
    await work(cloudflare).finally(() => cloudflare.stop());
    expect(cloudflare.refused).toEqual([]);
  }

  it('is deleted, and Cloudflare is asked whether it is gone', () =>
    withCloudflare([secrets], async ({ asked }) => {
      expect(await close('--remote')).toContain('pepper: is set; it would be deleted');
      expect(await close('--remote --yes')).toContain('names it no more');
      expect(asked.filter((wish) => wish.startsWith('DELETE'))).toHaveLength(1);
      expect(await close('--remote --yes')).toContain('pepper: is gone');
      expect(asked.filter((wish) => wish.startsWith('DELETE'))).toHaveLength(1);
    }));

  it('that is still there after it was deleted stops the closing', () =>
    withCloudflare([secrets, { keeps: true }], async () => {
      expect(await refusalOf(close('--remote --yes'))).toContain('still names the secret PEPPER');
      expect(await stage.db.prepare('SELECT COUNT(*) AS n FROM closing').first('n')).toBe(0);
    }));

  it('of which Cloudflare says nothing stops it before anything is done', async () => {
    await stage.sign({ email: 'ann@example.org' });
    await withCloudflare([undefined], async () => {
      expect(await refusalOf(close('--remote --yes'))).toContain('Are you logged in');
    });
    expect(await count('tag IS NOT NULL')).toBe(1);
  });
});

describe('after closing', () => {
  it('whoever has a code still withdraws', async () => {
    const id = await stage.sign({ email: 'ann@example.org' });
    await close('--yes');
    const idHash = Buffer.from(id, 'hex').toString('base64url');
    await withdrawRows(stage.db, idHash, '2027-04-12', false);
    expect(await count("state = 'withdrawn'")).toBe(1);
  });
});

import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { killCommand, runCommand } from './command.ts';
import { dossierOf, expectWhole, marksOf, sha256, signMany } from './crowd.ts';
import { openStage, type Stage } from './stage.ts';

const command = 'src/delivery/cli.ts';

// Each of them runs the command several times, in a process of its own.
vi.setConfig({ testTimeout: 180_000 });
const [people, spam] = [150, 29];
const rows = people * (spam + 1);

let stage: Stage;
/** What a run leaves that nobody disturbed. */
let undisturbed: string;
let dossier: ReturnType<typeof dossierOf>;
let untouched: Awaited<ReturnType<typeof marksOf>>;
let out: string;
let runs = 0;
beforeAll(async () => {
  stage = await openStage();
  await signMany(stage, people, spam);
  out = undisturbed = join(stage.folder, 'undisturbed');
  expect((await deliver()).code).toBe(2);
  dossier = dossierOf(join(undisturbed, 'batch-001'));
  untouched = await marksOf(stage);
});
beforeEach(async () => {
  out = join(stage.folder, `run-${runs++}`);
  mkdirSync(out);
  await stage.db.batch([
    stage.db.prepare('UPDATE signature SET batch = NULL'),
    stage.db.prepare('DELETE FROM batch'),
  ]);
});
afterAll(() => stage.close());

const words = (options: readonly string[]) => [
  ...['--database', stage.state, '--key-folder', stage.keyFolder, '--folder', out],
  ...(options.some((one) => ['--confirm', '--drop'].includes(one)) ? [] : ['--without-pdf']),
  ...options,
];
const environment = () => ({ UNDERSIGNED_CONTENT: stage.content });
const deliver = (...options: string[]) => runCommand(command, words(options), environment());

/** A moment of a run that began at a time. */
type Moment = (begun: number) => boolean;

/**
 * Kills a run of the command at a moment, then another one at the next; each is followed by a check. Says
 * how many runs were killed: at their very end some are too quick for us.
 */
async function killAt(options: string[], moments: Moment[], check: () => Promise<void>) {
  let killed = 0;
  for (const moment of moments) {
    const begun = Date.now();
    const isTime = () => moment(begun);
    if (await killCommand(command, words(options), environment(), isTime)) killed += 1;
    await check();
  }
  return killed;
}

/** When a file has so many bytes that the run itself has made or changed. */
function when(name: string, bytes = 0): Moment {
  return (begun) => {
    const found = statSync(join(out, name), { throwIfNoEntry: false });
    return found !== undefined && found.ctimeMs > begun && found.size >= bytes;
  };
}

const borrow = (...names: string[]) =>
  names.forEach((name) => {
    cpSync(join(undisturbed, name), join(out, name), { recursive: true });
  });
const listed = () => readdirSync(out).filter((name) => name !== '.lock');

describe('a delivery that is killed', () => {
  it('while it reads goes on where it was, and has changed nothing', async () => {
    const sizes = [0, 600_000, 2_000_000];
    const moments = sizes.map((bytes) => when('rows.sqlite', bytes));
    const killed = await killAt(['--only', 'fetch'], moments, async () => {
      expect(listed().filter((name) => !name.startsWith('rows.sqlite'))).toEqual([]);
      expect(await marksOf(stage)).toEqual(untouched);
    });
    expect(killed).toBe(moments.length);
    expect((await deliver()).code).toBe(2);
    expect(dossierOf(join(out, 'batch-001'))).toEqual(dossier);
    expect(listed()).toEqual(['batch-001', 'opened.sqlite', 'rows.sqlite']);
  });

  it('while it opens leaves what was opened before, and begins anew', async () => {
    const files = ['opened.sqlite', 'rows.sqlite'];
    borrow(...files);
    const before = sha256(join(out, 'opened.sqlite'));
    const sizes = [0, 1, 30_000, 60_000];
    const moments = sizes.map((bytes) => when('opened.sqlite.unfinished', bytes));
    const killed = await killAt(['--only', 'open'], moments, () => {
      expect(listed().filter((name) => !name.startsWith('opened.sqlite.'))).toEqual(files);
      expect(sha256(join(out, 'opened.sqlite'))).toBe(before);
      return Promise.resolve();
    });
    expect(killed).toBe(moments.length);
    expect((await deliver('--only', 'open')).code).toBe(0);
    expect((await deliver('--only', 'write')).code).toBe(2);
    expect(dossierOf(join(out, 'batch-001'))).toEqual(dossier);
    expect(listed()).toEqual(['batch-001', 'opened.sqlite', 'rows.sqlite']);
  });

  it('while it writes leaves no half batch, and an older one as it was', async () => {
    borrow('opened.sqlite', 'batch-001');
    const files = ['', 'dossier/signatures.csv', 'manifest.json', 'marks.txt'];
    const later = ['dossier/dossier.html', 'dossier/SHA256SUMS'];
    const moments = [...files, ...later].map((name) => when(join('.unfinished', name)));
    const killed = await killAt(['--only', 'write'], [...moments, when('.replaced')], () => {
      expectWhole(out);
      const names = ['.replaced', '.unfinished', 'batch-001', 'opened.sqlite'];
      expect(names).toEqual(expect.arrayContaining(listed()));
      return Promise.resolve();
    });
    expect(killed).toBeGreaterThanOrEqual(moments.length - 1);
    expect((await deliver('--only', 'write')).code).toBe(2);
    expect(dossierOf(join(out, 'batch-001'))).toEqual(dossier);
    expect(listed()).toEqual(['batch-001', 'opened.sqlite']);
  });
});

describe('confirming that is killed', () => {
  let marked: () => number;
  let begun: () => number;
  let close: () => void;
  beforeEach(() => {
    borrow('batch-001');
    const folder = join(stage.state, 'd1', 'miniflare-D1DatabaseObject');
    const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)) ?? '';
    const d1 = new DatabaseSync(join(folder, file), { readOnly: true, timeout: 5000 });
    const ask = (sql: string) => Number(d1.prepare(sql).get()?.['number']);
    marked = () => ask('SELECT COUNT(*) AS number FROM signature WHERE batch = 1');
    begun = () => ask('SELECT COUNT(*) AS number FROM batch');
    close = () => {
      d1.close();
    };
  });
  afterEach(() => {
    close();
  });

  const confirmed = async () =>
    (await stage.query('SELECT number FROM batch WHERE confirmed IS NOT NULL')).length > 0;
  const whenMarked = (number: number) => () => marked() >= number;

  it('goes on when it is run again, and counts for nothing until it came to its end', async () => {
    const moments = [() => begun() > 0, ...[1, 2001].map(whenMarked)];
    const killed = await killAt(['--confirm'], moments, async () => {
      expect(await confirmed()).toBe(false);
    });
    expect(killed).toBe(moments.length);
    expect(await deliver('--confirm')).toMatchObject({ code: 0 });
    expect([await confirmed(), marked()]).toEqual([true, rows]);
    expect((await deliver('--confirm')).output).toContain('Batch 1 was confirmed before');
  });

  it('can be taken back, also when that is killed too, and then done anew', async () => {
    const check = async () => {
      expect(await confirmed()).toBe(false);
    };
    expect(await killAt(['--confirm'], [whenMarked(2001)], check)).toBe(1);
    const left = marked();
    await killAt(['--drop'], [() => marked() < left], check);
    expect(await deliver('--drop')).toMatchObject({ code: 0 });
    expect(await marksOf(stage)).toEqual(untouched);
    expect(await deliver('--confirm')).toMatchObject({ code: 0 });
    expect(marked()).toBe(rows);
  });
});

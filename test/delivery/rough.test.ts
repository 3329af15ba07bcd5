import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { withdrawRows } from '../../functions/store.ts';
import { holdFolder } from '../../src/delivery/alone.ts';
import { countMarks } from '../../src/delivery/batch/marks.ts';
import { startCloudflare } from './cloudflare.ts';
import { runCommand, runOnFullDisk } from './command.ts';
import { dossierOf, expectWhole, marksOf, sha256, signMany } from './crowd.ts';
import { openStage, readDelivery, type Signing, type Stage } from './stage.ts';

const command = 'src/delivery/cli.ts';

// Each of them runs the command several times, in a process of its own.
vi.setConfig({ testTimeout: 180_000 });

let stage: Stage;
let cloudflare: Awaited<ReturnType<typeof startCloudflare>>;
let out: string;
let runs = 0;
beforeAll(async () => {
  stage = await openStage();
  cloudflare = await startCloudflare(stage.db);
});
beforeEach(async () => {
  await stage.clear();
  out = join(stage.folder, `run-${runs++}`);
});
afterAll(async () => {
  await cloudflare.stop();
  await stage.close();
});

const words = (options: readonly string[], folder = out) => [
  ...['--database', stage.state, '--key-folder', stage.keyFolder, '--folder', folder],
  ...(options.includes('--confirm') ? [] : ['--without-pdf']),
  ...options,
];
const environment = () => ({ UNDERSIGNED_CONTENT: stage.content, ...cloudflare.environment });
const deliver = (...options: string[]) => runCommand(command, words(options), environment());
const deliverTo = (folder: string, ...options: string[]) =>
  runCommand(command, words(options, folder), environment());
const onFullDisk = (room: number, ...options: string[]) =>
  runOnFullDisk(room, [command, ...words(options)], environment());

const ann = { level: 'initials', name: 'Ann Bee', email: 'ann@mailbox.example', country: 'PL' };
const batch = () => join(out, 'batch-001');
const listed = () => readdirSync(out).filter((name) => name !== '.lock');

/** A failure is said in words: what failed and what to do, nothing of the program, nothing personal. */
function expectKind({ code, errors }: { code: number | null; errors: string }, words: RegExp) {
  expect(errors).toMatch(words);
  expect(errors).toMatch(/[Rr]un this command again|npm run deliver/);
  expect(errors).not.toMatch(/fault in this program|^ +at |Ann|mailbox/m);
  expect(code).toBe(1);
}

describe('a full disk', () => {
  it('stops reading, and reading goes on once there is room', async () => {
    const rows = join(stage.folder, 'rows', 'rows.sqlite');
    const read = ['test/delivery/read-thousands.ts', rows];
    expectKind(await runOnFullDisk(900, read), /rows\.sqlite: .*I\/O error/);
    // The first page is there; what follows is asked for from its last row on.
    const { code, output } = await runOnFullDisk(9000, read);
    expect([code, output]).toEqual([0, 'asked 2 pages, has 2500 rows\n']);
  });

  it('stops opening and writing, leaves what was there before, and all goes on once there is room', async () => {
    await signMany(stage, 20, 20);
    expect((await deliver()).code).toBe(2);
    const before = [sha256(join(out, 'opened.sqlite')), dossierOf(batch())];
    expectKind(await onFullDisk(30, '--only', 'open'), /opened\.sqlite\.unfinished: /);
    // First the CSV has no room, then the HTML.
    for (const room of [0, 1000])
      expectKind(await onFullDisk(room, '--only', 'write'), /Could not write .*batch-001: /);
    expect([sha256(join(out, 'opened.sqlite')), dossierOf(batch())]).toEqual(before);
    expectWhole(out);
    expect((await deliver('--only', 'open')).code).toBe(0);
    expect((await deliver('--only', 'write')).code).toBe(2);
    expect(dossierOf(batch())).toEqual(before[1]);
    expect(listed()).toEqual(['batch-001', 'opened.sqlite', 'rows.sqlite']);
  });

  it('never leaves the half of a list and calls it all of it', async () => {
    const half = join(stage.folder, 'half.csv');
    const write = `import { writeCsv } from './src/delivery/batch/lines.ts';
      writeCsv(process.argv[1], [], 100);`;
    const ended = await runOnFullDisk(1, ['--input-type=module', '--eval', write, half]);
    expect(ended.errors).toContain('EFBIG');
    expect(ended.code).not.toBe(0);
  });
});

describe('a folder', () => {
  it('that is a file, or that nobody may make, is named, and what to do', async () => {
    const file = join(stage.folder, 'file');
    writeFileSync(file, '');
    for (const options of [[], ['--confirm']])
      expectKind(await deliverTo(file, ...options), /Could not work in the folder .*\/file: /);
    expectKind(await deliverTo('/sys/nowhere'), /Could not work in the folder \/sys\/nowhere: E/);
  });

  it('with a damaged file is no fault of the program', async () => {
    mkdirSync(out);
    writeFileSync(join(out, 'opened.sqlite'), 'no database at all, whatever it may be called');
    expectKind(await deliver('--only', 'write'), /opened\.sqlite: .*not a database/);
    await stage.sign({ content: ann });
    expect((await deliver()).code).toBe(0);
    const marks = join(batch(), 'marks.txt');
    const [mark = '', end = ''] = readFileSync(marks, 'utf8').split('\n');
    for (const damaged of ['', mark, `${end}\n`, `${mark}\n${mark}\n${end}\n`]) {
      writeFileSync(marks, damaged);
      await expect(countMarks(marks)).rejects.toThrow(/marks\.txt is damaged/);
    }
    expectKind(await deliver('--confirm'), /marks\.txt is damaged/);
    expect(await marksOf(stage)).toEqual({ rows: [{ batch: null, rows: 1 }], batches: [] });
  });

  it('is for one command at a time: the other is told to wait, and no file suffers', async () => {
    await signMany(stage, 30, 20);
    const both = await Promise.all([deliver(), deliver()]);
    expect(both.map(({ code }) => code)).toContain(2);
    for (const one of both.filter(({ code }) => code !== 2)) expectKind(one, /Another command/);
    expectWhole(out);
    expect(listed()).toEqual(['batch-001', 'opened.sqlite', 'rows.sqlite']);

    const letGo = holdFolder(out);
    for (const options of [['--only', 'write'], ['--confirm'], ['--contacts']])
      expectKind(await deliver(...options), /Another command of the delivery works in/);
    letGo();
    expect((await deliver('--confirm')).code).toBe(0);
  });
});

describe('a broken network', () => {
  it('lets the next run go on at the page where it broke, and asks for no page twice', async () => {
    await signMany(stage, 10, 120);
    // What there is, the batches, the numbers beside, a page; then nothing any more.
    cloudflare.breakAfter(4);
    expectKind(
      await deliver('--remote'),
      /Could not read the deployed database: .*\n.*network .* goes on where it stopped/,
    );
    expect(listed()).toEqual(['rows.sqlite']);
    cloudflare.mend();
    const before = cloudflare.answered();
    expect((await deliver('--remote')).code).toBe(2);
    // The second page of two.
    expect(cloudflare.answered() - before).toBe(1);
    expect(readDelivery(batch()).lines).toHaveLength(10);
  });
});

describe('two campaigners with folders of their own', () => {
  it('who confirm at once confirm one batch, and the other is told to read anew', async () => {
    await signMany(stage, 5, 1);
    const folders = ['one', 'two'].map((name) => join(stage.folder, name));
    const [one = '', two = ''] = folders;
    expect((await deliverTo(one)).code).toBe(2);
    await stage.sign({ content: ann });
    expect((await deliverTo(two)).code).toBe(2);
    const both = await Promise.all(folders.map((folder) => deliverTo(folder, '--confirm')));
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    for (const failed of both.filter(({ code }) => code === 1))
      expectKind(failed, /Another batch was begun or confirmed/);
    expect(await stage.query('SELECT number FROM batch WHERE confirmed IS NOT NULL')).toEqual([
      { number: 1 },
    ]);
  });
});

describe('a withdrawal', () => {
  it('at any point keeps the batch from being confirmed, and is obeyed in what is written anew', async () => {
    const ids: string[] = [];
    for (const name of ['Ann Bee', 'Cy Dee', 'Eva Foe', 'Gil Hay', 'Ivy Jay'])
      ids.push(await stage.sign({ content: { ...ann, name } }));
    const withdraw = (id: string) => withdrawRows(stage.db, id, '2026-11-23');
    for (const [at, step] of ['fetch', 'open', 'write'].entries()) {
      expect((await deliver('--only', step)).code).toBe(0);
      await withdraw(ids[at] ?? '');
    }
    expect(readDelivery(batch()).lines).toHaveLength(5);
    expectKind(await deliver('--confirm'), /3 of the 5 rows .* withdrawn .*do not hand/);
    expect((await marksOf(stage)).batches).toEqual([]);

    expect((await deliver()).code).toBe(0);
    expect(readDelivery(batch()).lines).toHaveLength(2);
    expect((await deliver('--confirm')).output).toContain('2 rows are marked');
    await withdraw(ids[4] ?? '');
    expect((await deliver()).output).toMatch(/withdrawn after they were handed over +1\n/);
  });
});

describe('a row that nobody can open', () => {
  const rows: Record<string, Signing> = {
    'forged by padding': { plaintext: `${'{"level":"count"}'.padEnd(255, '\0')}x` },
    'unopened of another campaign': { sealedFor: { campaign: 'another' } },
    'unopened of another text': { sealedFor: { text: 'ru-0123456789ab' } },
    'unopened of another id hash': { sealedFor: { idHash: 'A'.repeat(43) } },
    'unopened for its sealer': { sealedBy: 'page', spoiled: true },
    'unknownKey by its name': { keyId: 'another' },
  };

  it('is set aside by its id hash, whatever is wrong with it, and stops no other', async () => {
    const told = [];
    for (const [fate, signing] of Object.entries(rows))
      told.push(`${fate.split(' ')[0] ?? ''} ${await stage.sign({ content: ann, ...signing })}`);
    // A version that this program does not know: the key is ours, the format is not.
    const id = await stage.sign({ sealedFor: { format: 'undersigned/2' } });
    told.push(`unopened ${id}`);
    await stage.sign({ content: ann });
    const { code, output } = await deliver();
    expect(code).toBe(2);
    expect(readFileSync(join(batch(), 'set-aside.txt'), 'utf8').trim().split('\n').sort()).toEqual(
      told.sort(),
    );
    for (const line of told) expect(output).toContain(line.split(' ')[1]);
    expect(readDelivery(batch()).lines).toHaveLength(1);
  });
});

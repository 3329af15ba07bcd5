import {
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { confirmLast } from '../../src/delivery/confirming.ts';
import {
  ann,
  type BackupStage,
  breaksAtPage,
  contentsOf,
  meanwhile,
  openBackupStage,
} from './backup-stage.ts';
import { now } from './stage.ts';

let stage: BackupStage;
beforeAll(async () => {
  stage = await openBackupStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const after = (days: number) => new Date(now.getTime() + days * 24 * 60 * 60 * 1000);
const first = () => stage.backups()[0] ?? '';

/** Changes a backup. */
function change(path: string, sql: string): void {
  const file = new DatabaseSync(path);
  file.exec(sql);
  file.close();
}

describe('npm run backup', () => {
  it('copies every table and every row as they are, and nothing that is not sealed', async () => {
    for (let row = 0; row < 3; row++) await stage.sign({ content: ann });
    await stage.handOver(now);
    await stage.sign({ content: ann, state: 'held', lane: 'unchecked' });
    await stage.withdraw(await stage.signWith());
    await stage.cron('2026-11-23');
    await stage.db.batch([
      stage.db.prepare(
        `INSERT INTO decision VALUES (1, '2026-11-23', 'keep', '{"it''s":1}', 2, NULL)`,
      ),
      stage.db.prepare("INSERT INTO request VALUES (1, '2026-11-23', 'lower', 'other', 1)"),
      stage.db.prepare("INSERT INTO destruction VALUES ('2026-11-23', 'key', 'Key', 3)"),
      stage.db.prepare("INSERT INTO revoked VALUES ('Key', '2026-11-23')"),
    ]);
    const said = await stage.backup();
    expect(said).toMatch(/is whole: hash, file and digests are right/);
    expect(said).toMatch(
      /rows {2}5\n {4}counted {2}3\n {4}held {2}1\n {4}withdrawn {2}1\n {2}batches {2}1/,
    );
    const file = new DatabaseSync(first(), { readOnly: true });
    const { backup, ...copied } = await contentsOf({
      query: (sql) => Promise.resolve(file.prepare(sql).all()),
    });
    file.close();
    expect([backup?.length, copied]).toEqual([1, await contentsOf(stage.database)]);
    expect(readFileSync(first()).includes('mailbox')).toBe(false);
  });

  it('is named by campaign and time, where only this user can read it, with a hash that sha256sum knows', async () => {
    await stage.sign();
    await stage.backup(['--folder', join(stage.folder(), 'own')]);
    const folder = join(stage.folder(), 'own');
    const name = 'belarus-2020-2026-11-23T12-34-56Z.sqlite';
    expect(readdirSync(folder).sort()).toEqual(['.lock', name, `${name}.sha256`]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const one of [name, `${name}.sha256`])
      expect(statSync(join(folder, one)).mode & 0o777).toBe(0o600);
    expect(
      execFileSync('sha256sum', ['--check', `${name}.sha256`], { cwd: folder }).toString(),
    ).toMatch(/OK/);
  });

  it('goes on where it was broken off, within a day, and begins anew after it', async () => {
    await stage.many(3500);
    await stage.sign({ content: ann });
    await expect(stage.backup([], { through: breaksAtPage(3) })).rejects.toThrow();
    const begun = readdirSync(stage.folder()).find((name) => name.endsWith('.unfinished'));
    expect(begun).toBe('belarus-2020-2026-11-23T12-34-56Z.sqlite.unfinished');
    const copied = () => {
      const file = new DatabaseSync(join(stage.folder(), begun ?? ''), { readOnly: true });
      const found = file.prepare('SELECT COUNT(*) AS rows FROM signature').get();
      file.close();
      return Number(found?.['rows']);
    };
    expect(copied()).toBe(2000);
    await expect(stage.backup(['--check', join(stage.folder(), begun ?? '')])).rejects.toThrow(
      /no whole backup/,
    );
    const later = new Date(now.getTime() + 60_000);
    expect(await stage.backup([], { now: later, through: breaksAtPage(4) })).toMatch(
      /rows {2}3,501/,
    );
    expect(stage.backups()).toHaveLength(1);
    expect(basename(first())).toBe('belarus-2020-2026-11-23T12-34-56Z.sqlite');
    await expect(stage.backup([], { now: after(1), through: breaksAtPage(3) })).rejects.toThrow();
    await stage.backup([], { now: after(3) });
    expect(stage.backups().map((path) => basename(path).slice(13, 23))).toEqual([
      '2026-11-23',
      '2026-11-26',
    ]);
    expect(readdirSync(stage.folder()).some((name) => name.includes('unfinished'))).toBe(false);
  }, 120_000);

  it('takes in whoever signs meanwhile, or not, and never half of a batch', async () => {
    await stage.many(1500);
    await stage.sign({ content: ann });
    expect(await stage.backup([], { through: meanwhile(2, () => stage.sign()) })).toMatch(
      /rows {2}1,50[12]\n/,
    );
    const hands = meanwhile(2, () => stage.handOver(now));
    await expect(stage.backup([], { now: after(1), through: hands })).rejects.toThrow(
      /confirmed, decided, revoked or destroyed/,
    );
    expect(stage.backups()).toHaveLength(1);
    expect(await stage.backup([], { now: after(1) })).toMatch(/batches {2}1/);
  }, 120_000);

  it('refuses while a batch is half confirmed', async () => {
    await stage.sign({ content: ann });
    await stage.handOver(now);
    await stage.db.prepare('UPDATE batch SET confirmed = NULL').run();
    await expect(stage.backup()).rejects.toThrow(/A batch is being confirmed/);
  });

  it.each([
    [
      'a flipped byte of a sealed part',
      "UPDATE signature SET sealed = CAST(x'00' || substr(sealed, 2) AS BLOB)",
      true,
    ],
    ['another text under a sealed part', "UPDATE signature SET text_version = 'be-other'", true],
    ['a row that is missing', 'DELETE FROM signature WHERE sealed IS NULL', true],
    ['a changed state', "UPDATE signature SET state = 'held'", false],
  ])('finds %s', async (_, sql, isHashedAnew) => {
    await stage.sign({ content: ann });
    await stage.many(1);
    await stage.backup();
    change(first(), sql);
    if (isHashedAnew) stage.hashAnew(first());
    await expect(stage.backup(['--check', first()])).rejects.toThrow(/no whole backup/);
    await expect(stage.restore([first()])).rejects.toThrow(/no whole backup/);
  });

  it('finds a file that was cut off, lost its hash, or is none', async () => {
    await stage.many(300);
    await stage.backup();
    const cut = join(stage.folder(), 'cut.sqlite');
    copyFileSync(first(), cut);
    const check = () => stage.backup(['--check', cut]);
    await expect(check()).rejects.toThrow(/cut\.sqlite\.sha256 is missing/);
    stage.hashAnew(cut);
    expect(await check()).toMatch(/is whole/);
    truncateSync(cut, 8192);
    await expect(check()).rejects.toThrow(/not the file that was written/);
    stage.hashAnew(cut);
    await expect(check()).rejects.toThrow(/no whole backup/);
    writeFileSync(cut, 'a letter');
    stage.hashAnew(cut);
    await expect(check()).rejects.toThrow(/does not say what it holds/);
    await expect(stage.backup(['--check', 'nowhere.sqlite'])).rejects.toThrow(/cannot be read/);
  });

  it('says which sealed parts were damaged in the database already, and is whole all the same', async () => {
    await stage.sign({ content: ann });
    await stage.db.prepare("UPDATE signature SET sealed = x'00'").run();
    expect(await stage.backup()).toMatch(/1 sealed part did not fit the digest in the database/);
    expect(await stage.backup(['--check', first()])).toMatch(/is whole/);
  });

  it('lists what is older than 30 days, and deletes it only with --yes', async () => {
    await stage.sign({ content: ann });
    await stage.backup();
    expect(await stage.backup(['--clear'], { now: after(29) })).toMatch(/No backup/);
    expect(await stage.backup([], { now: after(29) })).not.toMatch(/Too old/);
    expect(await stage.backup(['--clear'], { now: after(30) })).toContain(first());
    expect(await stage.backup([], { now: after(31) })).toMatch(/to be deleted: 1 backup/);
    expect(stage.backups()).toHaveLength(3);
    expect(await stage.backup(['--clear', '--yes'], { now: after(31) })).toMatch(/^Deleted:/);
    expect(stage.backups().map((path) => basename(path).slice(13, 23))).toEqual([
      '2026-12-22',
      '2026-12-24',
    ]);
    const ended = { now: after(32), deletedBy: '2026-12-25' };
    expect(await stage.backup(['--clear', '--yes'], ended)).toMatch(/^Deleted:/);
    expect(readdirSync(stage.folder()).filter((name) => name.startsWith('belarus'))).toEqual([]);
  });

  it('lists the copy that a killed restore left, and deletes it', async () => {
    const left = join(stage.folder(), '.restoring.sqlite');
    writeFileSync(left, '');
    expect(await stage.backup(['--clear'])).toContain(left);
    await stage.backup(['--clear', '--yes']);
    expect(readdirSync(stage.folder())).not.toContain('.restoring.sqlite');
  });

  it('lists a backup with a batch on the day on which that is destroyed, however new the backup is', async () => {
    await stage.sign({ content: ann });
    const { where, lent } = await stage.deliver();
    await confirmLast(where, stage.database, lent);
    await stage.backup([], { now: after(20) });
    expect(await stage.backup(['--clear'], { now: after(29) })).toMatch(/No backup/);
    expect(await stage.backup(['--clear'], { now: after(30) })).toContain(first());
  });

  it.each([
    [['--yes'], /--yes means --clear/],
    [['--clear', '--check', 'a.sqlite'], /name one/],
    [['--key-folder', 'keys'], /Unknown option/],
  ])('refuses %j', async (words, why) => {
    await expect(stage.backup(words)).rejects.toThrow(why);
  });
});

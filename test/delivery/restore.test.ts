import {
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { destroyDue } from '../../functions/destroy.ts';
import { drawCode } from '../../src/signature/code.ts';
import {
  ann,
  type BackupStage,
  breaksAfter,
  breaksAtPage,
  contentsOf,
  meanwhile,
  openBackupStage,
} from './backup-stage.ts';
import { now } from './stage.ts';

vi.setConfig({ testTimeout: 120_000 });

let stage: BackupStage;
beforeAll(async () => {
  stage = await openBackupStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const after = (days: number) => new Date(now.getTime() + days * 24 * 60 * 60 * 1000);
const first = () => stage.backups()[0] ?? '';
const both = async () => [await contentsOf(stage.database), await contentsOf(stage.fresh.database)];

let people = 0;
/** People with names of their own, so that nobody is taken for another. */
async function signs(number: number): Promise<string[]> {
  const ids: string[] = [];
  for (const last = people + number; people < last; people++) {
    const who = people;
    const content = { ...ann, name: `Ann Bee${who}`, email: `ann${who}@mailbox.example` };
    ids.push(await stage.signWith(drawCode(), { content }));
  }
  return ids;
}

/** Delivers from the new database, as far as the folder. */
const deliverFresh = (at: Date, folder = join(stage.folder(), 'after')) =>
  stage.deliverFrom(stage.fresh, folder, at);

async function statesOf(idHashes: readonly string[]): Promise<unknown[]> {
  const found = stage.fresh.db.prepare(
    'SELECT state, sealed IS NULL AS emptied FROM signature WHERE id_hash = ?',
  );
  const states = [];
  for (const id of idHashes) states.push(await found.bind(Buffer.from(id, 'base64url')).first());
  return states;
}

describe('npm run restore', () => {
  it('brings back count, codes and batches', async () => {
    await signs(3);
    await stage.handOver(now);
    const [ann5] = await signs(2);
    await stage.signWith(drawCode(), { state: 'held', lane: 'unchecked' });
    await stage.withdraw((await signs(1))[0] ?? '');
    await stage.cron('2026-11-24');
    await stage.backup([], { now: after(1) });

    expect(await stage.restore([first()])).toMatch(/would be restored. Nothing is changed yet/);
    expect((await stage.fresh.query('SELECT 1 FROM signature')).length).toBe(0);
    expect(await stage.restore([first(), '--yes'])).toMatch(/^Restored from /);
    const [old, restored] = await both();
    expect(restored).toEqual(old);

    const number = await stage.cron('2026-11-25', stage.fresh.db);
    expect([number, await stage.cron('2026-11-25')]).toEqual([5, 5]);
    await stage.withdraw(ann5 ?? '', stage.fresh.db);
    expect(await statesOf([ann5 ?? ''])).toEqual([{ state: 'withdrawn', emptied: 1 }]);
    expect(await stage.cron('2026-11-26', stage.fresh.db)).toBe(number - 1);
    await stage.withdraw(ann5 ?? '');

    const [expected, found] = [
      await stage.deliverFrom(stage, join(stage.folder(), 'old'), after(3)),
      await deliverFresh(after(3)),
    ];
    expect(found.manifest.account).toMatchObject({ delivered: 1, earlier: 3 });
    expect(found.lines).toEqual(expected.lines);
    expect(basename(found.folder)).toBe('batch-002');
  });

  it('counts everybody once, also when the number was added up while the database was copied', async () => {
    await stage.many(1500);
    await signs(20);
    await stage.backup([], { through: meanwhile(2, () => stage.cron('2026-11-23')) });
    const file = new DatabaseSync(first(), { readOnly: true });
    const fresh = file.prepare('SELECT DISTINCT fresh FROM signature WHERE sealed IS NOT NULL');
    // Some rows were copied before it, some after.
    expect(fresh.all()).toHaveLength(2);
    file.close();
    await stage.restore([first(), '--yes']);
    expect(await stage.cron('2026-11-23', stage.fresh.db)).toBe(20);
    expect(await stage.cron('2026-11-24', stage.fresh.db)).toBe(20);
  });

  it('refuses a database that holds anything else, and leaves it as it is', async () => {
    await signs(2);
    await stage.backup();
    for (const sql of [
      "INSERT INTO signature VALUES (randomblob(32), x'', '2026-11-23', NULL, NULL, 'withdrawn', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
      "INSERT INTO batch VALUES (1, '2026-11-23', 'Key', 'abc', 1, '{}', '2026-11-23', NULL)",
      "UPDATE tally SET total = 0, settled = '2026-11-23'",
    ]) {
      await stage.fresh.db.prepare(sql).run();
      const before = await contentsOf(stage.fresh.database);
      for (const yes of [[], ['--yes']])
        await expect(stage.restore([first(), ...yes])).rejects.toThrow(/is not empty/);
      expect(await contentsOf(stage.fresh.database)).toEqual(before);
      await stage.clearFresh();
    }
    // The database that was backed up has lived on: it is no empty one either.
    await stage.sign();
    await expect(stage.restoreInto([first(), '--yes'])).rejects.toThrow(/is not empty/);
  });

  it('says how to prepare a database that has no tables', async () => {
    await signs(1);
    await stage.backup();
    await stage.fresh.db.prepare('ALTER TABLE request RENAME TO requested').run();
    await expect(stage.restore([first()])).rejects.toThrow(/no table request/);
    await stage.fresh.db.prepare('ALTER TABLE requested RENAME TO request').run();
  });

  it('refuses a backup of another campaign, and one that was never finished', async () => {
    await signs(1);
    await stage.backup();
    await expect(stage.restore([first()], { id: 'other-2026' })).rejects.toThrow(
      /backup of the campaign belarus-2020, not of other-2026/,
    );
    const half = first().replace('.sqlite', '-half.sqlite');
    renameSync(first(), half);
    renameSync(`${half.replace('-half', '')}.sha256`, `${half}.sha256`);
    const file = new DatabaseSync(half);
    file.exec(`UPDATE backup SET facts = json_set(facts, '$.complete', json('false'))`);
    file.close();
    stage.hashAnew(half);
    await expect(stage.restore([half])).rejects.toThrow(/never finished/);
  });

  it('goes on when it was broken off anywhere, and counts nobody twice', async () => {
    await stage.many(2500);
    await signs(3);
    await stage.handOver(now);
    await stage.cron('2026-11-23');
    await stage.backup([], { now: after(1) });
    let broken = 0;
    for (const calls of [3, 12, 20, 26, 35, 45])
      await stage
        .restore([first(), '--yes'], { through: breaksAfter(calls) })
        .catch(() => (broken += 1));
    expect(broken).toBeGreaterThan(2);
    expect(await stage.restore([first(), '--yes'])).toMatch(/^Restored/);
    const [old, restored] = await both();
    expect(restored).toEqual(old);
    expect(await stage.restore([first()])).toMatch(
      /Already in the database from this restore: 2,503 rows/,
    );
    expect(readdirSync(stage.folder()).some((name) => name.includes('restoring'))).toBe(false);
  });

  it('does not go on with another backup than the one it was begun with', async () => {
    const ids = await signs(30);
    await stage.many(1000);
    await stage.backup();
    const [one] = [first()];
    await expect(stage.restore([one, '--yes'], { through: breaksAfter(30) })).rejects.toThrow();
    for (const id of ids) await stage.withdraw(id);
    await stage.db.prepare("DELETE FROM signature WHERE digest = x''").run();
    await stage.backup([], { now: after(1) });
    await expect(stage.restore([stage.backups()[1] ?? '', '--yes'])).rejects.toThrow(
      /is not empty/,
    );
  });

  it('withdraws again whoever withdrew since, from a newer backup, also whom it does not know', async () => {
    const [kept, gone] = await signs(2);
    await stage.cron('2026-11-23');
    await stage.backup();
    await stage.withdraw(gone ?? '');
    const [came] = await signs(1);
    await stage.withdraw(came ?? '');
    await stage.signWith();
    await stage.backup([], { now: after(1) });
    const said = await stage.restore([first(), '--yes']);
    expect(said).toMatch(
      /Withdrawn since, and withdrawn here too: 2\.\nKnown up to 2026-11-24T12:34:56\.000Z from/,
    );
    expect(said).toMatch(/Whoever withdrew after 2026-11-24T12:34:56\.000Z stands again/);
    expect(said).toMatch(/1 of them are known, and are in .*rather restore that/);
    expect(await statesOf([kept ?? '', gone ?? '', came ?? ''])).toEqual([
      { state: 'counted', emptied: 0 },
      { state: 'withdrawn', emptied: 1 },
      { state: 'withdrawn', emptied: 1 },
    ]);
    const left = await stage.fresh.db
      .prepare("SELECT tag, language, lane, text_version FROM signature WHERE state = 'withdrawn'")
      .all();
    for (const row of left.results) expect(Object.values(row)).toEqual([null, null, null, null]);
    // The one who withdrew is still in the total, and is taken off on the next day, as always.
    expect(await stage.cron('2026-11-25', stage.fresh.db)).toBe(1);
  });

  it('never lets the new database see what was withdrawn', async () => {
    const [gone] = await signs(1);
    await stage.backup();
    await stage.withdraw(gone ?? '');
    await stage.backup([], { now: after(1) });
    const written: string[] = [];
    await stage.restore([first(), '--yes'], {
      through: (database) => ({
        ...database,
        write: (statements) => {
          written.push(...statements);
          return database.write(statements);
        },
      }),
    });
    const id = Buffer.from(gone ?? '', 'base64url')
      .toString('hex')
      .toUpperCase();
    const about = written.filter((sql) => sql.includes(id));
    expect(about).toHaveLength(1);
    expect(about[0]).toContain("'withdrawn'");
    expect(about[0]?.length).toBeLessThan(600);
  });

  it('withdraws again from what the delivery read last', async () => {
    const [, gone] = await signs(2);
    await stage.backup();
    await stage.withdraw(gone ?? '');
    await stage.signWith();
    await stage.fetch(after(1));
    const said = await stage.restore([first(), '--yes']);
    expect(said).toMatch(
      /withdrawn here too: 1\.\nKnown up to 2026-11-24T12:34:56.000Z from .*rows\.sqlite/,
    );
    expect(said).toMatch(/not in it: 1 of them are known\./);
    expect(await statesOf([gone ?? ''])).toEqual([{ state: 'withdrawn', emptied: 1 }]);
  });

  it('takes a source from elsewhere, and says which ones it cannot use', async () => {
    const [gone] = await signs(1);
    await stage.backup();
    await stage.withdraw(gone ?? '');
    await stage.backup([], { now: after(1) });
    const newer = stage.backups()[1] ?? '';
    const elsewhere = join(stage.folder(), '..', 'elsewhere.sqlite');
    copyFileSync(newer, elsewhere);
    copyFileSync(`${newer}.sha256`, `${elsewhere}.sha256`);
    writeFileSync(newer, 'nothing');
    const alone = await stage.restore([first()]);
    expect(alone).toMatch(/Nothing is known of what happened after 2026-11-23T12:34:56\.000Z/);
    expect(alone).toMatch(/Not used: .*no whole backup/);
    expect(alone).toMatch(/how many, nobody can know/);
    expect(await stage.restore([first(), '--since', elsewhere])).toMatch(/withdrawn here too: 1\./);
    await expect(stage.restore([first(), '--since', 'nowhere'])).rejects.toThrow(
      /There is no nowhere/,
    );
    rmSync(elsewhere);
  });

  it('says so when nothing newer is known, and what to tell people', async () => {
    await signs(1);
    await stage.backup();
    const said = await stage.restore([first()]);
    expect(said).toMatch(/Nothing is known of what happened after/);
    expect(said).toMatch(/please withdraw once more with the code/);
  });

  it('invalidates, destroys and revokes again what was since', async () => {
    const [one, two, three] = await signs(3);
    await stage.cron('2026-11-23');
    await stage.backup();
    const at = (id = '') => Buffer.from(id, 'base64url').toString('hex');
    await stage.db.batch([
      stage.db.prepare(
        `UPDATE signature SET state = 'invalidated', was = 'counted', decision = 1, fresh = -1 WHERE id_hash = x'${at(one)}'`,
      ),
      stage.db.prepare(
        `UPDATE signature SET sealed = NULL, key_id = NULL, language = NULL, lane = NULL, text_version = NULL, day = '' WHERE id_hash = x'${at(two)}'`,
      ),
      stage.db.prepare("INSERT INTO revoked VALUES ('Key', '2026-11-24')"),
      stage.db.prepare("INSERT INTO destruction VALUES ('2026-11-24', 'key', 'Key', 1)"),
      stage.db.prepare("INSERT INTO request VALUES (1, '2026-11-24', 'withdraw', 'dead', 1)"),
    ]);
    await stage.backup([], { now: after(1) });
    await stage.restore([first(), '--yes']);
    const [old, restored] = await both();
    for (const table of ['revoked', 'destruction', 'request', 'tally'])
      expect(restored?.[table]).toEqual(old?.[table]);
    expect(await statesOf([one ?? '', two ?? '', three ?? ''])).toEqual([
      { state: 'invalidated', emptied: 0 },
      { state: 'counted', emptied: 1 },
      { state: 'counted', emptied: 0 },
    ]);
    // Whoever was invalidated leaves the total; whose sealed part was destroyed stays in it.
    expect(await stage.cron('2026-11-25', stage.fresh.db)).toBe(2);
  });

  it('brings nothing back that is sealed to a key which campaign.yaml calls revoked', async () => {
    const ids = await signs(2);
    await stage.backup();
    const { publicKey } = stage.key;
    await stage.restore([first(), '--yes'], { keys: [{ publicKey, status: 'revoked' }] });
    expect(await statesOf(ids)).toEqual(ids.map(() => ({ state: 'counted', emptied: 1 })));
    const revoked = await stage.fresh.query('SELECT key_id FROM revoked');
    expect(revoked).toEqual([{ key_id: stage.key.id }]);
  });

  it('stays closed, and without tags, when the campaign was closed since', async () => {
    await signs(1);
    await stage.db.prepare("UPDATE signature SET tag = x'01'").run();
    await stage.backup();
    await stage.db.batch([
      stage.db.prepare('UPDATE signature SET tag = NULL'),
      stage.db.prepare("INSERT INTO closing VALUES (1, '2026-11-24', '{}')"),
    ]);
    await stage.backup([], { now: after(1) });
    await stage.restore([first(), '--yes']);
    const [old, restored] = await both();
    expect(restored).toEqual(old);
  });

  it('hands nobody over twice whose batch was confirmed since, where that is known', async () => {
    await signs(2);
    await stage.backup();
    await stage.handOver(after(1));
    await stage.fetch(after(2));
    expect(await stage.restore([first(), '--yes'])).not.toMatch(/--handed-over/);
    const { manifest, folder } = await deliverFresh(after(3));
    expect([folder, manifest.account]).toMatchObject(['', { delivered: 0, earlier: 2 }]);
  });

  it('warns of a batch of which only the folder tells, and marks it when told that it was handed over', async () => {
    await signs(2);
    await stage.backup();
    await stage.handOver(after(1));
    const batch = join(stage.deliveries(), 'batch-001');
    rmSync(join(stage.deliveries(), 'rows.sqlite'));
    expect(await stage.restore([first()])).toContain(
      `${batch} is a batch that the restored database does not know. Was it handed over? Then add --handed-over 1`,
    );
    expect(await stage.restore([first(), '--handed-over', '1', '--yes'])).not.toContain('Was it');
    const { manifest, folder } = await deliverFresh(after(3));
    expect([folder, manifest.account]).toMatchObject(['', { delivered: 0, earlier: 2 }]);
    const marks = readFileSync(join(batch, 'marks.txt'), 'utf8');
    writeFileSync(join(batch, 'marks.txt'), marks.slice(0, 80));
    await expect(stage.restore([first(), '--handed-over', '1'])).rejects.toThrow(/cannot be read/);
    await expect(stage.restore([first(), '--handed-over', '7'])).rejects.toThrow(/cannot be read/);
  });

  it('lets deliveries go on after a batch was destroyed of which not everybody came back', async () => {
    await signs(2);
    await stage.backup();
    await signs(3);
    await stage.handOver(after(1));
    rmSync(join(stage.deliveries(), 'rows.sqlite'));
    await stage.restore([first(), '--handed-over', '1', '--yes']);
    await destroyDue(stage.fresh.db, '2027-06-30', after(31));
    const { manifest } = await deliverFresh(after(32));
    expect(manifest.account).toMatchObject({
      ...{ signatures: 2, earlier: 2, doublesOfEarlier: 0, destroyedEarlier: 2 },
    });
  });

  it('restores nothing once everything was to be deleted, or was destroyed at the end', async () => {
    await signs(1);
    await stage.backup();
    await expect(stage.restore([first()], { deletedBy: '2026-11-23' })).rejects.toThrow(
      /was to delete every signature/,
    );
    await stage.db.batch([
      stage.db.prepare('DELETE FROM signature'),
      stage.db.prepare("INSERT INTO destruction VALUES ('2026-11-24', 'end', '', 1)"),
    ]);
    await stage.backup([], { now: after(1) });
    await expect(stage.restore([first()])).rejects.toThrow(/The campaign has ended/);
  });

  it('withdraws again after the provider set the database back, and changes nothing else', async () => {
    const [kept, gone] = await signs(2);
    await stage.cron('2026-11-23');
    const before = await contentsOf(stage.database);
    expect(await stage.restoreInto(['--withdrawals-only'])).toMatch(
      /Nothing was changed: no backup/,
    );
    await stage.withdraw(gone ?? '');
    await stage.backup([], { now: after(1) });
    await stage.setBack(before);
    expect(await contentsOf(stage.database)).toEqual(before);
    const planned = await stage.restoreInto(['--withdrawals-only']);
    expect(planned).toMatch(
      /^1 signature that had been withdrawn stands again in this database\.\nKnown up to 2026-11-24/,
    );
    expect(await contentsOf(stage.database)).toEqual(before);
    for (const returned of [1, 0])
      expect(await stage.restoreInto(['--withdrawals-only', '--yes'])).toMatch(
        new RegExp(`^${returned} signature`),
      );
    const found = await stage.db.prepare('SELECT state FROM signature ORDER BY state').all();
    expect(found.results).toEqual([{ state: 'counted' }, { state: 'withdrawn' }]);
    expect(kept).toBeDefined();
    expect(await stage.cron('2026-11-24')).toBe(1);
  });

  it('does not rely on what was read after the database was set back', async () => {
    const [, gone] = await signs(2);
    await stage.backup();
    const before = await contentsOf(stage.database);
    await stage.withdraw(gone ?? '');
    await stage.backup([], { now: after(1) });
    await stage.setBack(before);
    await stage.fetch(after(2));
    for (const said of [
      await stage.restoreInto(['--withdrawals-only']),
      await stage.restore([first()]),
    ]) {
      expect(said).toMatch(/Known up to 2026-11-24T12:34:56/);
      expect(said).toMatch(/Not relied upon: .*rows\.sqlite knows fewer withdrawals/);
    }
  });

  it('goes on with nothing that was read of the old database and broken off', async () => {
    await stage.many(2000);
    await stage.backup();
    const broken = stage.backup([], { now: after(1), through: breaksAtPage(2) });
    await expect(broken).rejects.toThrow();
    await expect(stage.fetch(after(1), breaksAfter(3))).rejects.toThrow();
    const left = () => [...readdirSync(stage.folder()), ...readdirSync(stage.deliveries())].join();
    expect(left()).toMatch(/unfinished.*rows\.sqlite/);
    await stage.restore([first(), '--yes']);
    expect(left()).not.toMatch(/unfinished|rows\.sqlite/);
    await stage.fetch(after(2));
    await stage.clearFresh();
    await stage.restore([first(), '--yes']);
    expect(left()).toMatch(/rows\.sqlite/);
  });

  it.each([
    [[], /Name the backup to restore/],
    [['a.sqlite', 'b.sqlite'], /Name one backup/],
    [['--withdrawals-only', 'a.sqlite'], /restores no backup/],
    [['a.sqlite', '--handed-over', 'all'], /wants the number of a batch/],
    [['nowhere.sqlite'], /cannot be read/],
  ])('refuses %j', async (words, why) => {
    await expect(stage.restore(words)).rejects.toThrow(why);
  });
});

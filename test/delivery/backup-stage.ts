/**
 * What the tests of backup and restore stand on: a database that has lived, and a new one beside it; both
 * real D1, filled by the Worker's own code and the delivery's own commands.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { addUpTally, withdrawRows } from '../../functions/store.ts';
import { runBackup } from '../../src/delivery/backup/command.ts';
import { confirmLast } from '../../src/delivery/confirming.ts';
import type { Database } from '../../src/delivery/database.ts';
import { runRestore } from '../../src/delivery/restore/command.ts';
import { fetchAll } from '../../src/delivery/source.ts';
import type { Place } from '../../src/delivery/where.ts';
import { chainOf, drawCode } from '../../src/signature/code.ts';
import { campaign, deliver, now, openNewDatabase, openStage, type Signing } from './stage.ts';
import type { Settings } from '../../src/site/settings.ts';

export const ann = {
  level: 'initials',
  name: 'Ann Bee',
  email: 'ann@mailbox.example',
  country: 'Польшча',
} as const;

/** What no command may print: what was entered, codes, hashes of codes. */
const personal = /mailbox|Ann|Польшча|[0-9A-F]{64}|[0-9a-f]{64}/;

const progress = () => ({ tell: () => undefined, end: () => undefined });
const namesSchema = z.array(z.object({ name: z.string() }));

/** How a run of a command differs. */
type Changed = {
  now?: Date;
  id?: string;
  deletedBy?: string;
  keys?: Settings['keys'];
  through?: Through;
};
/** Stands between a command and its database. */
type Through = (database: Database) => Database;

export type BackupStage = Awaited<ReturnType<typeof openBackupStage>>;

export async function openBackupStage() {
  const stage = await openStage();
  const made = await openNewDatabase(join(stage.folder, 'new', 'v3'));
  const fresh = { ...made, query: made.database.query };
  let folder = '';
  const deliveries = () => join(folder, 'deliveries');

  const lentAs = ({ now: at = now, id, deletedBy, keys, through = (one) => one }: Changed) => ({
    settings: {
      id: id ?? stage.settings.id,
      deletedBy: deletedBy ?? stage.settings.deletedBy,
      keys: keys ?? [],
    },
    now: at,
    progress,
    openDatabase: ({ database }: Place) => {
      const found = database === fresh.state ? fresh.database : stage.database;
      return Promise.resolve(through({ ...found, close: () => Promise.resolve() }));
    },
  });
  const clearFresh = async () => {
    for (const { name } of namesSchema.parse(await fresh.query(listTables)))
      if (name !== 'tally') await fresh.db.prepare(`DELETE FROM ${name}`).run();
    await fresh.db.prepare("UPDATE tally SET total = 0, settled = ''").run();
  };
  const quiet = (said: string) => {
    if (personal.test(said)) throw new Error('A command said what it may not');
    return said;
  };
  const where = () => ({ ...stage.where, folder: deliveries() });
  const lentDelivery = (at: Date) => ({ settings: stage.settings, now: at, progress });

  return {
    ...stage,
    fresh,
    folder: () => folder,
    deliveries,
    clearFresh,
    hashAnew,
    /** Both databases empty, and a new folder. */
    async clear() {
      await stage.clear();
      await clearFresh();
      folder = mkdtempSync(join(stage.folder, 'backups-'));
    },
    /** Signs with a code; returns its id hash. */
    async signWith(code = drawCode(), signing: Signing = {}): Promise<string> {
      const [mark, , idHash] = await chainOf(code);
      return stage.sign({ content: ann, ...signing, signer: { mark, idHash } });
    },
    /** Rows that are withdrawn already: quick to make by thousands. */
    many: (number: number) =>
      stage.db
        .prepare(
          `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${number})
          INSERT INTO signature SELECT randomblob(32), x'', '2026-11-23', NULL, NULL, 'withdrawn', 0,
            NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM n`,
        )
        .run(),
    withdraw: (idHash: string, from = stage.db) => withdrawRows(from, idHash, '2026-11-24'),
    cron: (day: string, from = stage.db) => addUpTally(from, new Date(`${day}T12:00:00Z`)),
    /** Delivers from one of the databases and confirms. */
    async handOver(at: Date) {
      await stage.deliver({ at: deliveries(), now: at });
      return confirmLast(where(), stage.database, lentDelivery(at));
    },
    /** Writes the next batch of a database. */
    deliverFrom: (from: Pick<typeof fresh, 'state' | 'database'>, at: string, day: Date) =>
      deliver({ ...stage.where, database: from.state, folder: at }, from.database, stage.settings, {
        now: day,
      }),
    /** Puts the signatures of before into the database, as D1's Time Travel does with all of it. */
    async setBack(contents: Record<string, string[]>): Promise<void> {
      await stage.db.prepare('DELETE FROM signature').run();
      for (const row of contents['signature'] ?? [])
        await stage.db.prepare(`INSERT INTO signature VALUES (${row})`).run();
    },
    /** Reads the database as `npm run deliver` does. */
    async fetch(at: Date, through: Through = (one) => one): Promise<void> {
      (await fetchAll(where(), through(stage.database), lentDelivery(at))).file.close();
    },
    /** `npm run backup -- words`, of the database that has lived. */
    backup: async (words: string[] = [], changed: Changed = {}): Promise<string> =>
      quiet(
        await runBackup(['--database', stage.state, '--folder', folder, ...words], lentAs(changed)),
      ),
    /** `npm run restore -- words`, into the new database. */
    restore: async (words: string[] = [], changed: Changed = {}): Promise<string> => {
      const own = ['--database', fresh.state, '--folder', folder, '--deliveries', deliveries()];
      return quiet(await runRestore([...own, ...words], lentAs(changed)));
    },
    /** The same, into the database that has lived. */
    restoreInto: async (words: string[], changed: Changed = {}): Promise<string> => {
      const own = ['--database', stage.state, '--folder', folder, '--deliveries', deliveries()];
      return quiet(await runRestore([...own, ...words], lentAs(changed)));
    },
    /** The finished backups in the folder, the oldest first. */
    backups: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.sqlite') && name.startsWith(campaign))
        .sort()
        .map((name) => join(folder, name)),
    async close() {
      await fresh.close();
      await stage.close();
    },
  };
}

/** Makes the hash beside a backup fit again after somebody changed the file. */
function hashAnew(path: string): void {
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
  writeFileSync(`${path}.sha256`, `${hash}  ${basename(path)}\n`);
}

const listTables = `SELECT name FROM sqlite_master WHERE type = 'table'
  AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'`;

/** All that a database holds, table by table. */
export async function contentsOf({ query }: Pick<Database, 'query'>) {
  const tables = namesSchema.parse(await query(`${listTables} ORDER BY name`));
  const all: Record<string, string[]> = {};
  for (const { name } of tables) {
    const columns = namesSchema.parse(await query(`PRAGMA table_info(${name})`));
    const row = columns.map((column) => `quote(${column.name})`).join(` || ', ' || `);
    const rows = await query(`SELECT ${row} AS name FROM ${name} ORDER BY 1`);
    all[name] = namesSchema.parse(rows).map((one) => one.name);
  }
  return all;
}

/** A database that breaks off after so many calls. */
export function breaksAfter(calls: number): Through {
  let left = calls;
  const count = () => {
    left -= 1;
    if (left < 0) throw new Error('Network connection lost.');
  };
  return (database) => ({
    ...database,
    query: (sql) => {
      count();
      return database.query(sql);
    },
    write: (statements) => {
      count();
      return database.write(statements);
    },
  });
}

/** A database in which something happens once, before a certain page of signatures is read. */
export function meanwhile(page: number, act: () => Promise<unknown>): Through {
  let pages = 0;
  return (database) => ({
    ...database,
    query: async (sql) => {
      if (sql.includes('LIMIT 1000')) pages += 1;
      if (pages === page && sql.includes('LIMIT 1000')) await act();
      return database.query(sql);
    },
  });
}

/** A database that breaks off before a certain page of signatures is read. */
export function breaksAtPage(page: number): Through {
  return meanwhile(page, () => Promise.reject(new Error('Network connection lost.')));
}

/**
 * One backup: a SQLite file with the tables of the database, as sealed as they are there, and what is known
 * of the backup itself. Its name holds the campaign and the time at which the copy began.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { inFile, inTransaction, openLocalFile } from '../local-file.ts';

const factsSchema = z.object({
  campaign: z.string(),
  /** Which database was copied. */
  source: z.string(),
  /** UTC time at which the copy began: all that the database held then is in it. */
  begun: z.iso.datetime(),
  /** Rows of signatures that the database had then. */
  rows: z.int(),
  /** By how much the running total is above the rows that it was added up from; 0 while none was deleted. */
  above: z.int(),
  /** Rows that did not fit their digest in the database already. */
  unfit: z.int(),
  complete: z.boolean(),
});
export type Facts = z.output<typeof factsSchema>;

const schema = `CREATE TABLE IF NOT EXISTS backup
  (one INTEGER PRIMARY KEY CHECK (one = 1), facts TEXT NOT NULL) STRICT`;
const [finished, unfinished] = ['.sqlite', '.sqlite.unfinished'];

/** The copy that a restore works on; one that was killed leaves it. */
export const copyName = '.restoring.sqlite';

/** A backup that lies in a folder. */
export type Lying = { path: string; day: string; begun: string; finished: boolean };

/** The path of a backup. */
export function pathOf(folder: string, { campaign, begun }: Pick<Facts, 'campaign' | 'begun'>) {
  const time = begun.slice(0, 19).replaceAll(':', '-');
  return join(folder, `${campaign}-${time}Z${finished}`);
}

/** The path of the same backup while it is not finished. */
export function pathOfUnfinished(path: string): string {
  return path.slice(0, -finished.length) + unfinished;
}

/** The file with the hash of a backup, as `sha256sum --check` reads it. */
export function hashFileOf(path: string): string {
  return `${path}.sha256`;
}

/** The backups of a campaign in a folder, the oldest first. */
export function listBackups(folder: string, campaign: string): Lying[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const time = /^-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z(\.sqlite(?:\.unfinished)?)$/;
      const [, day, hours, minutes, seconds, ending] =
        (name.startsWith(campaign) && time.exec(name.slice(campaign.length))) || [];
      if (day === undefined || hours === undefined || minutes === undefined) return [];
      const begun = `${day}T${hours}:${minutes}:${seconds}.000Z`;
      return [{ path: join(folder, name), day, begun, finished: ending === finished }];
    });
}

/** Opens a backup to write it, or makes one. */
export function openToWrite(path: string): DatabaseSync {
  return openLocalFile(path, schema);
}

/** Opens a backup that is never to change. */
export function openToRead(path: string): DatabaseSync {
  return inFile(path, () => new DatabaseSync(path, { readOnly: true }));
}

/** What is known of a backup; undefined where it is none. */
export function readFacts(file: DatabaseSync): Facts | undefined {
  try {
    const found = file.prepare('SELECT facts FROM backup').get();
    return factsSchema.safeParse(JSON.parse(String(found?.['facts']))).data;
  } catch {
    return undefined;
  }
}

export function writeFacts(file: DatabaseSync, facts: Facts): void {
  file.prepare('INSERT OR REPLACE INTO backup VALUES (1, ?)').run(JSON.stringify(facts));
}

/** The columns of a table, in their order. */
export function columnsOf(file: DatabaseSync, table: string): string[] {
  const columns = file.prepare(`PRAGMA table_info(${table})`).all();
  return columns.map(({ name }) => String(name));
}

/** How many rows of signatures there are. */
export function countRows(file: DatabaseSync): number {
  return Number(file.prepare('SELECT COUNT(*) AS rows FROM signature').get()?.['rows']);
}

/** Lends a file as a database, so that what is done to the database can be done to its copy. */
export function asDatabase(file: DatabaseSync): Pick<Database, 'query' | 'write'> {
  const ask = (sql: string) => file.prepare(sql).all();
  return {
    query: (sql) => Promise.resolve(ask(sql)),
    write: (statements) => {
      let answers: unknown[][] = [];
      inTransaction(file, () => {
        answers = statements.map(ask);
      });
      return Promise.resolve(answers);
    },
  };
}

/**
 * Copies the database into a file: what is small whole, signatures page by page, as sealed as they are. The
 * copy has its name only once it is whole and checked; one that was broken off is gone on with within a day.
 */
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { hashFiles } from '../batch/manifest.ts';
import { DeliveryError } from '../errors.ts';
import type { Query } from '../fetch.ts';
import { deleteLocalFile, inFile, inTransaction, whileReading } from '../local-file.ts';
import type { Tell } from '../progress.ts';
import {
  asDatabase,
  columnsOf,
  countRows,
  type Facts,
  hashFileOf,
  listBackups,
  openToWrite,
  pathOf,
  pathOfUnfinished,
  readFacts,
  writeFacts,
} from './backup-file.ts';
import {
  insert,
  inTotal,
  lastKeyOf,
  readPage,
  readRows,
  readTables,
  tablesSchema,
} from './tables.ts';
import { inspect } from './verify.ts';

/** What to copy, and what the world lends. */
export type Copying = {
  query: Query;
  campaign: string;
  /** Which database this is. */
  source: string;
  now: Date;
  tell: Tell;
  checking: Tell;
  /** Rows a page. */
  size?: number;
};

const pageSize = 1000;
/** A copy that was broken off longer ago than this, in milliseconds, is too old to go on with. */
const longest = 24 * 60 * 60 * 1000;
/** What must not change while rows are copied: rows name it. */
const steady = ['batch', 'decision', 'destruction', 'closing', 'revoked'];

const stateSchema = z.tuple([z.object({ rows: z.int(), above: z.int(), open: z.int() })]);
const readState = `SELECT COUNT(*) AS rows, (SELECT total FROM tally)
    - COUNT(*) FILTER (WHERE ${inTotal}) AS above,
  (SELECT COUNT(*) FROM batch WHERE confirmed IS NULL) AS open FROM signature`;

/** Copies the database into a folder; returns the path of the backup. */
export async function copyDatabase(folder: string, copying: Copying): Promise<string> {
  const { path, file, facts } = await resume(folder, copying);
  try {
    await whileReading(path, () => copyRows(file, facts, copying));
    await refuseChanged(path, file, copying);
    const { rows, unfit } = await whileReading(path, () => inspect(file, path, copying.checking));
    const [now] = stateSchema.parse(await copying.query(readState));
    if (rows < facts.rows || rows > now.rows) throw changed(path, 'rows came twice or went');
    inFile(path, () => {
      writeFacts(file, { ...facts, unfit, complete: true });
    });
  } finally {
    file.close();
  }
  return finish(path, pathOf(folder, facts));
}

async function copyRows(file: DatabaseSync, facts: Facts, copying: Copying): Promise<void> {
  const { query, tell, size = pageSize } = copying;
  const columns = columnsOf(file, 'signature');
  let done = countRows(file);
  let last = await lastKeyOf(asDatabase(file).query);
  for (let more = true; more;) {
    const page = await readPage(query, columns, last, size);
    inTransaction(file, () => {
      for (const { row } of page) file.exec(insert('signature', columns, [row]));
    });
    const end = page.at(-1);
    if (end) last = [end.id, end.digest];
    more = page.length === size;
    done += page.length;
    tell(done, Math.max(facts.rows, done));
  }
}

type Begun = { path: string; file: DatabaseSync; facts: Facts };

/** Goes on where the same copy was broken off; deletes what is too old for that, and begins anew. */
async function resume(folder: string, copying: Copying): Promise<Begun> {
  const { campaign, source, now } = copying;
  for (const { path } of listBackups(folder, campaign).filter((one) => !one.finished)) {
    const file = openToWrite(path);
    const facts = readFacts(file);
    const isYoung = facts && now.getTime() - Date.parse(facts.begun) < longest;
    if (isYoung && facts.source === source) return { path, file, facts };
    file.close();
    if (!isYoung) deleteLocalFile(path);
  }
  return begin(folder, copying);
}

async function begin(folder: string, { query, campaign, source, now }: Copying): Promise<Begun> {
  const [{ rows, above, open }] = stateSchema.parse(await query(readState));
  if (open > 0) throw beingConfirmed();
  const begun = now.toISOString();
  const facts = { campaign, source, begun, rows, above, unfit: 0, complete: false };
  const path = pathOfUnfinished(pathOf(folder, facts));
  deleteLocalFile(path);
  const tables = tablesSchema.parse(await query(readTables));
  const file = openToWrite(path);
  try {
    // One statement each, whatever the database sends.
    for (const { sql } of tables) file.prepare(sql).run();
    for (const { name } of tables.filter((one) => one.name !== 'signature')) {
      const columns = columnsOf(file, name);
      const found = await readRows(query, name, columns);
      inTransaction(file, () => {
        for (const row of found) file.exec(insert(name, columns, [row]));
      });
    }
    writeFacts(file, facts);
    return { path, file, facts };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function refuseChanged(path: string, file: DatabaseSync, { query }: Copying): Promise<void> {
  const own = asDatabase(file).query;
  for (const table of steady) {
    const columns = columnsOf(file, table);
    const [now, then] = [
      await readRows(query, table, columns),
      await readRows(own, table, columns),
    ];
    if (now.sort().join('\n') !== then.sort().join('\n'))
      throw changed(path, 'somebody confirmed, decided, revoked or destroyed something');
  }
}

/** First the hash, then the name: what has the name of a backup has its hash. */
async function finish(unfinished: string, path: string): Promise<string> {
  const [hash] = await hashFiles(dirname(unfinished), [basename(unfinished)]);
  if (!hash) throw new Error('A backup has no hash');
  inFile(path, () => {
    writeFileSync(hashFileOf(path), `${hash.sha256}  ${basename(path)}\n`, { mode: 0o600 });
    chmodSync(unfinished, 0o600);
    renameSync(unfinished, path);
  });
  return path;
}

function changed(path: string, what: string): DeliveryError {
  deleteLocalFile(path);
  return new DeliveryError(
    'database',
    `While the database was copied, ${what}. The copy would not fit together, and was deleted.`,
    'Run this command again when nobody else works on the database.',
  );
}

function beingConfirmed(): DeliveryError {
  return new DeliveryError(
    'batch',
    'A batch is being confirmed, by you or somebody else, and is not finished. Nothing was copied.',
    'Finish it: npm run deliver -- --confirm. Or take it back: npm run deliver -- --drop. Then run this command again.',
  );
}

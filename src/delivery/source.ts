/**
 * What deliver, review and report work on: the database, and the local files that are made from it. Brings
 * them up to date in two steps that can each be repeated, fetch and open.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Settings } from '../site/settings.ts';
import { holdFolder } from './alone.ts';
import type { Database } from './database.ts';
import { DeliveryError } from './errors.ts';
import { type Fetching, fetchRows } from './fetch.ts';
import { idsOf, type KeyRing, readKeyRing } from './key-ring.ts';
import type { Secrets } from './lock.ts';
import { openRows } from './open-rows.ts';
import type { Progress } from './progress.ts';
import { keysOf, openRowsFile, readFacts, type RowsFile } from './rows-file.ts';
import { filesIn, openDatabase, sourceOf, type Where } from './where.ts';

export type Source = {
  campaign: string;
  database: Database;
  opened: DatabaseSync;
  secrets: Secrets;
  keys: KeyRing['keys'];
  /** When the database was read. */
  fetched: Date;
  close: () => Promise<void>;
};

/** Fetches what is new, opens it, and lends both. */
export type OpenSource = (where: Where) => Promise<Source>;

/** What the world lends. */
export type Lent = { settings: Settings; now: Date; progress: (name: string) => Progress };

/** First step: copies the rows; `anew` never goes on with a fetch that was broken off. */
export async function fetchAll(
  where: Where,
  database: Pick<Database, 'query'>,
  lent: Lent,
  anew = false,
): Promise<RowsFile> {
  const { settings, now } = lent;
  const progress = lent.progress('Reading');
  const fetching: Fetching = {
    query: database.query,
    campaign: settings.id,
    source: sourceOf(where),
    now,
    tell: progress.tell,
    anew,
  };
  try {
    return await fetchRows(filesIn(where).rows, fetching);
  } finally {
    progress.end();
  }
}

/** Second step: opens the rows that were copied last. Throws a DeliveryError where there are none. */
export async function openAll(
  where: Where,
  ring: KeyRing,
  lent: Lent,
  again?: { path: string; upTo: number },
): Promise<DatabaseSync> {
  const rows = openRowsFile(filesIn(where).rows);
  const progress = lent.progress('Opening');
  try {
    const facts = readFacts(rows);
    if (!facts?.complete || facts.campaign !== lent.settings.id) throw notFetched();
    refuseForeign(keysOf(rows), ring, lent.settings);
    const order = { ...ring, rows, facts, terms: lent.settings, tell: progress.tell };
    if (again) return await openRows(again.path, { ...order, upTo: again.upTo });
    return await openRows(filesIn(where).opened, order);
  } finally {
    progress.end();
    rows.file.close();
  }
}

/** Fetches and opens; what review and report need. Holds the folder until the source is closed. */
export async function bringSource(where: Where, lent: Lent): Promise<Source> {
  const ring = await readKeyRing(where, lent.settings);
  const letGo = holdFolder(where.folder);
  let database: Database | undefined;
  try {
    database = await openDatabase(where);
    const source = await bringFrom(database, where, ring, lent);
    return { ...source, close: () => source.close().finally(letGo) };
  } catch (error) {
    await database?.close();
    letGo();
    throw error;
  }
}

/** The same from a database that is open already; closing the source closes it too. */
export async function bringFrom(
  database: Database,
  where: Where,
  ring: KeyRing,
  lent: Lent,
): Promise<Source> {
  const rows = await fetchAll(where, database, lent, true);
  rows.file.close();
  const opened = await openAll(where, ring, lent);
  const close = async () => {
    opened.close();
    await database.close();
  };
  const { settings, now: fetched } = lent;
  const { secrets, keys } = ring;
  return { campaign: settings.id, database, opened, secrets, keys, fetched, close };
}

function refuseForeign(found: readonly string[], { keys }: KeyRing, settings: Settings): void {
  const known = [...keys.keys(), ...idsOf(settings)];
  if (found.length === 0 || found.some((id) => known.includes(id))) return;
  throw new DeliveryError(
    'database',
    `No row of this database was sealed to a key of the campaign ${settings.id}; they name ${found.join(', ')}.`,
    'Is it the database of another campaign? Look at database_id in wrangler.toml, and at id and keys in campaign.yaml.',
  );
}

function notFetched(): DeliveryError {
  return new DeliveryError(
    'files',
    'The rows of this campaign have not been read to their end on this machine.',
    'Read them: npm run deliver -- --only fetch',
  );
}

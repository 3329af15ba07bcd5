/**
 * What deliver, review and report work on: the database, and the local files that are made from it. Brings
 * them up to date in two steps that can each be repeated, fetch and open.
 */
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { keyIdOf } from '../site/campaign.ts';
import { keyFolder } from '../site/development.ts';
import type { Settings } from '../site/settings.ts';
import { holdFolder } from './alone.ts';
import { type Database, localState, openLocal, openRemote } from './database.ts';
import { DeliveryError } from './errors.ts';
import { type Fetching, fetchRows } from './fetch.ts';
import { type OpenedKeyFile, readKeyFiles } from './key-file.ts';
import { type Secrets, secretsOf } from './lock.ts';
import { type OpeningOrder, openRows } from './open-rows.ts';
import { askPassphrase } from './passphrase.ts';
import type { Progress } from './progress.ts';
import { keysOf, openRowsFile, readFacts, type RowsFile } from './rows-file.ts';

/** Where database, keys and files are, as the command's words say it. */
export type Where = {
  remote: boolean;
  keyFolder: string;
  passphraseFile: string | undefined;
  /** The database of this machine. */
  database: string;
  /** What the delivery writes. */
  folder: string;
};

/** What opening needs of the keys. */
export type KeyRing = { keys: OpeningOrder['keys']; key: string; secrets: Secrets };

export type Source = {
  campaign: string;
  database: Database;
  opened: DatabaseSync;
  secrets: Secrets;
  /** When the database was read. */
  fetched: Date;
  close: () => Promise<void>;
};

/** Fetches what is new, opens it, and lends both. */
export type OpenSource = (where: Where) => Promise<Source>;

/** What the world lends. */
export type Lent = { settings: Settings; now: Date; progress: (name: string) => Progress };

/** The options that say where, for parseArgs. */
export const whereOptions = {
  remote: { type: 'boolean', default: false },
  'key-folder': { type: 'string', default: keyFolder },
  'passphrase-file': { type: 'string' },
  database: { type: 'string', default: localState },
  folder: { type: 'string', default: 'deliveries' },
  help: { type: 'boolean', default: false },
} as const;

/** Their lines in a command's help. */
export const whereHelp = `  --remote            the deployed database; without it, the one of this machine
  --key-folder FOLDER where the private keys are (${keyFolder})
  --passphrase-file FILE
                      its first line opens the private key; without it, you are asked
  --folder FOLDER     where the delivery's files are (deliveries)
  --database FOLDER   where the database of this machine is (${localState})
  --help              show this`;

/** What parseArgs made of the options that say where. */
type Chosen = {
  remote: boolean;
  'key-folder': string;
  'passphrase-file'?: string | undefined;
  database: string;
  folder: string;
};

export function readWhere(chosen: Chosen): Where {
  const { remote, database, folder } = chosen;
  const passphraseFile = chosen['passphrase-file'];
  return { remote, database, folder, keyFolder: chosen['key-folder'], passphraseFile };
}

/** The local files of the delivery. */
export function filesIn({ folder }: Where) {
  return { rows: join(folder, 'rows.sqlite'), opened: join(folder, 'opened.sqlite') };
}

export function openDatabase({ remote, database }: Where): Promise<Database> {
  return remote ? Promise.resolve(openRemote()) : openLocal(database);
}

/** Reads the campaign's private keys; asks for a passphrase where one is locked. */
export async function readKeyRing(where: Where, settings: Settings): Promise<KeyRing> {
  const ids = idsOf(settings);
  const kept = await readKeyFiles(where.keyFolder, {
    ask: askPassphrase(where.passphraseFile),
    wanted: { campaign: settings.id, ids },
  });
  const own = kept.filter(({ campaign }) => campaign === settings.id);
  const rank = ({ id }: OpenedKeyFile) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
  const [first] = own.sort((one, other) => rank(one) - rank(other) || (one.id < other.id ? -1 : 1));
  if (!first) throw noKey(settings.id);
  const keys = new Map(own.map((key) => [key.id, key]));
  return { keys, key: first.id, secrets: await secretsOf(first.pair) };
}

/** First step: copies the rows. */
export async function fetchAll(
  where: Where,
  database: Pick<Database, 'query'>,
  lent: Lent,
): Promise<RowsFile> {
  const { settings, now } = lent;
  const progress = lent.progress('Reading');
  const fetching: Fetching = {
    query: database.query,
    campaign: settings.id,
    source: where.remote ? 'deployed' : resolve(where.database),
    now,
    tell: progress.tell,
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
  const rows = await fetchAll(where, database, lent);
  rows.file.close();
  const opened = await openAll(where, ring, lent);
  const close = async () => {
    opened.close();
    await database.close();
  };
  const { settings, now: fetched } = lent;
  return { campaign: settings.id, database, opened, secrets: ring.secrets, fetched, close };
}

/** Current keys first. */
function idsOf({ keys }: Settings): string[] {
  const ranks = ['current', 'accepted', 'revoked'];
  return keys
    .toSorted((one, other) => ranks.indexOf(one.status) - ranks.indexOf(other.status))
    .map(({ publicKey }) => keyIdOf(publicKey));
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

function noKey(campaign: string): DeliveryError {
  return new DeliveryError(
    'keys',
    `There is no private key of the campaign ${campaign} to open signatures with.`,
    'Put your key file into the key folder, or name its folder: --key-folder FOLDER',
  );
}

function notFetched(): DeliveryError {
  return new DeliveryError(
    'files',
    'The rows of this campaign have not been read to their end on this machine.',
    'Read them: npm run deliver -- --only fetch',
  );
}

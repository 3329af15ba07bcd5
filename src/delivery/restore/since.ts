/**
 * Finds what is known of the time after a backup: newer backups, and what the delivery read last. Takes only
 * what was read from the same database, and says of everything else why not.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { listBackups, openToRead, readFacts } from '../backup/backup-file.ts';
import type { RestoreOptions } from '../backup/options.ts';
import { verifyBackup } from '../backup/verify.ts';
import { batchSchema, type BatchRow } from '../batch/sql.ts';
import { DeliveryError } from '../errors.ts';
import type { Progress, Tell } from '../progress.ts';
import { readFacts as readFetched } from '../rows-file.ts';

/** What one file knows of what happened up to the time at which it was begun. */
export type Since = {
  path: string;
  begun: string;
  /** Its rows of signatures, to be read. */
  file: DatabaseSync;
  batches: BatchRow[];
  /** A backup, which has all other tables too. */
  isBackup: boolean;
  /** How many withdrew, as it knows. */
  withdrawn: number;
};

/** What cannot be used. */
type Unusable = { path: string; why: string };

export type Known = {
  /** All that something can be learnt from, the oldest first. */
  sources: Since[];
  /** The one up to whose time all is known. */
  newest: Since | undefined;
  unusable: Unusable[];
};

/** What is looked for. */
type Wanted = {
  campaign: string;
  /** From which database. */
  source: string;
  /** Begun after this UTC time; all, where undefined. */
  after: string | undefined;
  /** How many withdrawals were known at that time. */
  withdrawn: number;
};

/** The name of what the delivery read last. */
const fetchedFile = 'rows.sqlite';

/** Looks into the folders that are named, and others; the newest last. The caller closes what was found. */
export async function findSince(
  { folder, deliveries, since }: Pick<RestoreOptions, 'folder' | 'deliveries' | 'since'>,
  others: readonly string[],
  wanted: Wanted,
  progress: (name: string) => Progress,
): Promise<Known> {
  const own = [folder, deliveries, ...others].filter((place) => existsSync(place));
  const checking = progress('Checking what came since');
  const [sources, unusable]: [Since[], Unusable[]] = [[], []];
  try {
    for (const path of filesOf([...own, ...since], wanted)) {
      const found = await read(path, wanted, checking.tell);
      if (found && 'why' in found) unusable.push(found);
      else if (found) sources.push(found);
    }
  } finally {
    checking.end();
  }
  sources.sort((one, other) => (one.begun < other.begun ? -1 : 1));
  return { sources, ...findNewest(sources, wanted), unusable };
}

/**
 * Withdrawals only become more. A source that knows fewer than an older one was read after the database was set
 * back: it may tell of some, but not that there were no others up to its time.
 */
function findNewest(sources: readonly Since[], { withdrawn }: Wanted): Pick<Known, 'newest'> {
  let [most, newest]: [number, Since | undefined] = [withdrawn, undefined];
  for (const one of sources) {
    if (one.withdrawn < most) continue;
    [most, newest] = [one.withdrawn, one];
  }
  return { newest };
}

/** Closes what was found. */
export function closeAll({ sources }: Known): void {
  for (const { file } of sources) file.close();
}

function filesOf(places: readonly string[], { campaign, after }: Wanted): string[] {
  const files = places.flatMap((place) => {
    if (!existsSync(place)) throw missing(place);
    if (!statSync(place).isDirectory()) return [place];
    const fetched = join(place, fetchedFile);
    const backups = listBackups(place, campaign).filter(
      // The name tells whole seconds.
      ({ finished, begun }) =>
        finished && (after === undefined || begun.slice(0, 19) >= after.slice(0, 19)),
    );
    return [...backups.map(({ path }) => path), ...(existsSync(fetched) ? [fetched] : [])];
  });
  return Array.from(new Set(files.map((file) => relative('', file))));
}

/** A source; why it is none; undefined where it is not newer. */
async function read(
  path: string,
  wanted: Wanted,
  tell: Tell,
): Promise<Since | Unusable | undefined> {
  const isBackup = basename(path) !== fetchedFile;
  try {
    if (isBackup) await verifyBackup(path, wanted.campaign, tell);
  } catch (error) {
    if (error instanceof DeliveryError) return { path, why: error.message };
    throw error;
  }
  const file = openToRead(path);
  const facts = isBackup ? readFacts(file) : readFetchedFacts(path, file);
  const why = facts ? whyNot(facts, wanted) : 'nothing was read into it to its end';
  const isOlder = wanted.after !== undefined && facts && facts.begun <= wanted.after;
  if (facts && !isOlder && why === undefined)
    return {
      ...{ path, begun: facts.begun, file, isBackup },
      batches: batchesOf(path, file, isBackup),
      withdrawn: countWithdrawn(file),
    };
  file.close();
  return isOlder || why === undefined ? undefined : { path, why: `${path}: ${why}.` };
}

/** How many signatures a file knows to be withdrawn. */
function countWithdrawn(file: DatabaseSync): number {
  const sql = `SELECT COUNT(DISTINCT id_hash) AS withdrawn FROM signature WHERE state = 'withdrawn'`;
  return Number(file.prepare(sql).get()?.['withdrawn']);
}

function readFetchedFacts(path: string, file: DatabaseSync) {
  try {
    return readFetched({ path, file });
  } catch {
    return undefined;
  }
}

function batchesOf(path: string, file: DatabaseSync, isBackup: boolean): BatchRow[] {
  if (!isBackup) return readFetchedFacts(path, file)?.batches ?? [];
  return z.array(batchSchema).parse(file.prepare('SELECT * FROM batch ORDER BY number').all());
}

type Told = { campaign: string; source: string; begun: string; complete: boolean };

function whyNot({ campaign, source, complete }: Told, wanted: Wanted): string | undefined {
  if (campaign !== wanted.campaign) return `it is of the campaign ${campaign}`;
  if (source !== wanted.source) return 'it was read from another database';
  return complete ? undefined : 'nothing was read into it to its end';
}

function missing(path: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `There is no ${path}.`,
    'Name a backup, a rows.sqlite, or a folder that holds some: --since FILE',
  );
}

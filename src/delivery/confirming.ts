/**
 * Confirms the batch that was written last, or takes back one whose confirming was broken off. Needs no
 * private key.
 */
import { dueOn } from '../signature/retention.ts';
import { dayOf } from '../signature/stamp.ts';
import { confirmBatch, dropBatch, listBatches } from './batch/confirm.ts';
import { readPrepared } from './batch/prepared.ts';
import type { Database } from './database.ts';
import { DeliveryError } from './errors.ts';
import type { Lent } from './source.ts';
import type { Where } from './where.ts';

/** Confirms the batch that was written last. */
export async function confirmLast(where: Where, database: Database, lent: Lent) {
  const prepared = readPrepared(where.folder);
  const { manifest, folder } = prepared;
  const source = where.remote ? 'deployed' : 'local';
  if (manifest.source !== source) throw otherSource(folder, manifest.source);
  const { unreviewed } = manifest.account;
  if (unreviewed > 0) throw notReviewed(unreviewed);
  const progress = lent.progress('Marking');
  try {
    const done = await confirmBatch(database, prepared, dayOf(lent.now), progress.tell);
    const gone = dueOn(done.confirmed, lent.settings.deletedBy);
    return { ...done, number: manifest.number, prepared, gone };
  } finally {
    progress.end();
  }
}

/** Takes back a batch that is half confirmed; returns its number, undefined where there is none. */
export async function dropOpen(database: Database, lent: Lent): Promise<number | undefined> {
  const open = (await listBatches(database)).find(({ confirmed }) => confirmed === null);
  if (!open) return undefined;
  const progress = lent.progress('Taking back');
  try {
    await dropBatch(database, open, progress.tell);
    return open.number;
  } finally {
    progress.end();
  }
}

function otherSource(folder: string, source: string): DeliveryError {
  const [what, how] =
    source === 'deployed'
      ? ['the deployed database', 'npm run deliver -- --confirm --remote']
      : ['the database of this machine', 'npm run deliver -- --confirm'];
  return new DeliveryError('batch', `${folder} was read from ${what}.`, `Confirm it there: ${how}`);
}

function notReviewed(number: number): DeliveryError {
  return new DeliveryError(
    'batch',
    `Held signatures that nobody had checked when this batch was read: ${number}. Nothing was confirmed.`,
    'If you have decided on them since, read and write anew: npm run deliver. If not, look at them first: npm run review',
  );
}

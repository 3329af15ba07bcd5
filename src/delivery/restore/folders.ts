/**
 * Batches of which only a folder on this machine tells: whether they were handed over, the campaigner knows.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { listFolders } from '../batch/folder.ts';
import { readManifest, sha256 } from '../batch/manifest.ts';
import { countMarks, readMarks } from '../batch/marks.ts';
import { manifestFile, marksFile } from '../batch/write.ts';
import { DeliveryError } from '../errors.ts';
import type { HandedOver } from './apply.ts';
import { perCall } from './sql.ts';

export type Folder = { number: number; folder: string };

/** The folders of batches that a database does not know. */
export function listUnknown(deliveries: string, database: DatabaseSync): Folder[] {
  const known = database.prepare('SELECT number FROM batch').all();
  const numbers = known.map(({ number }) => Number(number));
  return listFolders(deliveries).filter(({ number }) => !numbers.includes(number));
}

/** Reads what a folder says of the batch that was handed over. Throws a DeliveryError where it cannot be read. */
export async function readHandedOver(
  deliveries: string,
  number: number,
  campaign: string,
): Promise<HandedOver> {
  const folder = listFolders(deliveries).find((one) => one.number === number)?.folder;
  if (folder === undefined) throw unreadable(number, deliveries);
  try {
    const text = readFileSync(join(folder, manifestFile), 'utf8');
    const manifest = readManifest(text);
    if (manifest.campaign !== campaign) throw new Error('of another campaign');
    const marks = join(folder, marksFile);
    const { made, key: key_id, account } = manifest;
    const batch = {
      ...{ number, made, key_id, account: JSON.stringify(account), destroyed: null },
      manifest: sha256(text),
      signatures: await countMarks(marks),
      // The earliest day on which it can have been handed over: what is in it is destroyed no later than promised.
      confirmed: made,
    };
    return { batch, marks: readMarks(marks, perCall) };
  } catch (error) {
    throw unreadable(number, folder, error);
  }
}

function unreadable(number: number, where: string, error?: unknown): DeliveryError {
  return new DeliveryError(
    'files',
    `Batch ${number} cannot be read in ${where}. Nothing was changed.`,
    'Name the folder of deliveries in which it is whole: --deliveries FOLDER',
    error,
  );
}

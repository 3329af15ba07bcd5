/**
 * Keeps a second command out of a folder of deliveries while one works there: both would write the same
 * files. The system itself takes the lock off a process that ends, however it ends, so none is ever left.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DeliveryError, reasonOf } from './errors.ts';

/** Stays in the folder, empty: to delete it would let in two who come at the same time. */
const lockFile = '.lock';

/** SQLITE_BUSY (sqlite.org/rescode.html). */
const busy = 5;

/** Works in a folder that nobody else works in meanwhile; makes it where there is none. */
export async function workAlone<Result>(
  folder: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const letGo = holdFolder(folder);
  try {
    return await work();
  } finally {
    letGo();
  }
}

/** Holds a folder; returns how to let it go. Throws a DeliveryError where another command holds it. */
export function holdFolder(folder: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const held = (lock = new DatabaseSync(join(folder, lockFile)));
    held.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return () => {
      held.close();
    };
  } catch (error) {
    lock?.close();
    throw isBusy(error) ? taken(folder, error) : unusable(folder, error);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busy;
}

function taken(folder: string, error: unknown): DeliveryError {
  return new DeliveryError(
    'files',
    `Another command of the delivery works in ${folder} at this moment. Nothing was changed.`,
    'Wait until it has ended, then run this command again.',
    error,
  );
}

function unusable(folder: string, error: unknown): DeliveryError {
  return new DeliveryError(
    'files',
    `Could not work in the folder ${folder}: ${reasonOf(error)}`,
    'Is it a folder, is there room on the disk, and may you write there? Then run this command again, or name another folder: --folder FOLDER',
    error,
  );
}

/**
 * The SQLite files of the delivery on this machine: made so that only this user can read them, and with
 * faults of disk or file said in words. An SQLite message names tables, never values.
 */
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DeliveryError, reasonOf } from './errors.ts';

/** Opens a file, makes it where there is none, and gives it its tables. Throws a DeliveryError. */
export function openLocalFile(path: string, schema: string): DatabaseSync {
  return inFile(path, () => {
    if (path !== ':memory:') {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      closeSync(openSync(path, 'a', 0o600));
    }
    const file = new DatabaseSync(path);
    file.exec(schema);
    return file;
  });
}

/** Deletes a file with what SQLite keeps beside it. */
export function deleteLocalFile(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

/** Works on a file; a fault of the file or the disk becomes a DeliveryError. */
export function inFile<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof DeliveryError || !isOfFile(error)) throw error;
    throw notWorking(path, error);
  }
}

/** The same for work on a file that takes its time: a fault of SQLite becomes a DeliveryError. */
export async function whileReading<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isOfSqlite(error) ? notWorking(path, error) : error;
  }
}

/** All of it or nothing. */
export function inTransaction(file: DatabaseSync, work: () => void): void {
  file.exec('BEGIN');
  try {
    work();
    file.exec('COMMIT');
  } catch (error) {
    if (file.isTransaction) file.exec('ROLLBACK');
    throw error;
  }
}

function notWorking(path: string, error: unknown): DeliveryError {
  return new DeliveryError(
    'files',
    `Could not work with ${path}: ${reasonOf(error)}`,
    `Is there room on the disk, and may you write there? Then run this command again; if it fails again, delete ${path} first: it is only a copy.`,
    error,
  );
}

function isOfSqlite(error: unknown): boolean {
  return isOfFile(error) && error.code === 'ERR_SQLITE_ERROR';
}

function isOfFile(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** A CSV that grows row by row on the disk, readable for this user alone, whatever its length. */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { guardedCsv } from '../cells.ts';
import { DeliveryError, reasonOf } from '../errors.ts';

export type Sheet = {
  add: (cells: readonly string[]) => void;
  /** Writes what is left. */
  finish: () => void;
  /** Takes the file away again. */
  discard: () => void;
};

const rowsAtOnce = 500;

/**
 * Makes a file where there is none. No byte-order mark: it would stand in the first column's name, by
 * which an import knows the addresses. Throws a DeliveryError, as its functions do.
 */
export function openSheet(path: string, columns: readonly string[]): Sheet {
  const file = attempt(path, () => openSync(path, 'wx', 0o600));
  let open = true;
  let rows = [columns];
  const write = () => {
    const text = stringify(rows, guardedCsv);
    rows = [];
    attempt(path, () => writeFileSync(file, text));
  };
  const close = () => {
    if (open) closeSync(file);
    open = false;
  };
  return {
    add: (cells) => {
      if (rows.push(cells) >= rowsAtOnce) write();
    },
    finish: () => {
      write();
      attempt(path, close);
    },
    discard: () => {
      close();
      rmSync(path);
    },
  };
}

/** Errors of the file system name a path and nothing of what was to be written. */
function attempt<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new DeliveryError(
      'files',
      `Could not write ${path}: ${reasonOf(error)}`,
      'Is there room on the disk, may you write there, and is the file not there yet? Then run this command again.',
      error,
    );
  }
}

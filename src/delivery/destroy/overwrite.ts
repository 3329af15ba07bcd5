/**
 * Destroys a file: its bytes are overwritten before its name goes. Whoever is stopped between the two leaves
 * a name by which the next run finds it again.
 */
import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { DeliveryError, reasonOf } from '../errors.ts';

/** How the name of a file ends that is being destroyed. */
export const unfinished = '.destroying';

/** Overwrites a file once with random bytes, sees that they are on the disk, and deletes it. */
export function destroyFile(path: string, random: (size: number) => Uint8Array): void {
  const doomed = path.endsWith(unfinished) ? path : path + unfinished;
  try {
    renameSync(path, doomed);
    chmodSync(doomed, 0o600);
    const file = openSync(doomed, 'r+');
    try {
      const bytes = random(fstatSync(file).size);
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, undefined, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    rmSync(doomed);
  } catch (error) {
    throw new DeliveryError(
      'files',
      `Could not destroy ${path}: ${reasonOf(error)}. What came before it is destroyed; the rest is not.`,
      'May you write there? Then run this command again: it goes on.',
      error,
    );
  }
}

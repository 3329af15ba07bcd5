/** Which backups must go: each keeps what the campaign promised to destroy, so none is kept for long. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dueUpTo } from '../../signature/retention.ts';
import { dayOf } from '../../signature/stamp.ts';
import { deleteLocalFile, inFile } from '../local-file.ts';
import { copyName, hashFileOf, listBackups, type Lying, openToRead } from './backup-file.ts';

/**
 * Backups as old as a batch may get, those that hold a batch that is due, and what a killed restore left; all once the day has come by
 * which everything is deleted.
 */
export function listDue(
  folder: string,
  { id, deletedBy }: { id: string; deletedBy: string },
  now: Date,
): Lying[] {
  const today = dayOf(now);
  const upTo = deletedBy <= today ? today : dueUpTo(today);
  const old = listBackups(folder, id).filter(
    ({ path, day }) => day <= upTo || (firstSealed(path) ?? today) <= dueUpTo(today),
  );
  const path = join(folder, copyName);
  const left = { path, day: today, begun: now.toISOString(), finished: false };
  return existsSync(path) ? [...old, left] : old;
}

/** The UTC day on which the first batch was confirmed whose content is in a backup; none where it is damaged. */
function firstSealed(path: string): string | undefined {
  const sql = 'SELECT MIN(confirmed) AS day FROM batch WHERE destroyed IS NULL';
  const file = openToRead(path);
  try {
    return file.prepare(sql).get()?.['day']?.toString();
  } catch {
    return undefined;
  } finally {
    file.close();
  }
}

/** Deletes backups with their hashes. */
export function deleteBackups(backups: readonly Lying[]): void {
  for (const { path } of backups)
    inFile(path, () => {
      deleteLocalFile(path);
      deleteLocalFile(hashFileOf(path));
    });
}

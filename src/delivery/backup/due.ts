/** Which backups must go: each keeps what the campaign promised to destroy, so none is kept for long. */
import { dueUpTo } from '../../signature/retention.ts';
import { dayOf } from '../../signature/stamp.ts';
import { deleteLocalFile, inFile } from '../local-file.ts';
import { hashFileOf, listBackups, type Lying } from './backup-file.ts';

/** Backups as old as a batch may get, and all once the day has come by which everything is deleted. */
export function listDue(
  folder: string,
  { id, deletedBy }: { id: string; deletedBy: string },
  now: Date,
): Lying[] {
  const today = dayOf(now);
  const upTo = deletedBy <= today ? today : dueUpTo(today);
  return listBackups(folder, id).filter(({ day }) => day <= upTo);
}

/** Deletes backups with their hashes. */
export function deleteBackups(backups: readonly Lying[]): void {
  for (const { path } of backups)
    inFile(path, () => {
      deleteLocalFile(path);
      deleteLocalFile(hashFileOf(path));
    });
}

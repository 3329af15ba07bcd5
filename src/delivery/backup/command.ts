/**
 * `npm run backup` from its words to its lines: copies the database as it is, sealed, into a file; checks one;
 * deletes those that are too old. Needs no private key, and opens nothing.
 */
import type { Settings } from '../../site/settings.ts';
import { workAlone } from '../alone.ts';
import type { Database } from '../database.ts';
import type { Progress } from '../progress.ts';
import { type Place, sourceOf } from '../where.ts';
import { copyDatabase } from './copy.ts';
import { deleteBackups, listDue } from './due.ts';
import { placeHelp, readBackupOptions } from './options.ts';
import { printBackup, printCheck, printClear, printDue } from './print.ts';
import { verifyBackup } from './verify.ts';

const help = `npm run backup -- [options]

Copies the database into one file of the folder backups, as sealed as it is, and checks it. What was broken
off within a day is gone on with. docs/backup.md says when, and where to keep it.

  --check FILE        checks a backup, and changes nothing
  --clear             lists the backups that must be deleted: those older than 30 days, or
                      with a batch that was handed over that long ago
  --clear --yes       deletes them
${placeHelp}`;

/** What the command is lent by its door. */
export type Lent = {
  settings: Pick<Settings, 'id' | 'deletedBy' | 'keys'>;
  now: Date;
  progress: (name: string) => Progress;
  openDatabase: (place: Place) => Promise<Database>;
};

/** Runs the command; returns what to print. */
export async function runBackup(words: readonly string[], lent: Lent): Promise<string> {
  const chosen = readBackupOptions(words);
  if (chosen.help) return help;
  const { folder, check } = chosen;
  if (check !== undefined) return (await checkFile(check, lent)).join('\n');
  const due = () => listDue(folder, lent.settings, lent.now);
  return workAlone(folder, async () => {
    if (chosen.clear) {
      const old = due();
      if (chosen.yes) deleteBackups(old);
      return printClear(old, chosen.yes).join('\n');
    }
    const path = await copy(chosen, lent);
    const lines = await checkFile(path, lent);
    return [...printBackup(path), ...lines, ...printDue(due())].join('\n');
  });
}

async function copy(
  { folder, ...place }: Place & { folder: string },
  { settings, now, progress, openDatabase }: Lent,
): Promise<string> {
  const database = await openDatabase(place);
  const [copying, checking] = [progress('Copying'), progress('Checking')];
  try {
    return await copyDatabase(folder, {
      query: database.query,
      campaign: settings.id,
      source: sourceOf(place),
      now,
      tell: copying.tell,
      checking: checking.tell,
    });
  } finally {
    copying.end();
    checking.end();
    await database.close();
  }
}

async function checkFile(path: string, { settings, progress }: Lent): Promise<string[]> {
  const checking = progress('Checking the file');
  try {
    return printCheck(path, await verifyBackup(path, settings.id, checking.tell));
  } finally {
    checking.end();
  }
}

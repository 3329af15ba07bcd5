/**
 * `npm run restore` from its words to its lines: a backup into a new database, without those who withdrew since;
 * or only that, into a database that the provider has set back. Needs no private key, and opens nothing.
 */
import { dayOf } from '../../signature/stamp.ts';
import { workAlone } from '../alone.ts';
import type { Lent } from '../backup/command.ts';
import { placeHelp, readRestoreOptions } from '../backup/options.ts';
import { DeliveryError } from '../errors.ts';
import { withdrawAgain } from './again.ts';
import { restore } from './restore.ts';

const help = `npm run restore -- FILE [options]

Puts a backup into a new, empty database, and applies all that is known to have been withdrawn, destroyed or
handed over since: from newer backups in the folder, and from what the delivery read last. It is only shown
until you add --yes. docs/backup.md leads through it step by step.

  --since FILE        a newer backup or rows.sqlite elsewhere, or a folder of such; may be said several times
  --handed-over N     batch N, of which only its folder tells, was handed over; may be said several times
  --deliveries FOLDER where the delivery's files are (deliveries)
  --withdrawals-only  restores no backup: applies what is known to a database that D1's Time Travel set back
  --yes               does it
${placeHelp}`;

/** Runs the command; returns what to print. */
export async function runRestore(words: readonly string[], lent: Lent): Promise<string> {
  const chosen = readRestoreOptions(words);
  if (chosen.help) return help;
  const { deletedBy } = lent.settings;
  if (deletedBy <= dayOf(lent.now)) throw over(deletedBy);
  const { file } = chosen;
  const work = () =>
    file === undefined ? withdrawAgain(chosen, lent) : restore(file, chosen, lent);
  return (await workAlone(chosen.folder, work)).join('\n');
}

function over(deletedBy: string): DeliveryError {
  return new DeliveryError(
    'settings',
    `By ${deletedBy} the campaign was to delete every signature. Nothing may be restored.`,
    'Delete its backups: npm run backup -- --clear --yes',
  );
}

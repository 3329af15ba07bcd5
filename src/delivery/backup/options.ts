/** What `npm run backup` and `npm run restore` are asked to do, from their words. */
import { parseArgs } from 'node:util';
import { localState } from '../database.ts';
import { DeliveryError, reasonOf } from '../errors.ts';

/** Where backups lie, unless told otherwise. */
const backupFolder = 'backups';

const placeOptions = {
  remote: { type: 'boolean', default: false },
  database: { type: 'string', default: localState },
  folder: { type: 'string', default: backupFolder },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** The lines of help about where a database and its backups are. */
export const placeHelp = `  --remote            the deployed database; without it, the one of this machine
  --folder FOLDER     where the backups are (${backupFolder})
  --database FOLDER   where the database of this machine is (${localState})
  --help              show this`;

/** Parses the words of `npm run backup`. Throws a DeliveryError that says what is wrong. */
export function readBackupOptions(words: readonly string[]) {
  const options = {
    ...placeOptions,
    check: { type: 'string' },
    clear: { type: 'boolean', default: false },
  } as const;
  const chosen = parse('backup', () => parseArgs({ args: [...words], options }).values);
  if (chosen.check !== undefined && chosen.clear)
    throw refused('backup', '--check and --clear are different things: name one');
  if (chosen.yes && !chosen.clear)
    throw refused('backup', '--yes means --clear: nothing else deletes');
  return chosen;
}

/** What `npm run restore` is asked to do. */
export type RestoreOptions = ReturnType<typeof readRestoreOptions>;

/** Parses the words of `npm run restore`. Throws a DeliveryError that says what is wrong. */
export function readRestoreOptions(words: readonly string[]) {
  const options = {
    ...placeOptions,
    deliveries: { type: 'string', default: 'deliveries' },
    since: { type: 'string', multiple: true },
    'handed-over': { type: 'string', multiple: true },
    'withdrawals-only': { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parse('restore', () =>
    parseArgs({ args: [...words], options, allowPositionals: true }),
  );
  const [file, ...others] = positionals;
  const handedOver = (values['handed-over'] ?? []).map(numberOf);
  const task = { ...values, since: values.since ?? [], handedOver, file };
  if (values.help) return task;
  if (others.length > 0) throw refused('restore', 'Name one backup, not several');
  if (values['withdrawals-only'] && file !== undefined)
    throw refused('restore', '--withdrawals-only restores no backup: name none, or use --since');
  if (!values['withdrawals-only'] && file === undefined)
    throw refused('restore', 'Name the backup to restore: npm run restore -- FILE');
  return task;
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw refused('restore', '--handed-over wants the number of a batch');
}

function parse<Values>(command: string, read: () => Values): Values {
  try {
    return read();
  } catch (error) {
    throw refused(command, reasonOf(error));
  }
}

function refused(command: string, reason: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `${reason}.`,
    `To see the options: npm run ${command} -- --help`,
  );
}

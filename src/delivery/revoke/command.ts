/**
 * `npm run revoke` from its words to its lines: what to do in the hour in which a private key was stolen or
 * extorted. Needs no private key, only the database and campaign.yaml; sees ids and numbers, opens nothing.
 */
import { dayOf } from '../../signature/stamp.ts';
import { keyIdOf } from '../../site/campaign.ts';
import { readTold } from '../../site/texts.ts';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import type { Lent as Door } from '../source.ts';
import type { AskWord } from '../typed-word.ts';
import type { Where } from '../where.ts';
import { destroyRows, revokeKey } from './act.ts';
import { listHere } from './here.ts';
import { find, type Known, look } from './known.ts';
import { readTask, type Task } from './options.ts';
import { printPlan } from './plan.ts';
import { help, printDone, printKeys, printNothingLeft } from './print.ts';
import { noteInSettings } from './settings-file.ts';

/** What the command is lent by its door; `say` prints at once, before somebody is asked. */
export type Lent = Door & {
  content: string;
  openDatabase: (where: Where) => Promise<Database>;
  ask: AskWord;
  say: (lines: string) => void;
};

/** Runs the command; returns what to print. */
export async function runRevoke(words: readonly string[], lent: Lent): Promise<string> {
  const task = readTask(words);
  if (task.task === 'help') return help;
  const database = await lent.openDatabase(task.where);
  try {
    const { keys, rows } = await look(database, lent);
    if (task.task === 'list') return printKeys(keys, task.where, lent.settings.id).join('\n');
    return (await revoke(task, find(keys, task.key), { database, rows }, lent)).join('\n');
  } finally {
    await database.close();
  }
}

async function revoke(
  task: Extract<Task, { task: 'revoke' }>,
  known: Known,
  { database, rows }: { database: Database; rows: number },
  lent: Lent,
): Promise<string[]> {
  const { key, status, revoked } = known;
  const day = dayOf(lent.now);
  const isRevoked = revoked !== undefined && (status === undefined || status === 'revoked');
  if (isRevoked && (known.rows === 0 || (task.onlyRevoke && task.yes)))
    return printNothingLeft(known, task);
  const plan = printPlan(known, task, {
    day,
    told: readTold(lent.content, lent.settings.defaultLanguage, lent.settings)['old'] ?? '',
    here: listHere(task.where.folder),
  });
  if (!task.yes) return plan;
  lent.say(`${plan.join('\n')}\n`);
  await confirm(key, lent.ask);
  await revokeKey(database, key, day);
  const noted = noteInSettings(lent.content, key);
  let destroyed: number | undefined;
  if (!task.onlyRevoke) {
    const progress = lent.progress('Destroying');
    try {
      destroyed = await destroyRows(database, { key, day, rows }, progress.tell);
    } finally {
      progress.end();
    }
  }
  const current = lent.settings.keys.find((one) => one.status === 'current');
  const needsKey = current === undefined || keyIdOf(current.publicKey) === key;
  return printDone(known, task, { noted, destroyed, needsKey });
}

async function confirm(key: string, ask: AskWord): Promise<void> {
  const typed = await ask(`Nobody can take this back. Type the id of the key (${key}): `);
  if (typed === key) return;
  throw new DeliveryError(
    'arguments',
    'That is not the id of the key. Nothing was changed.',
    'To begin again, run the same command.',
  );
}

/**
 * `npm run close` from its words to its lines: the end of a campaign. Shows first; does it with `--yes`, once
 * the campaign's id is typed. Needs no private key.
 */
import { parseArgs } from 'node:util';
import { isOver } from '../../signature/closing.ts';
import { dayOf, lastDayOf } from '../../signature/stamp.ts';
import type { Database } from '../database.ts';
import { DeliveryError, reasonOf } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { AskWord } from '../typed-word.ts';
import { readWhere, type Where, whereOptions } from '../where.ts';
import { closeCampaign, deleteRows, findClosing, readCountsOf } from './act.ts';
import type { Pepper } from './pepper.ts';
import { type Days, help, printDone, printPlan, sayNext } from './print.ts';

/** What the command is lent by its door; `say` prints at once, before somebody is asked. */
export type Lent = {
  settings: Days;
  now: Date;
  openDatabase: (where: Where) => Promise<Database>;
  pepper: Pepper;
  ask: AskWord;
  say: (lines: string) => void;
  progress: (name: string) => Progress;
};

/** Runs the command; returns what to print. */
export async function runClose(words: readonly string[], lent: Lent): Promise<string> {
  const chosen = readWords(words);
  if (chosen.help) return help;
  const where = readWhere(chosen);
  const { settings, now } = lent;
  const today = dayOf(now);
  const database = await lent.openDatabase(where);
  try {
    const counts = await readCountsOf(database);
    const before = await findClosing(database);
    const pepper = where.remote ? lent.pepper : undefined;
    const isSet = pepper === undefined ? undefined : await pepper.isSet();
    const plan = printPlan({ settings, counts, isSet, before: before?.day, all: chosen.delete });
    if (!chosen.yes)
      return [...plan, '', 'Nothing was changed.', sayNext(settings, today)].join('\n');
    if (!isOver(settings.closes, today)) throw tooEarly(settings.closes);
    lent.say(plan.join('\n'));
    const typed = await lent.ask(
      `\nNobody can take this back. Type the id of the campaign (${settings.id}): `,
    );
    if (typed !== settings.id) throw wrongWord();
    const progress = lent.progress('Closing');
    try {
      const about = { campaign: settings.id, day: today };
      await closeCampaign(database, pepper, about, progress.tell);
      const deleted = chosen.delete ? await deleteRows(database, today, progress.tell) : undefined;
      return printDone(await findClosing(database), deleted, settings, where.remote);
    } finally {
      progress.end();
    }
  } finally {
    await database.close();
  }
}

function readWords(words: readonly string[]) {
  try {
    const own = {
      delete: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ args: [...words], options: { ...own, ...whereOptions } }).values;
  } catch (error) {
    throw new DeliveryError(
      'arguments',
      reasonOf(error),
      'To see the options: npm run close -- --help',
    );
  }
}

function tooEarly(closes: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `Signatures that are carried may come until ${lastDayOf(closes)}, and need the pepper. Nothing was changed.`,
    `Run this command after that day. From the day after ${closes} the page says that the campaign has ended, once it is deployed anew: npm run deploy`,
  );
}

function wrongWord(): DeliveryError {
  return new DeliveryError(
    'arguments',
    'That is not the id of the campaign. Nothing was changed.',
    'To begin again, run the same command.',
  );
}

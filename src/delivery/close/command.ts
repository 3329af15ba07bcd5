/**
 * `npm run close` from its words to its lines: the end of a campaign. Shows first; does it with `--yes`, once
 * the campaign's id is typed. Needs no private key.
 */
import { parseArgs } from 'node:util';
import type { Settings } from '../../site/settings.ts';
import { isOver } from '../../signature/closing.ts';
import { dayOf, lastDayOf } from '../../signature/stamp.ts';
import type { Database } from '../database.ts';
import { DeliveryError, reasonOf } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { AskWord } from '../typed-word.ts';
import { readWhere, type Where, whereHelp, whereOptions } from '../where.ts';
import { closeCampaign, type Counts, deleteRows, findClosing, readCountsOf } from './act.ts';
import type { Pepper } from './pepper.ts';

const help = `npm run close -- [options]

Ends a campaign, ten days after its last day: empties the tags, deletes the Worker's pepper and makes sure
that it is gone, writes down the final totals. Page, withdrawing and carried texts answer as before.

  --delete            deletes every row too, now rather than on the day that the form shows
  --yes               does it, once you have typed the campaign's id
${whereHelp}`;

/** What the command is lent by its door; `say` prints at once, before somebody is asked. */
export type Lent = {
  settings: Pick<Settings, 'id' | 'closes' | 'deletedBy'>;
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

type Plan = {
  settings: Lent['settings'];
  counts: Counts;
  /** Whether the pepper is set; undefined where no Worker was asked. */
  isSet: boolean | undefined;
  /** UTC day of an earlier closing. */
  before: string | undefined;
  all: boolean;
};

function printPlan({ settings, counts, isSet, before, all }: Plan): string[] {
  const { id, closes, deletedBy } = settings;
  const pepper =
    isSet === undefined
      ? 'the deployed Worker is not asked: name --remote'
      : isSet
        ? 'is set; it would be deleted'
        : 'is gone';
  return [
    `The campaign ${id}: signatures until ${closes}, carried ones until ${lastDayOf(closes)}, all deleted by ${deletedBy}.`,
    ...(before === undefined ? [] : [`It was closed on ${before}; its totals stay as they were.`]),
    line('rows', counts.rows),
    line('tags, which would be emptied', counts.tags),
    line('handed over, and not destroyed yet', counts.handed),
    line('never handed over, and still sealed', counts.sealed),
    `pepper: ${pepper}`,
    ...(counts.sealed > 0
      ? [
          all
            ? 'With --delete nobody can hand those over any more that never were.'
            : 'What was never handed over can still be, until that day: npm run deliver',
        ]
      : []),
  ];
}

function printDone(
  closing: Awaited<ReturnType<typeof findClosing>>,
  deleted: number | undefined,
  { deletedBy }: Lent['settings'],
  remote: boolean,
): string {
  return [
    'Closed. No tag is left, so nobody can test whether an address signed.',
    remote
      ? 'The pepper is deleted; Cloudflare was asked, and names it no more.'
      : 'This was the database of this machine; its Worker has a pepper for development only.',
    `The final totals, as they stand in the table "closing":`,
    closing?.totals ?? '',
    deleted === undefined
      ? `Rows go by themselves on ${deletedBy}; or now: npm run close -- --delete`
      : `${deleted} rows were deleted. What the provider keeps as history goes within 30 days.`,
    'When nothing is to be opened any more, destroy the key: npm run keys -- --destroy (docs/closing.md)',
  ].join('\n');
}

function sayNext({ closes }: Lent['settings'], today: string): string {
  return isOver(closes, today)
    ? 'To do it: the same command with --yes'
    : `It can be done after ${lastDayOf(closes)}, when nothing more can come.`;
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

function line(label: string, number: number): string {
  return label.padEnd(40) + number.toLocaleString('en').padStart(10);
}

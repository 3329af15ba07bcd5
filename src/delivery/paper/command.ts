/**
 * `npm run paper` from its words to its lines: what was signed on printed sheets, and what other platforms
 * told. Needs no private key; what people wrote is sealed on this machine and stored nowhere else.
 */
import { dayOf } from '../../signature/stamp.ts';
import type { Settings } from '../../site/settings.ts';
import type { PublishedText } from '../../site/texts.ts';
import { canonicalName } from '../canonical.ts';
import type { Database } from '../database.ts';
import { openFonts } from '../dossier/fonts.ts';
import { DeliveryError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { readWhere, type Where, whereHelp } from '../where.ts';
import { readCsv } from './csv.ts';
import { enter, findStanding, listTallied, refuseSame, takeBack } from './enter.ts';
import { findPublicKey } from './key.ts';
import { checkCounts, checkNames, countColumns, nameColumns } from './lines.ts';
import { readOptions, readTask, type Task } from './options.ts';
import {
  printCounts,
  printGivenUp,
  printList,
  printNames,
  printPartner,
  printUndo,
} from './print.ts';
import { checkNew, giveUp, listSheets, storeSheet, type Writable } from './store.ts';
import { textFinder } from './text.ts';

const help = `npm run paper -- [what to do] [options]

Brings in what was signed on printed sheets. docs/paper.md has examples, and says how to keep the sheets.

What to do; it is only shown until you add --yes
  --names FILE.csv    lines with name, country and level, typed from sheets: sealed here, then stored
  --text TEXT         the text on the sheet: its language, as be, or its version
  --counts FILE.csv   numbers by country and level, of sheets whose names nobody types
  --day DAY           when the sheets were signed, as 2026-11-20 (today)
  --partner NAME      what another platform told, with --number and --day; never added to our numbers
  --number NUMBER     how many signed there
  --address ADDRESS   where it says so, as https://example.org/
  --list              lists what came in
  --undo NUMBER       takes an entry of numbers back
  --give-up NUMBER    gives a sheet up that was stopped half way and whose file is lost

  --yes               does it
${whereHelp}`;

/** What the command is lent by its door. */
export type Lent = {
  openDatabase: (where: Where) => Promise<Database>;
  settings: Settings;
  /** Every text that can have been printed on a sheet. */
  readTexts: () => PublishedText[];
  progress: (name: string) => Progress;
  now: Date;
};

/** Runs the command; returns what to print. */
export async function runPaper(words: readonly string[], lent: Lent): Promise<string> {
  const chosen = readOptions(words);
  if (chosen.help) return help;
  const task = readTask(chosen);
  const where = readWhere(chosen);
  // All of a file is checked before the database is opened.
  const work = prepare(task, where, lent);
  const database = await lent.openDatabase(where);
  return (await work(database).finally(() => database.close())).join('\n');
}

type Work = (database: Writable) => Promise<string[]>;

function prepare(task: Task, where: Where, lent: Lent): Work {
  if (task.task === 'names') return bringNames(task, where, lent);
  if (task.task === 'counts') return bringCounts(task, lent);
  if (task.task === 'partner') return bringPartner(task, lent);
  const today = dayOf(lent.now);
  if (task.task === 'list')
    return async (database) => printList(await listSheets(database), await listTallied(database));
  const { number, yes } = task;
  if (task.task === 'undo')
    return async (database) => {
      const entry = await findStanding(database, number);
      if (yes) await takeBack(database, number, today);
      return printUndo(entry, yes);
    };
  return async (database) => printGivenUp(await giveUp(database, number, today, yes), yes);
}

function bringNames(
  { file, text, day: named, yes }: Extract<Task, { task: 'names' }>,
  where: Where,
  { settings, readTexts, progress, now }: Lent,
): Work {
  const day = daySigned(named, settings, now);
  const findText = textFinder(readTexts(), text);
  const lines = checkNames(readCsv(file, nameColumns), settings, findText);
  const key = findPublicKey(where, settings);
  const sheet = { campaign: settings.id, lines, key, day, today: dayOf(now) };
  return async (database) => {
    const known = await checkNew(database, sheet);
    const goesOn = known.begun !== undefined;
    const { dangerousCountries } = settings;
    if (!yes) return printNames(lines, day, dangerousCountries, { number: undefined, goesOn });
    const { tell, end } = progress('Sealing');
    const number = await storeSheet(database, sheet, known, tell).finally(end);
    return printNames(lines, day, dangerousCountries, { number, goesOn });
  };
}

function bringCounts(
  { file, day: named, yes }: Extract<Task, { task: 'counts' }>,
  { settings, now }: Lent,
): Work {
  const day = daySigned(named, settings, now);
  const numbers = checkCounts(readCsv(file, countColumns), settings);
  const signatures = numbers.reduce((sum, one) => sum + one.signatures, 0);
  const kind = 'paper' as const;
  const entry = {
    kind,
    day,
    source: '',
    address: '',
    signatures,
    numbers: JSON.stringify(numbers),
  };
  return async (database) => {
    await refuseSame(database, entry);
    return printCounts(numbers, day, yes ? await enter(database, entry) : undefined);
  };
}

function bringPartner(
  { name, number: signatures, day, address, yes }: Extract<Task, { task: 'partner' }>,
  { now }: Lent,
): Work {
  if (day > dayOf(now)) throw refused('The day of the number is yet to come.');
  const source = nameIn(name);
  const entry = { kind: 'partner' as const, day, source, address, signatures, numbers: '' };
  return async (database) => {
    await refuseSame(database, entry);
    const before = (await listTallied(database)).findLast(
      (one) => one.undone === null && canonicalName(one.source) === canonicalName(source),
    );
    return printPartner(entry, before, yes ? await enter(database, entry) : undefined);
  };
}

/** The day on which sheets were signed. Throws a DeliveryError where it is to come, or after the close. */
function daySigned(named: string | undefined, { closes }: Settings, now: Date): string {
  const day = named ?? dayOf(now);
  if (day > dayOf(now)) throw refused('The day on which the sheets were signed is yet to come.');
  if (day <= closes) return day;
  throw refused(`The campaign closed on ${closes}. Name the day on which they were signed: --day`);
}

/** The name of a platform as a dossier prints it. Throws a DeliveryError where it cannot. */
function nameIn(typed: string): string {
  const name = typed.trim().normalize('NFC');
  const isShort = name !== '' && Array.from(name).length <= 100;
  if (!isShort || /\p{C}/u.test(name))
    throw refused('--partner wants the name of a platform, of at most 100 characters.');
  const { missing } = openFonts()(name);
  if (missing.length === 0) return name;
  throw refused(`The dossier has no font for these letters: ${missing.join(' ')}`);
}

function refused(message: string): DeliveryError {
  const next = 'To see the options: npm run paper -- --help';
  return new DeliveryError('arguments', `${message} Nothing was changed.`, next);
}

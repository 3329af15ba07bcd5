/**
 * `npm run person` from its words to its lines: what somebody who writes to the campaign asks for. Finds their
 * signatures on this machine; shows, withdraws, lowers or exports them, or takes them off the news.
 */
import { dayOf } from '../../signature/stamp.ts';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import type { OpenSource, Source } from '../source.ts';
import { readWhere, type Where, whereHelp } from '../where.ts';
import { exportAll, listRequests, withdrawAll } from './act.ts';
import { type Asked, findPeople, type Found, knownBy, readEnd } from './find.ts';
import { readOptions, readTask, type Task } from './options.ts';
import {
  ends,
  newsAlone,
  noWish,
  printDone,
  printFound,
  printJournal,
  printPlan,
  uncertain,
} from './print.ts';
import { reasons } from './sql.ts';
import { takeBack } from './take-back.ts';

const help = `npm run person -- [what to do] [options]

Asks for an e-mail address, a name, a withdrawal code or the code of a message with news, and finds the
signatures that fit all that you type.
Without a word it shows what there is. docs/requests.md says how to answer whom.

What to do; it is only shown until you add --yes
  --withdraw          withdraws all signatures of that person, for good
  --lower             from now on only counted: neither initials nor name are handed over
  --no-news           they get no more news; their signatures stay as they are
  --export            writes what is known of that person, to read and as JSON
  --reason REASON     for the journal: ${reasons.join(', ')}
  --paper             among signatures on paper: asks for name, country and day of the sheet
  --all-names         with an address that several names share, or lines that are alike: all of them
  --journal           lists what was done, without a word about whom

  --yes               does it
${whereHelp}`;

/** What the command is lent by its door. */
export type Lent = {
  open: OpenSource;
  openDatabase: (where: Where) => Promise<Database>;
  /** Asks about somebody, or about a line of a printed sheet. */
  ask: (paper: boolean) => Promise<Asked>;
  now: Date;
};

/** Runs the command; returns what to print. */
export async function runPerson(words: readonly string[], lent: Lent): Promise<string> {
  const chosen = readOptions(words);
  if (chosen.help) return help;
  const task = readTask(chosen);
  const where = readWhere(chosen);
  if (task.task === 'journal') {
    const database = await lent.openDatabase(where);
    const requests = listRequests(database).finally(() => database.close());
    return printJournal(await requests).join('\n');
  }
  const asked = await lent.ask(task.paper);
  const source = await lent.open(where);
  const lines = answer(task, asked, source, where, dayOf(lent.now));
  return (await lines.finally(() => source.close())).join('\n');
}

async function answer(
  task: Exclude<Task, { task: 'journal' }>,
  asked: Asked,
  source: Source,
  { folder }: Where,
  day: string,
): Promise<string[]> {
  const { database, opened } = source;
  const end = asked.idHash === undefined ? undefined : readEnd(opened, asked.idHash);
  if (end) return [ends[end]];
  const everything = await findPeople(source, asked);
  const known = knownBy(asked);
  if (task.task === 'look' || everything.people === 0)
    return printFound(everything, known, task.paper);
  if (known === 'name') throw refused(uncertain);
  const isNews = task.task === 'no-news';
  if (known === 'message' && !isNews) throw refused(newsAlone);
  const found = isNews ? wanting(everything) : everything;
  if (found.signatures.length === 0) return [noWish];
  // Whoever owns a mailbox decides alone what comes into it.
  if (found.people > 1 && !task.allNames && !isNews)
    throw refused(
      task.paper
        ? `${found.people} lines on paper are alike in this. Type the country and the day too, or add --all-names: a signature less harms nobody.`
        : `${found.people} people with different names share this. Type the name too, or add --all-names where none of them is whoever owns the address.`,
    );
  const { reason, yes, task: verb } = task;
  if (!yes) return printPlan(verb, found);
  if (verb === 'export')
    return printDone(
      verb,
      found,
      await exportAll(database, found.signatures, { day, reason }, folder),
    );
  if (verb === 'withdraw') await withdrawAll(database, found.signatures, { day, reason });
  else await takeBack(source, verb, found.signatures, { day, reason });
  return printDone(verb, found, '');
}

/** Those of the signatures that ask for news. */
function wanting({ signatures }: Found): Found {
  const own = signatures.filter(({ entered }) => entered.news);
  const people = new Set(own.map(({ person }) => Buffer.from(person).toString('hex')));
  return { signatures: own, people: people.size };
}

function refused(message: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `${message} Nothing was changed.`,
    'To see the options: npm run person -- --help',
  );
}

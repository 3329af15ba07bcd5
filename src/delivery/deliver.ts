/**
 * `npm run deliver` from its words to what it prints: the three steps in a row, or one of them; confirming
 * a batch, taking it back, or writing it again. Prints counts, paths and id hashes; never anything that
 * was opened.
 */
import { parseArgs } from 'node:util';
import { workAlone } from './alone.ts';
import { nextNumber } from './batch/state.ts';
import { runClear } from './clear/command.ts';
import { warn } from './clear/warn.ts';
import { confirmLast, dropOpen } from './confirming.ts';
import { DeliveryError, reasonOf } from './errors.ts';
import { readFacts } from './rows-file.ts';
import { fetchAll, type Lent, openAll } from './source.ts';
import { openDatabase, readWhere, type Where, whereHelp, whereOptions } from './where.ts';
import { readKeyRing } from './key-ring.ts';
import { type Form, writeAgain, writeNews, writeNext } from './steps.ts';
import { sayAgain, sayConfirmed, sayContacts, sayNobody, sayWritten } from './summary.ts';

const help = `npm run deliver -- [options]

Reads the database, opens what is sealed, and writes the next batch: a folder with the dossier.

  --only STEP         fetch, open or write alone
  --confirm           marks the rows of the batch that was written last as handed over
  --drop              takes back a batch whose confirming was broken off
  --clear             shows what is destroyed when; with --yes deletes what is due on this machine
  --again NUMBER      writes a confirmed batch again
  --contacts          the addresses of those who asked for news, for you alone (docs/contacts.md)
  --dangerous         with --contacts: mailboxes in dangerous countries too
  --without-pdf       no PDFs, which need a browser and most of the time
${whereHelp}

In this order: deliver, review, deliver, confirm, and then hand the folder "dossier" over.`;

const steps = ['fetch', 'open', 'write'] as const;
type Step = (typeof steps)[number];

/** What the command is lent by its door; content is the folder of texts. */
export type DeliverLent = Lent & { content: string };

/** What to print, and the exit code: 2 where rows were set aside. */
export type Ended = { code: 0 | 2; say: string };

/** Runs the command. Throws a DeliveryError that says what to do next. */
export async function runDeliver(words: readonly string[], lent: DeliverLent): Promise<Ended> {
  const chosen = readWords(words);
  if (chosen.help) return { code: 0, say: help };
  const where = readWhere(chosen);
  const form = { content: lent.content, pdfs: !chosen['without-pdf'] };
  if (chosen.confirm) {
    const done = await workAlone(where.folder, () =>
      withDatabase(where, (database) => confirmLast(where, database, lent)),
    );
    return { code: 0, say: sayConfirmed(done) };
  }
  if (chosen.clear) {
    const say = await workAlone(where.folder, () =>
      withDatabase(where, (database) => runClear(where, database, lent, chosen.yes)),
    );
    return { code: 0, say };
  }
  if (chosen.drop) {
    const number = await withDatabase(where, (database) => dropOpen(database, lent));
    const none = 'There is no batch whose confirming was broken off.';
    const done = `Batch ${number} was taken back; no row carries its number any more.`;
    return { code: 0, say: number === undefined ? none : done };
  }
  if (chosen.again !== undefined) {
    const number = numberOf(chosen.again);
    const ring = await readKeyRing(where, lent.settings);
    const written = await workAlone(where.folder, () =>
      withDatabase(where, (database) => writeAgain(where, database, ring, number, form, lent)),
    );
    return { code: written.hash === written.before ? 0 : 2, say: sayAgain(written) };
  }
  if (chosen.contacts) {
    const ring = await readKeyRing(where, lent.settings);
    const wish = { content: lent.content, dangerous: chosen.dangerous };
    const written = await workAlone(where.folder, () =>
      withDatabase(where, (database) => writeNews(where, database, ring, wish, lent)),
    );
    return { code: 0, say: sayContacts({ ...written, dangerous: chosen.dangerous }) };
  }
  return runSteps(where, stepsOf(chosen.only), form, lent);
}

async function runSteps(
  where: Where,
  chosen: readonly Step[],
  form: Form,
  lent: Lent,
): Promise<Ended> {
  const [first] = chosen;
  // Asked for at the beginning, so that nobody has to wait for the question.
  const ring =
    first === 'fetch' && chosen.length === 1 ? undefined : await readKeyRing(where, lent.settings);
  return workAlone(where.folder, async () => {
    if (chosen.includes('fetch')) {
      const rows = await withDatabase(where, (database) => fetchAll(where, database, lent));
      const facts = readFacts(rows);
      rows.file.close();
      // Said before the long step, not after it.
      if (facts && chosen.includes('write')) nextNumber(facts);
    }
    if (ring && chosen.includes('open')) (await openAll(where, ring, lent)).close();
    if (!ring || !chosen.includes('write'))
      return { code: 0, say: sayStep(first === 'fetch' ? 'open' : 'write', where) };
    const written = await writeNext(where, ring, form, lent);
    const say =
      written.folder === undefined
        ? sayNobody(written, where.remote)
        : sayWritten(written, lent.settings.controller.name);
    const account = written.folder === undefined ? written.account : written.manifest.account;
    const lines = warn(where, written.batches, account, lent);
    return { code: written.aside.length > 0 ? 2 : 0, say: [say, ...lines].join('\n') };
  });
}

function sayStep(next: Step, { folder }: Where): string {
  return `Done; the copy is in ${folder}. Next: npm run deliver -- --only ${next}`;
}

async function withDatabase<Result>(
  where: Where,
  work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(where);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function readWords(words: readonly string[]) {
  try {
    const own = {
      only: { type: 'string' },
      confirm: { type: 'boolean', default: false },
      drop: { type: 'boolean', default: false },
      clear: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      again: { type: 'string' },
      contacts: { type: 'boolean', default: false },
      dangerous: { type: 'boolean', default: false },
      'without-pdf': { type: 'boolean', default: false },
    } as const;
    const { values } = parseArgs({ args: [...words], options: { ...own, ...whereOptions } });
    const { only, confirm, drop, clear, yes, again, contacts, dangerous } = values;
    const tasks = [only, confirm, drop, clear, again, contacts];
    if (tasks.filter((task) => task !== undefined && task !== false).length > 1)
      throw new Error(
        '--only, --confirm, --drop, --clear, --again and --contacts are different things: name one',
      );
    if (yes && !clear) throw new Error('--yes means deleting: name --clear too');
    if (dangerous && !contacts) throw new Error('--dangerous means contacts: name --contacts too');
    return values;
  } catch (error) {
    throw refused(reasonOf(error));
  }
}

function stepsOf(only: string | undefined): readonly Step[] {
  if (only === undefined) return steps;
  const step = steps.find((one) => one === only);
  if (step) return [step];
  throw refused(`--only knows fetch, open and write, not ${JSON.stringify(only)}`);
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw refused('--again wants the number of a batch');
}

function refused(reason: string): DeliveryError {
  return new DeliveryError('arguments', reason, 'To see the options: npm run deliver -- --help');
}

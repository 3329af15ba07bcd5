/**
 * `npm run news` from its words to its lines: an update as a message to each of those who asked for news.
 * Reads the database first, so nobody gets one who has withdrawn. Sends nothing, and prints nothing about
 * anybody.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isExample } from '../../site/settings.ts';
import { dayOf } from '../../signature/stamp.ts';
import { writeFolder } from '../batch/folder.ts';
import { DeliveryError } from '../errors.ts';
import { whileReading } from '../local-file.ts';
import type { Lent, OpenSource, Source } from '../source.ts';
import { filesIn } from '../where.ts';
import { type Letters, readLetters } from './letters.ts';
import { eachMessage, type NewsCounts, type NewsOrder } from './messages.ts';
import { newsHelp, type NewsTask, readNewsTask } from './options.ts';
import { printNewsDone, printNewsPlan } from './print.ts';
import { writeCsv, writeMails } from './write.ts';

/** What the command is lent by its door; content is the folder of texts. */
export type NewsLent = Lent & { content: string; open: OpenSource };

/** Runs the command; returns what to print. */
export async function runNews(words: readonly string[], lent: NewsLent): Promise<string> {
  const task = readNewsTask(words);
  if (!task) return newsHelp;
  const letters = readLetters(lent.content, lent.settings, task.slug);
  const source = await lent.open(task.where);
  const work = () =>
    task.yes ? write(task, letters, source, lent) : plan(task, letters, source, lent);
  const lines = whileReading(filesIn(task.where).opened, work);
  return (await lines.finally(() => source.close())).join('\n');
}

function plan(task: NewsTask, letters: Letters, source: Source, lent: NewsLent): Promise<string[]> {
  const counts = withProgress('Counting', task, letters, source, lent, (order) =>
    eachMessage(order, () => undefined),
  );
  return Promise.resolve(printNewsPlan(task, counts, letters, lent.settings));
}

async function write(
  task: NewsTask,
  letters: Letters,
  source: Source,
  lent: NewsLent,
): Promise<string[]> {
  const { settings, now } = lent;
  const name = `news-${dayOf(now)}`;
  if (isExample(settings.controller.name)) throw noSender(settings.controller.name);
  if (existsSync(join(task.where.folder, name))) throw thereAlready(join(task.where.folder, name));
  const sender = { controller: settings.controller, now };
  const fill = task.form === 'csv' ? writeCsv : writeMails;
  const written: NewsCounts[] = [];
  const folder = await writeFolder(task.where.folder, name, (unfinished) => {
    written.push(
      withProgress('Writing', task, letters, source, lent, (order) =>
        fill(order, sender, unfinished),
      ),
    );
    return Promise.resolve();
  });
  return written.flatMap((counts) => printNewsDone(task, counts, folder, settings));
}

function withProgress(
  name: string,
  { dangerous }: NewsTask,
  letters: Letters,
  { opened, secrets }: Source,
  { settings, progress }: NewsLent,
  work: (order: NewsOrder) => NewsCounts,
): NewsCounts {
  const { defaultLanguage } = settings;
  const dangerousCountries = dangerous ? [] : settings.dangerousCountries;
  const { tell, end } = progress(name);
  try {
    return work({ opened, secrets, letters, defaultLanguage, dangerousCountries, tell });
  } finally {
    end();
  }
}

function noSender(name: string): DeliveryError {
  return new DeliveryError(
    'settings',
    `The messages would be from “${name}”. Nothing was written.`,
    'Write who you are into campaign.yaml (controller), then run this command again.',
  );
}

function thereAlready(folder: string): DeliveryError {
  return new DeliveryError(
    'files',
    `${folder} is there already: whoever got a message out of it would get another one. Nothing was written.`,
    `Send what is left in it, or delete it where nothing was sent: rm -r ${folder}. Then run this command again.`,
  );
}

/** What `npm run news` says: numbers, paths, and a message to an address that is nobody's. */
import { isExample, type Settings } from '../../site/settings.ts';
import { line, sayDangerous, sayLeftOut } from '../summary.ts';
import type { Letters } from './letters.ts';
import type { NewsCounts } from './messages.ts';
import type { NewsTask } from './options.ts';
import { csvFile } from './write.ts';

/** More files than this are no work for a mail program. */
const manyFiles = 5000;
/** Well formed, and nobody's. */
const exampleCode = '0000-0000-0000-0000';

/** A dry run. */
export function printNewsPlan(
  task: NewsTask,
  counts: NewsCounts,
  letters: Letters,
  settings: Settings,
): string[] {
  return [
    ...sayCounts('messages that would be written', counts, letters, settings),
    ...sayMany(task, counts),
    '',
    'One of them, made up:',
    '',
    ...example(letters, settings),
    '',
    'Nothing was written. To write them: the same command with --yes',
  ];
}

/** What was written. */
export function printNewsDone(
  { form }: NewsTask,
  counts: NewsCounts,
  folder: string,
  settings: Settings,
): string[] {
  return [
    ...sayCounts('messages written', counts, new Map(), settings),
    '',
    form === 'csv'
      ? `They are in ${folder}/${csvFile}, for a mailing service.`
      : `They are in ${folder}, one file each, for a mail program.`,
    'Whoever gets this folder knows who signed. Keep it on an encrypted disk, and delete it as soon as all are sent.',
    'Never put two addresses into one message. docs/news.md says how to send.',
    'Nobody has confirmed an address: whoever answers that they did not ask gets no more.',
    'When a code comes back: npm run person -- --no-news --reason unsubscribe',
  ];
}

function sayCounts(
  label: string,
  { written, leftOut, withoutText }: NewsCounts,
  letters: Letters,
  { controller }: Settings,
): string[] {
  const byLanguage = Array.from(written).sort(([one], [other]) => one.localeCompare(other));
  const all = byLanguage.reduce((sum, [, number]) => sum + number, 0);
  return [
    line(label, all),
    ...byLanguage.map(([language, number]) => {
      const own = letters.get(language)?.language ?? language;
      return line(`  ${language}${own === language ? '' : `, with the update in ${own}`}`, number);
    }),
    ...sayLeftOut(leftOut),
    ...(withoutText > 0 ? [line('  no update in their language', withoutText)] : []),
    ...sayDangerous(leftOut),
    ...(isExample(controller.name)
      ? [`They are signed by “${controller.name}”: write who you are into campaign.yaml first.`]
      : []),
  ];
}

function sayMany({ form }: NewsTask, { written }: NewsCounts): string[] {
  const files = Array.from(written.values()).reduce((sum, number) => sum + number, 0);
  if (form === 'csv' || files <= manyFiles) return [];
  return ['So many files are too much for a mail program: take --csv, and a mailing service.'];
}

/** In the default language, or else in the first one that there is. */
function example(letters: Letters, { controller, defaultLanguage }: Settings): string[] {
  const letter = letters.get(defaultLanguage) ?? Array.from(letters.values())[0];
  if (!letter) return [];
  const body = letter.bodyWith(exampleCode).trimEnd().split('\n');
  return [
    `From: ${controller.name} <${controller.contact}>`,
    'To: name@example.org',
    `Subject: ${letter.subject}`,
    '',
    ...body,
  ].map((text) => (text === '' ? '' : `  ${text}`));
}

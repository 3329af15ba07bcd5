/** What `npm run news` is asked to do, from its words. */
import { parseArgs } from 'node:util';
import { DeliveryError, reasonOf } from '../errors.ts';
import { readWhere, type Where, whereHelp, whereOptions } from '../where.ts';

/** What to write, and whether to write it at all. */
export type NewsTask = {
  /** Name of the update's file, without .md. */
  slug: string;
  form: 'eml' | 'csv';
  /** Whether the campaigner insists on mailboxes in dangerous countries. */
  dangerous: boolean;
  yes: boolean;
  where: Where;
};

export const newsHelp = `npm run news -- SLUG [options]

Writes an update, src/content/(language)/updates/SLUG.md, as one message for each of those who asked for news,
in their language, for your own mail program or service. Nothing is sent. docs/news.md says how to send it.
It only shows how many there would be, and an example, until you add --yes.

  --eml               one file a message, for a mail program (this is what you get)
  --csv               all in one file, for a mailing service
  --dangerous         mailboxes in dangerous countries too

  --yes               writes
${whereHelp}`;

/** The task; undefined where help is asked for. Throws a DeliveryError that says what is wrong. */
export function readNewsTask(words: readonly string[]): NewsTask | undefined {
  const { values, positionals } = parse(words);
  if (values.help) return undefined;
  const [slug, ...more] = positionals;
  if (slug === undefined || more.length > 0)
    throw refused('Name one update, as 2020-08-05-handed-over: the name of its file, without .md');
  if (values.eml && values.csv) throw refused('--eml and --csv are different things: name one');
  const { csv, dangerous, yes } = values;
  return { slug, form: csv ? 'csv' : 'eml', dangerous, yes, where: readWhere(values) };
}

function parse(words: readonly string[]) {
  const own = {
    eml: { type: 'boolean', default: false },
    csv: { type: 'boolean', default: false },
    dangerous: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
  } as const;
  try {
    const options = { ...own, ...whereOptions };
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw refused(reasonOf(error));
  }
}

function refused(reason: string): DeliveryError {
  return new DeliveryError('arguments', `${reason}.`, 'To see the options: npm run news -- --help');
}

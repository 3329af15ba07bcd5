/** What `npm run revoke` is asked to do, from its words. */
import { parseArgs } from 'node:util';
import { DeliveryError, reasonOf } from '../errors.ts';
import { readWhere, type Where, whereOptions } from '../where.ts';

export type Task =
  | { task: 'help' }
  | { task: 'list'; where: Where }
  | { task: 'revoke'; where: Where; key: string; yes: boolean; onlyRevoke: boolean };

const { remote, database, folder, help, 'key-folder': keyFolder } = whereOptions;
const options = {
  yes: { type: 'boolean', default: false },
  'only-revoke': { type: 'boolean', default: false },
  ...{ remote, database, folder, help },
} as const;

/** Reads the words of the command line. Throws a DeliveryError that says what is wrong. */
export function readTask(words: readonly string[]): Task {
  // One id in 64 begins with a dash, which parseArgs would take for options.
  const dashed = words.filter((word) => /^-[\w-]{10}$/.test(word));
  const { values, positionals } = parse(words.filter((word) => !dashed.includes(word)));
  const [key, ...others] = [...dashed, ...positionals];
  if (values.help) return { task: 'help' };
  const where = readWhere({ ...values, 'key-folder': keyFolder.default });
  if (others.length > 0) throw refused('One key at a time');
  if (key === undefined) {
    if (values.yes || values['only-revoke']) throw refused('This does not say which key');
    return { task: 'list', where };
  }
  if (!/^[\w-]{11}$/.test(key)) throw refused('The id of a key has 11 characters');
  return { task: 'revoke', where, key, yes: values.yes, onlyRevoke: values['only-revoke'] };
}

function parse(words: string[]) {
  try {
    return parseArgs({ args: words, options, allowPositionals: true });
  } catch (error) {
    throw refused(reasonOf(error));
  }
}

function refused(message: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `${message}. Nothing was changed.`,
    'To see the keys: npm run revoke. To see the options: npm run revoke -- --help',
  );
}

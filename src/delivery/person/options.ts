/** What `npm run person` is asked to do, from its words; who it is about is never one of them. */
import { parseArgs } from 'node:util';
import { DeliveryError, reasonOf } from '../errors.ts';
import { whereOptions } from '../where.ts';
import { type Reason, reasons, type Verb, verbs } from './sql.ts';

export type Task =
  | { task: 'look' }
  | { task: 'journal' }
  | { task: Verb; reason: Reason; allNames: boolean; yes: boolean };

const taskOptions = {
  withdraw: { type: 'boolean', default: false },
  lower: { type: 'boolean', default: false },
  export: { type: 'boolean', default: false },
  journal: { type: 'boolean', default: false },
  reason: { type: 'string' },
  'all-names': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

/** Parses the words of the command line. Throws a DeliveryError that says what is wrong. */
export function readOptions(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: { ...taskOptions, ...whereOptions } }).values;
  } catch (error) {
    throw refused(reasonOf(error));
  }
}

/** The task. Throws a DeliveryError that says what is missing or too much. */
export function readTask(chosen: ReturnType<typeof readOptions>): Task {
  const [task, ...others] = ([...verbs, 'journal'] as const).filter((one) => chosen[one]);
  if (others.length > 0)
    throw refused('One thing at a time: --withdraw, --lower, --export or --journal');
  if (task === undefined || task === 'journal') {
    if (chosen.reason !== undefined || chosen.yes || chosen['all-names'])
      throw refused('This says why or how, but not what to do: --withdraw, --lower or --export');
    return { task: task ?? 'look' };
  }
  const reason = reasons.find((one) => one === chosen.reason);
  if (!reason)
    throw refused(`--${task} wants a reason for the journal: --reason ${reasons.join(', ')}`);
  return { task, reason, allNames: chosen['all-names'], yes: chosen.yes };
}

function refused(message: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `${message}.`,
    'To see the options: npm run person -- --help',
  );
}

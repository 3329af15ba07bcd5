/** What `npm run person` is asked to do, from its words; who it is about is never one of them. */
import { parseArgs } from 'node:util';
import { DeliveryError, reasonOf } from '../errors.ts';
import { whereOptions } from '../where.ts';
import { type Reason, reasons, type Verb, verbs } from './sql.ts';

/** `paper`: only among signatures on paper. */
export type Task =
  | { task: 'look'; paper: boolean }
  | { task: 'journal' }
  | { task: Verb; reason: Reason; paper: boolean; allNames: boolean; yes: boolean };

const taskOptions = {
  withdraw: { type: 'boolean', default: false },
  lower: { type: 'boolean', default: false },
  'no-news': { type: 'boolean', default: false },
  export: { type: 'boolean', default: false },
  journal: { type: 'boolean', default: false },
  reason: { type: 'string' },
  paper: { type: 'boolean', default: false },
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
  const { paper } = chosen;
  if (others.length > 0)
    throw refused('One thing at a time: --withdraw, --lower, --no-news, --export or --journal');
  if (task === undefined || task === 'journal') {
    if (chosen.reason !== undefined || chosen.yes || chosen['all-names'])
      throw refused(
        'This says why or how, but not what to do: --withdraw, --lower, --no-news or --export',
      );
    if (task === 'journal' && paper) throw refused('--paper says nothing about --journal');
    return task === 'journal' ? { task } : { task: 'look', paper };
  }
  // Nothing on a sheet proves who asks, and no address in it says where to answer.
  if (task === 'export' && paper)
    throw refused('What stands on a sheet is exported to nobody: withdraw or lower it instead');
  if (task === 'no-news' && paper) throw refused('Nobody asks for news on a sheet');
  const reason = reasons.find((one) => one === chosen.reason);
  if (!reason)
    throw refused(`--${task} wants a reason for the journal: --reason ${reasons.join(', ')}`);
  return { task, reason, paper, allNames: chosen['all-names'], yes: chosen.yes };
}

function refused(message: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `${message}.`,
    'To see the options: npm run person -- --help',
  );
}

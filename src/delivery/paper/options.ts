/** What `npm run paper` is asked to do, from its words. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DeliveryError, reasonOf } from '../errors.ts';
import { whereOptions } from '../where.ts';

/** Days are UTC; `day` is undefined where none is named. */
export type Task =
  | { task: 'list' }
  | { task: 'names'; file: string; text: string; day: string | undefined; yes: boolean }
  | { task: 'counts'; file: string; day: string | undefined; yes: boolean }
  | { task: 'partner'; name: string; number: number; day: string; address: string; yes: boolean }
  | { task: 'undo' | 'give-up'; number: number; yes: boolean };

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const taskOptions = {
  ...{ names: text, counts: text, partner: text, undo: text, 'give-up': text, list: flag },
  ...{ text, day: text, number: text, address: text, yes: flag },
};
const tasks = ['names', 'counts', 'partner', 'undo', 'give-up', 'list'] as const;

/** Which options say more about a task. */
const further: Record<(typeof tasks)[number], readonly string[]> = {
  names: ['text', 'day', 'yes'],
  counts: ['day', 'yes'],
  partner: ['number', 'day', 'address', 'yes'],
  undo: ['yes'],
  'give-up': ['yes'],
  list: [],
};

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
  const [task, ...others] = tasks.filter((one) => isNamed(chosen[one]));
  if (task === undefined || others.length > 0)
    throw refused(`Name one thing to do: ${tasks.map((one) => `--${one}`).join(', ')}`);
  const more = (['text', 'day', 'number', 'address', 'yes'] as const).filter((one) =>
    isNamed(chosen[one]),
  );
  const wrong = more.find((one) => !further[task].includes(one));
  if (wrong !== undefined) throw refused(`--${wrong} says nothing about --${task}`);
  const { yes } = chosen;
  const day = chosen.day === undefined ? undefined : dayIn(chosen.day);
  const usual = chosen.text ?? '';
  if (task === 'list') return { task };
  if (task === 'names') return { task, file: chosen.names ?? '', text: usual, day, yes };
  if (task === 'counts') return { task, file: chosen.counts ?? '', day, yes };
  if (task !== 'partner') return { task, number: numberIn(task, chosen[task]), yes };
  if (day === undefined) throw refused('--partner wants the day of the number: --day 2026-11-20');
  const number = numberIn('number', chosen.number);
  const told = { name: chosen.partner ?? '', number, day, address: addressIn(chosen.address) };
  return { task, ...told, yes };
}

function isNamed(value: string | boolean | undefined): boolean {
  return value !== undefined && value !== false;
}

function dayIn(typed: string): string {
  if (z.iso.date().safeParse(typed).success) return typed;
  throw refused('--day wants a day, as 2026-11-20');
}

function numberIn(option: string, typed = ''): number {
  if (/^[1-9]\d{0,8}$/.test(typed)) return Number(typed);
  throw refused(`--${option} wants a number in digits alone, as 1234`);
}

function addressIn(typed = ''): string {
  const isAddress = z
    .url({ protocol: /^https$/ })
    .max(200)
    .safeParse(typed).success;
  if (typed === '' || (isAddress && /^[\x21-\x7e]*$/.test(typed))) return typed;
  throw refused('--address wants an address of at most 200 characters, as https://example.org/');
}

function refused(message: string): DeliveryError {
  const next = 'To see the options: npm run paper -- --help';
  return new DeliveryError('arguments', `${message}. Nothing was changed.`, next);
}

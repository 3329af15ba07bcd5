/** What `npm run review` is asked to do, from its words; refuses what nobody can mean. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { z } from 'zod';
import { DeliveryError, reasonOf } from '../errors.ts';
import { type Condition, conditionSchema } from './condition.ts';
import { type Verb, verbs } from './decide.ts';

export type Look = { task: 'look' };
export type Deciding = { task: Verb; condition: Condition; yes: boolean; names: boolean };
export type LookingBack = { task: 'journal' } | { task: 'undo'; number: number; yes: boolean };
export type Task = Look | Deciding | LookingBack;

/** The options of a task, for parseArgs. */
const taskOptions = {
  release: { type: 'boolean' },
  keep: { type: 'boolean' },
  invalidate: { type: 'boolean' },
  undo: { type: 'string' },
  journal: { type: 'boolean' },
  lane: { type: 'string' },
  day: { type: 'string' },
  language: { type: 'string' },
  country: { type: 'string' },
  provider: { type: 'string' },
  shape: { type: 'string' },
  text: { type: 'string' },
  state: { type: 'string' },
  id: { type: 'string' },
  names: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

/** Parses the words of the command line, with further options. */
export function readOptions<Others extends ParseArgsOptionsConfig>(
  words: readonly string[],
  others: Others,
) {
  try {
    return parseArgs({ args: [...words], options: { ...taskOptions, ...others } }).values;
  } catch (error) {
    throw refused(reasonOf(error));
  }
}

const chosenSchema = z.object({
  release: z.boolean().optional(),
  keep: z.boolean().optional(),
  invalidate: z.boolean().optional(),
  undo: z.string().optional(),
  journal: z.boolean().optional(),
  names: z.boolean().default(false),
  yes: z.boolean().default(false),
});

/** The task. Throws a DeliveryError that says what is missing or too much. */
export function readTask(values: object): Task {
  const chosen = chosenSchema.parse(values);
  const asked = [...verbs, 'undo', 'journal'] as const;
  const [task, ...others] = asked.filter((one) => chosen[one] !== undefined);
  if (others.length > 0)
    throw refused(`One thing at a time, not --${[task, ...others].join(' and --')}`);
  const condition = readCondition(values);
  const conditions = Object.keys(condition);
  const { yes, names } = chosen;
  if (task === undefined || task === 'journal') {
    if (yes || names || conditions.length > 0)
      throw refused(
        'This says which signatures, but not what to do: --release, --keep or --invalidate',
      );
    return { task: task ?? 'look' };
  }
  if (task === 'undo') {
    if (conditions.length > 0)
      throw refused('A decision is taken back as a whole: --undo takes no condition');
    if (!/^[1-9]\d{0,8}$/.test(chosen.undo ?? ''))
      throw refused('--undo takes the number of a decision');
    return { task, number: Number(chosen.undo), yes };
  }
  if (task === 'invalidate' && conditions.every((one) => one === 'lane' || one === 'state'))
    throw refused(
      'A lane, or nothing, is no reason to invalidate: people come by the stamp, or without a check, where ' +
        'Turnstile is blocked or JavaScript is switched off, and those are the people this petition is for. ' +
        'Name what makes these signatures doubtful: --provider, --shape, --country, --day, --id',
    );
  return { task, condition, yes, names };
}

function readCondition(values: object): Condition {
  const named = Object.keys(conditionSchema.shape);
  const given = Object.entries(values).filter(([name]) => named.includes(name));
  const parsed = conditionSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  // The value is left out: it may be somebody's.
  const wrong = parsed.error.issues.map((issue) => `--${issue.path.join('.')} ${issue.message}`);
  throw refused(wrong.join('; '));
}

function refused(message: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `${message}.`,
    'To see the options: npm run review -- --help',
  );
}

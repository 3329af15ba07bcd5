/**
 * `npm run deliver -- --clear`: what is destroyed when, in the database by itself and on this machine by this
 * command. Shows first; deletes what is due with `--yes`.
 */
import { rmSync } from 'node:fs';
import { z } from 'zod';
import { dueOn } from '../../signature/retention.ts';
import { dayOf } from '../../signature/stamp.ts';
import { listBatches } from '../batch/confirm.ts';
import type { Database } from '../database.ts';
import { DeliveryError, reasonOf } from '../errors.ts';
import type { Lent } from '../source.ts';
import { commandFor, type Where } from '../where.ts';
import { type Kept, listKept } from './kept.ts';

const journalSchema = z.array(
  z.object({ day: z.string(), why: z.string(), what: z.string(), number: z.int() }),
);
type Entry = z.output<typeof journalSchema>[number];
const readJournal = 'SELECT * FROM destruction ORDER BY day, why, what';

const leftSchema = z.array(z.object({ batch: z.int(), number: z.int() }));
const readLeft = `SELECT batch, COUNT(*) AS number FROM signature
  WHERE batch IS NOT NULL AND (sealed IS NULL) = 0 GROUP BY batch ORDER BY batch`;

/** Shows what is due, or deletes it from this machine. */
export async function runClear(
  { folder, remote }: Where,
  database: Pick<Database, 'query'>,
  { settings, now }: Pick<Lent, 'settings' | 'now'>,
  yes: boolean,
): Promise<string> {
  const { deletedBy } = settings;
  const batches = await listBatches(database);
  const left = leftSchema.parse(await database.query(readLeft));
  const journal = journalSchema.parse(await database.query(readJournal));
  const kept = listKept(folder, { batches, deletedBy });
  const due = kept.filter((one) => one.due <= dayOf(now));
  if (yes) due.forEach(remove);
  const inDatabase = batches.flatMap(({ number, confirmed }) => {
    const rows = left.find(({ batch }) => batch === number)?.number ?? 0;
    if (confirmed === null || rows === 0) return [];
    return [`  ${dueOn(confirmed, deletedBy)}  ${group(rows)} sealed parts of batch ${number}`];
  });
  return [
    'In the database, by itself (each five minutes some thousands of rows):',
    ...inDatabase,
    `  ${deletedBy}  every row that is left; the numbers stay`,
    '',
    'Destroyed there so far:',
    ...(journal.length > 0 ? journal.map(sayEntry) : ['  nothing']),
    '',
    ...sayKept({ folder, remote, yes }, kept, due),
  ].join('\n');
}

function sayKept(
  { folder, remote, yes }: Pick<Where, 'folder' | 'remote'> & { yes: boolean },
  kept: readonly Kept[],
  due: readonly Kept[],
): string[] {
  if (kept.length === 0) return [`On this machine: nothing is left in ${folder}.`];
  const isGone = (one: Kept) => yes && due.includes(one);
  const lines = kept.map((one) => {
    const state = isGone(one) ? '  deleted' : due.includes(one) ? '  due' : '';
    return `  ${one.due}  ${one.path}${state}`;
  });
  const copies =
    'Backups: npm run backup -- --clear. Copies that you took elsewhere (sticks, mail, a printer, an import) are yours to destroy.';
  if (yes)
    return [
      'On this machine:',
      ...lines,
      '',
      `Deleted: ${due.length}. On a flash disk, only encryption of the whole disk makes that sure.`,
      copies,
    ];
  return [
    'On this machine:',
    ...lines,
    '',
    ...(due.length > 0
      ? [
          `Nothing was deleted. To delete what is due (${due.length}): ${commandFor('deliver', '--clear --yes', remote)}`,
        ]
      : ['Nothing is due.']),
    copies,
  ];
}

function sayEntry({ day, why, what, number }: Entry): string {
  const parts = `${group(number)} sealed parts of`;
  if (why === 'batch') return `  ${day}  ${parts} batch ${what}`;
  if (why === 'key') return `  ${day}  ${parts} the key ${what}`;
  return `  ${day}  ${group(number)} rows, at the end of the campaign`;
}

function remove({ path }: Kept): void {
  try {
    rmSync(path, { recursive: true });
  } catch (error) {
    throw new DeliveryError(
      'files',
      `Could not delete ${path}: ${reasonOf(error)}`,
      'Is it open in another program, and may you delete there? Then run this command again.',
      error,
    );
  }
}

function group(number: number): string {
  return number.toLocaleString('en');
}

/**
 * The account of a batch: what became of every signature. It adds up, or this program is wrong and stops. Who
 * stands in earlier batches is counted from what opens; once some of that is destroyed, from what those
 * batches said of themselves.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { dayOf } from '../../signature/stamp.ts';
import { type Account, accountSchema } from '../account.ts';
import { sumUp } from '../paper/tallied.ts';
import type { Facts } from '../rows-file.ts';
import type { Counted, Fates } from './count.ts';

const endedSchema = z.array(
  z.object({
    fate: z.enum([
      'withdrawn',
      'invalidated',
      'destroyed',
      'nonsense',
      'unknownKey',
      'unopened',
      'forged',
    ]),
    handed_over: z.int(),
    number: z.int(),
  }),
);

/** The account of a new batch. */
export function accountOf(
  opened: DatabaseSync,
  facts: Facts,
  { delivered, byLane }: Counted,
  fates: Fates,
): Account {
  const sql = `SELECT fate, batch IS NOT NULL AS handed_over, COUNT(*) AS number
    FROM ended GROUP BY fate, handed_over`;
  const ended = endedSchema.parse(opened.prepare(sql).all());
  const of = (fate: string, handedOver?: number) =>
    sum(
      ended
        .filter((one) => one.fate === fate && (handedOver ?? one.handed_over) === one.handed_over)
        .map(({ number }) => number),
    );
  const destroyedEarlier = of('destroyed', 1);
  const handed = fates.earlier + fates.doublesOfEarlier + destroyedEarlier;
  const earlier =
    destroyedEarlier > 0 ? Math.min(handed, leastEarlier(opened, facts)) : fates.earlier;
  const all = {
    ...{ delivered, doubles: fates.doubles, earlier, doublesOfEarlier: handed - earlier },
    ...{ held: fates.held, kept: fates.kept, destroyed: of('destroyed', 0) },
    invalidated: of('invalidated'),
    withdrawn: of('withdrawn', 0),
    withdrawnAfterDelivery: of('withdrawn', 1),
    nonsense: of('nonsense'),
    unopened: of('unopened'),
    unknownKey: of('unknownKey'),
    forged: of('forged'),
  };
  const signatures = countRows(opened, 'signature') + countRows(opened, 'ended');
  if (sum(Object.values(all)) !== signatures) throw new Error('The account does not add up');
  const { begun, rows, publicCount } = facts;
  const read = { read: dayOf(new Date(begun)), publicCount, rows, signatures };
  const { withoutEmail, perhapsEarlier, released, unreviewed } = fates;
  const parts = { withoutEmail, perhapsEarlier, byLane, released, unreviewed, destroyedEarlier };
  // In the order of the schema, as it will be read when the batch is written again.
  return accountSchema.parse({ ...read, ...parts, ...all, ...sumUp(facts.tallied) });
}

const leftSchema = z.array(z.object({ batch: z.int(), number: z.int() }));

/**
 * People whom earlier batches say they had, as if each signature of theirs that ended since, or that does not
 * open, had been one of them.
 */
function leastEarlier(opened: DatabaseSync, { batches }: Facts): number {
  const sql = `SELECT batch, COUNT(*) AS number FROM ended
    WHERE batch IS NOT NULL AND fate <> 'destroyed' GROUP BY batch`;
  const left = new Map(
    leftSchema.parse(opened.prepare(sql).all()).map(({ batch, number }) => [batch, number]),
  );
  return sum(
    batches
      .filter(({ confirmed }) => confirmed !== null)
      .map(({ number, account }) => {
        const { delivered } = accountSchema.parse(JSON.parse(account));
        return Math.max(0, delivered - (left.get(number) ?? 0));
      }),
  );
}

function countRows(opened: DatabaseSync, table: 'signature' | 'ended'): number {
  return Number(opened.prepare(`SELECT COUNT(*) AS number FROM ${table}`).get()?.['number']);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

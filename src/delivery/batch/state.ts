/** What the batches that there are say about the next one. */
import type { DatabaseSync } from 'node:sqlite';
import { dayOf } from '../../signature/stamp.ts';
import { DeliveryError } from '../errors.ts';
import type { Facts } from '../rows-file.ts';

/** The number of the next batch. Throws a DeliveryError while another one is being confirmed. */
export function nextNumber({ batches }: Pick<Facts, 'batches'>): number {
  const open = batches.find(({ confirmed }) => confirmed === null);
  if (!open) return Math.max(0, ...batches.map(({ number }) => number)) + 1;
  throw new DeliveryError(
    'batch',
    `Batch ${open.number} is being confirmed, by you or somebody else, and is not finished.`,
    'Finish it: npm run deliver -- --confirm. Or take it back: npm run deliver -- --drop',
  );
}

/**
 * How many held signatures nobody has checked. Once somebody has decided on the day of the fetch, what came
 * on that day does not count, or a trickle of held rows could put off every delivery.
 */
export function unreviewed(opened: DatabaseSync, { begun, decided }: Facts): number {
  const day = dayOf(new Date(begun));
  const sql = `SELECT COUNT(*) AS number FROM signature
    WHERE state = 'held' AND decision IS NULL AND batch IS NULL AND day <> ?`;
  return Number(opened.prepare(sql).get(decided === day ? day : '')?.['number']);
}

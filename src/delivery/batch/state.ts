/** What the batches that there are say about the next one. */
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
 * The day whose held signatures do not put off a delivery: that of the fetch, once somebody has decided on
 * it. Otherwise a trickle of them could put off every one.
 */
export function excusedDay({ begun, decided }: Facts): string | undefined {
  const day = dayOf(new Date(begun));
  return decided === day ? day : undefined;
}

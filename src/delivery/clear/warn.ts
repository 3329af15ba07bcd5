/** What goes soon, told at the end of every delivery: contacts are exported first, or lost. */
import { dueOn } from '../../signature/retention.ts';
import { dayOf } from '../../signature/stamp.ts';
import type { Account } from '../account.ts';
import type { BatchRow } from '../batch/sql.ts';
import type { Lent } from '../source.ts';
import { commandFor, type Where } from '../where.ts';
import { listKept } from './kept.ts';

/** When this many days are left, what was never handed over is told about. */
const soon = 60;
const day = 24 * 60 * 60 * 1000;

/** The lines; days are UTC. */
export function warn(
  { folder, remote }: Pick<Where, 'folder' | 'remote'>,
  batches: readonly BatchRow[],
  { delivered, held, kept }: Pick<Account, 'delivered' | 'held' | 'kept'>,
  { settings: { deletedBy }, now }: Pick<Lent, 'settings' | 'now'>,
): string[] {
  const isSealed = ({ confirmed, destroyed }: BatchRow) => confirmed !== null && destroyed === null;
  const sealed = batches.filter(isSealed);
  const due = listKept(folder, { batches, deletedBy }).filter((one) => one.due <= dayOf(now));
  const left = delivered + held + kept;
  const isSoon = Date.parse(deletedBy) - now.getTime() < soon * day;
  const lines = [
    ...sealed.map(
      ({ number, confirmed }) =>
        `On ${dueOn(confirmed ?? deletedBy, deletedBy)} the content of batch ${number} is destroyed, as promised.`,
    ),
    ...(sealed.length > 0
      ? [
          `Contacts that are not exported by then are lost: ${commandFor('deliver', '--contacts', remote)}`,
        ]
      : []),
    ...(left > 0 && isSoon
      ? [`On ${deletedBy} everything is deleted, also what was not handed over by then: ${left}.`]
      : []),
    ...(due.length > 0
      ? [
          `On this machine some of it is due (${due.length}): ${commandFor('deliver', '--clear', remote)}`,
        ]
      : []),
  ];
  return lines.length > 0 ? ['', ...lines] : [];
}

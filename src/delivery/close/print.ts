/** What `npm run close` says: numbers and days. */
import type { Settings } from '../../site/settings.ts';
import { isOver } from '../../signature/closing.ts';
import { lastDayOf } from '../../signature/stamp.ts';
import { whereHelp } from '../where.ts';
import type { Counts } from './act.ts';

/** The days that were promised. */
export type Days = Pick<Settings, 'id' | 'closes' | 'deletedBy'>;

export const help = `npm run close -- [options]

Ends a campaign, ten days after its last day: empties the tags, deletes the Worker's pepper and makes sure
that it is gone, writes down the final totals. Page, withdrawing and carried texts answer as before.

  --delete            deletes every row too, now rather than on the day that the form shows
  --yes               does it, once you have typed the campaign's id
${whereHelp}`;

type Plan = {
  settings: Days;
  counts: Counts;
  /** Whether the pepper is set; undefined where no Worker was asked. */
  isSet: boolean | undefined;
  /** UTC day of an earlier closing. */
  before: string | undefined;
  all: boolean;
};

/** What there is to do. */
export function printPlan({ settings, counts, isSet, before, all }: Plan): string[] {
  const { id, closes, deletedBy } = settings;
  const pepper =
    isSet === undefined
      ? 'the deployed Worker is not asked: name --remote'
      : isSet
        ? 'is set; it would be deleted'
        : 'is gone';
  return [
    `The campaign ${id}: signatures until ${closes}, carried ones until ${lastDayOf(closes)}, all deleted by ${deletedBy}.`,
    ...(before === undefined ? [] : [`It was closed on ${before}; its totals stay as they were.`]),
    line('rows', counts.rows),
    line('tags, which would be emptied', counts.tags),
    line('handed over, and not destroyed yet', counts.handed),
    line('never handed over, and still sealed', counts.sealed),
    `pepper: ${pepper}`,
    ...(counts.sealed > 0
      ? [
          all
            ? 'With --delete nobody can hand those over any more that never were.'
            : 'What was never handed over can still be, until that day: npm run deliver',
        ]
      : []),
  ];
}

/** What was done. */
export function printDone(
  closing: { totals: string } | undefined,
  deleted: number | undefined,
  { deletedBy }: Days,
  remote: boolean,
): string {
  return [
    'Closed. No tag is left, so nobody can test whether an address signed.',
    remote
      ? 'The pepper is deleted; Cloudflare was asked, and names it no more.'
      : 'This was the database of this machine; its Worker has a pepper for development only.',
    `The final totals, as they stand in the table "closing":`,
    closing?.totals ?? '',
    deleted === undefined
      ? `Rows go by themselves on ${deletedBy}; or now: npm run close -- --delete`
      : `${deleted} rows were deleted. What the provider keeps as history goes within 30 days.`,
    'When nothing is to be opened any more, destroy the key: npm run keys -- --destroy (docs/closing.md)',
  ].join('\n');
}

/** What to type next. */
export function sayNext({ closes }: Days, today: string): string {
  return isOver(closes, today)
    ? 'To do it: the same command with --yes'
    : `It can be done after ${lastDayOf(closes)}, when nothing more can come.`;
}

function line(label: string, number: number): string {
  return label.padEnd(40) + number.toLocaleString('en').padStart(10);
}

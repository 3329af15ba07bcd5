/**
 * The public number as a page shows it: the count, the words for it, the goal ahead. The count is known
 * when a page is built (`npm run deploy` asks the running campaign); below the settings' number nothing
 * is shown.
 */
import { numberFormat } from './intl.ts';
import type { Settings } from './settings.ts';
import type { Words } from './words.ts';

export type Progress = { count: number; goal: number; shown: string; signed: string };

/** The count at build time, from UNDERSIGNED_COUNT; 0 where nobody said. */
export const countNow = Number(process.env['UNDERSIGNED_COUNT'] ?? 0);

/** What a page shows of a count; undefined where it is too small to be shown. */
export function progressOf(
  count: number,
  settings: Pick<Settings, 'countFrom' | 'goals'>,
  language: string,
  signed: Words['progress']['signed'],
): Progress | undefined {
  if (!(count >= settings.countFrom)) return undefined;
  const form = new Intl.PluralRules(language).select(count);
  return {
    count,
    goal: goalAbove(count, settings.goals),
    shown: numberFormat(language).format(count),
    signed: signed[form] ?? '',
  };
}

/** The first goal above the count; past the last one, the next multiple of it. */
export function goalAbove(count: number, goals: readonly number[]): number {
  const last = goals.at(-1) ?? 1;
  return goals.find((goal) => goal > count) ?? (Math.floor(count / last) + 1) * last;
}

/**
 * The public number: a snapshot that the cron makes, so that no page view and no count request reaches
 * D1. It is rounded down, and repeats and withdrawals leave it once a day only: otherwise signing in
 * somebody's name and watching the number would tell whether they had signed.
 */
import type { Campaign } from '../src/signature/campaign.ts';
import { answerJson } from './answer.ts';
import type { Bindings } from './environment.ts';
import { addUpTally } from './store.ts';

const snapshotKey = 'count';

/** The published number, at most a minute old; 0 below the settings' number, and where KV fails. */
export async function readCount(bindings: Bindings, campaign: Campaign): Promise<number> {
  const found = await bindings.SNAPSHOT.get(snapshotKey, { cacheTtl: 60 }).catch(() => null);
  const count = Number(found ?? 0);
  return count >= campaign.countFrom ? count : 0;
}

/** GET /api/count: `{"count": 1230}`. */
export async function answerCount(bindings: Bindings, campaign: Campaign): Promise<Response> {
  const count = await readCount(bindings, campaign);
  return answerJson(200, { count }, { 'cache-control': 'public, max-age=60' });
}

/** The number as a language groups it; undefined where it is not shown. */
export function showCount(
  count: number,
  { sign, from } = { sign: '', from: 0 },
): string | undefined {
  if (count === 0) return undefined;
  return String(count).replace(/\B(?=(...)+$)/g, count < from ? '' : sign);
}

/** Run by cron: adds up what is fresh and publishes the number if it moved. */
export async function takeSnapshot(bindings: Bindings, now: Date): Promise<void> {
  const count = String(roundDown(await addUpTally(bindings.DB, now)));
  if ((await bindings.SNAPSHOT.get(snapshotKey)) !== count)
    await bindings.SNAPSHOT.put(snapshotKey, count);
}

/** Down to 10, above 10,000 down to 100. */
export function roundDown(total: number): number {
  const step = total > 10_000 ? 100 : 10;
  return Math.max(0, Math.floor(total / step) * step);
}

import { describe, expect, it } from 'vitest';
import { hashCode, idHashOfPass } from '../../src/signature/code.ts';
import { checkHuman } from '../../src/signature/human.ts';
import { dayOf, findStamp, lastDayOf } from '../../src/signature/stamp.ts';

const campaign = 'belarus-2020';
const closes = '2026-11-30';

/** What becomes of a signature at a time (UTC), with a stamp of a day or a token that Turnstile confirms. */
async function tryAt(
  time: string,
  sent: { stampDay?: string; token?: boolean; unchecked?: boolean; earlier?: 'counted' | 'held' },
) {
  const now = new Date(time);
  const idHash = await idHashOfPass(await hashCode('mark'));
  const answer = await checkHuman(
    {
      idHash,
      withPass: true,
      sealed: '',
      key: '',
      text: '',
      consent: 'on',
      stamp: sent.stampDay && (await findStamp(campaign, idHash, sent.stampDay)),
      token: sent.token ? 'token' : undefined,
      unchecked: sent.unchecked ? 'on' : undefined,
    },
    {
      campaign,
      now,
      today: dayOf(now),
      closes,
      earlier: () =>
        Promise.resolve(
          sent.earlier && { lane: 'turnstile' as const, held: sent.earlier === 'held' },
        ),
      ask: () => Promise.resolve('human'),
    },
  );
  return answer.ok ? answer.value.lane : answer.refusal;
}

describe('a campaign that closes on 30 November', () => {
  it('takes signatures up to the last second of that day', async () => {
    const last = '2026-11-30T23:59:59.999Z';
    expect(await tryAt(last, { stampDay: '2026-11-30' })).toBe('stamp');
    expect(await tryAt(last, { token: true })).toBe('turnstile');
    expect(await tryAt(last, { unchecked: true })).toBe('unchecked');
  });

  it('takes from the first second after it only what was stamped by then', async () => {
    const first = '2026-12-01T00:00:00.000Z';
    expect(await tryAt(first, { stampDay: '2026-11-30' })).toBe('stamp');
    expect(await tryAt(first, { stampDay: '2026-11-30', token: true })).toBe('turnstile');
    expect(await tryAt(first, { stampDay: '2026-12-01' })).toBe('closed');
    expect(await tryAt(first, { stampDay: '2026-12-01', token: true })).toBe('closed');
    expect(await tryAt(first, { stampDay: '2026-12-02' })).toBe('closed');
    expect(await tryAt(first, { token: true })).toBe('closed');
    expect(await tryAt(first, { unchecked: true })).toBe('closed');
    expect(await tryAt(first, {})).toBe('closed');
  });

  it('takes a stamp of its last day for ten days, and not on the eleventh', async () => {
    expect(await tryAt('2026-12-10T23:59:59Z', { stampDay: '2026-11-30' })).toBe('stamp');
    expect(await tryAt('2026-12-11T00:00:00Z', { stampDay: '2026-11-30' })).toBe('closed');
    expect(lastDayOf('2026-11-30')).toBe('2026-12-10');
  });

  it('takes an older stamp no longer than it is valid', async () => {
    expect(await tryAt('2026-12-05T23:59:59Z', { stampDay: '2026-11-25' })).toBe('stamp');
    expect(await tryAt('2026-12-06T00:00:00Z', { stampDay: '2026-11-25' })).toBe('closed');
  });

  it('goes on answering the retries of what it has', async () => {
    const later = '2027-06-01T12:00:00Z';
    for (const earlier of ['counted', 'held'] as const) {
      expect(await tryAt(later, { earlier })).toBe('turnstile');
      expect(await tryAt(later, { earlier, stampDay: '2027-06-01' })).toBe('turnstile');
    }
  });
});

import { pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkStamp, dayOf, findStamp } from '../../src/signature/stamp.ts';

const idHash = 'A'.repeat(43);
const now = new Date('2026-11-23T12:00:00Z');
const daysAway = (days: number) => dayOf(new Date(now.getTime() + days * 86_400_000));

describe('a stamp', () => {
  it('is work that another implementation of PBKDF2 confirms', async () => {
    const stamp = await findStamp('campaign', idHash, '2026-11-23');
    const counter = stamp.slice('2026-11-23.'.length);
    const bytes = pbkdf2Sync(
      `${idHash}|${counter}`,
      'undersigned/1|campaign|2026-11-23',
      2000,
      2,
      'sha256',
    );
    expect(bytes.readUInt16BE() >> 7).toBe(0);
    expect(await checkStamp('campaign', idHash, stamp, now)).toBe('valid');
  });

  it('counts for its own id hash, campaign and day only', async () => {
    const stamp = await findStamp('campaign', idHash, '2026-11-23');
    const others = await Promise.all([
      checkStamp('campaign', 'B'.repeat(43), stamp, now),
      checkStamp('other', idHash, stamp, now),
      checkStamp('campaign', idHash, stamp.replace('11-23', '11-22'), now),
      checkStamp('campaign', idHash, stamp + '0', now),
    ]);
    // One in 512 fits by chance; all four do not.
    expect(others.filter((one) => one === 'wrong').length).toBeGreaterThan(2);
  });

  it.each([
    [0, 'valid'],
    [-10, 'valid'],
    [1, 'valid'],
    [-11, 'day'],
    [2, 'day'],
  ])('of a day %i days away is %s', async (days, verdict) => {
    const stamp = await findStamp('campaign', idHash, daysAway(days));
    expect(await checkStamp('campaign', idHash, stamp, now)).toBe(verdict);
  });

  it.each([
    '',
    '2026-11-23',
    '2026-11-23.',
    '2026-11-23.-1',
    '2026-11-23.1e3',
    '.5',
    'x'.repeat(40),
    '2026-11-23.12345678901',
  ])('is wrong when it reads %j', async (stamp) => {
    expect(await checkStamp('campaign', idHash, stamp, now)).toBe('wrong');
  });

  it('of a day that no calendar has is out of range', async () => {
    expect(await checkStamp('campaign', idHash, '2026-13-41.1', now)).toBe('day');
  });
});

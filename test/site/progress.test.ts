import { describe, expect, it } from 'vitest';
import { goalAbove, progressOf } from '../../src/site/progress.ts';

const settings = { countFrom: 1000, goals: [5000, 10_000, 25_000] };
const english = { one: 'person has signed', other: 'people have signed' };
const arabic = { zero: 'أ', one: 'ب', two: 'ت', few: 'ث', many: 'ج', other: 'ح' };
const belarusian = {
  one: 'чалавек',
  few: 'чалавекі',
  many: 'чалавек падпісалі',
  other: 'чалавека',
};

describe('the count on a page', () => {
  it.each([0, 10, 990, Number.NaN])(
    'is hidden at %d, below the number in the settings',
    (count) => {
      expect(progressOf(count, settings, 'en', english)).toBeUndefined();
    },
  );

  it('is shown from that number on, grouped as the language does', () => {
    expect(progressOf(1000, settings, 'en', english)?.shown).toBe('1,000');
    expect(progressOf(12_340, settings, 'de', english)?.shown).toBe('12.340');
    expect(progressOf(12_340, settings, 'be', belarusian)?.shown).toBe('12\u00a0340');
    expect(progressOf(12_340, settings, 'ar', arabic)?.shown).toBe('12,340');
  });

  it('stands in the plural form that the language has for it', () => {
    expect(progressOf(1010, settings, 'ar', arabic)?.signed).toBe('ث');
    expect(progressOf(1020, settings, 'ar', arabic)?.signed).toBe('ج');
    expect(progressOf(1100, settings, 'ar', arabic)?.signed).toBe('ح');
    expect(progressOf(1100, settings, 'be', belarusian)?.signed).toBe('чалавек падпісалі');
  });

  it.each([
    [0, 5000],
    [4999, 5000],
    [5000, 10_000],
    [24_990, 25_000],
    [25_000, 50_000],
    [123_400, 125_000],
  ])('of %d has the goal %d ahead of it', (count, goal) => {
    expect(goalAbove(count, settings.goals)).toBe(goal);
  });
});

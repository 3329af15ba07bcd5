import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBursts } from '../../src/delivery/review/bursts.ts';
import type { Candidate } from '../../src/delivery/review/candidate.ts';
import { findPatterns } from '../../src/delivery/review/patterns.ts';
import { providerOf, shapeOf } from '../../src/delivery/review/shape.ts';
import { makeSieve } from '../../src/delivery/review/sieve.ts';
import { openReviewStage, type ReviewStage } from './review-stage.ts';

let serial = 0;
const candidate = (facts: Partial<Candidate> = {}): Candidate => ({
  ...{ idHash: (++serial).toString(16).padStart(64, '0'), lane: 'turnstile', state: 'counted' },
  ...{ day: '2026-11-20', language: 'be', textVersion: 'be-0123456789ab', batch: undefined },
  ...{ decision: undefined, name: '', country: 'none', typed: undefined, provider: undefined },
  ...{ shape: '', ...facts },
});
const several = (number: number, facts: Partial<Candidate>) =>
  Array.from({ length: number }, () => candidate(facts));
const outliers = (candidates: Candidate[]) =>
  findPatterns(() => candidates).outliers.map(
    ({ kind, value, place, where, number }) => `${place} ${where}: ${kind} ${value} ${number}`,
  );

describe('what stands out', () => {
  const usual = [
    ...several(150, { day: '2026-11-20', provider: 'gmail.com' }),
    ...several(150, { day: '2026-11-20', provider: 'mail.ru' }),
    ...several(150, { day: '2026-11-21', provider: 'gmail.com' }),
    ...several(150, { day: '2026-11-21', provider: 'mail.ru' }),
  ];

  it('is nothing while each day looks like the others', () => {
    expect(outliers(usual)).toEqual([]);
  });

  it('is a mail provider with at least twenty and three times its share on the other days', () => {
    const farm = (number: number) =>
      several(number, { day: '2026-11-21', provider: 'farm.example' });
    expect(outliers([...usual, ...farm(19)])).toEqual([]);
    expect(outliers([...usual, ...farm(20)])).toEqual(['day 2026-11-21: provider farm.example 20']);
    const everyDay = several(20, { day: '2026-11-20', provider: 'farm.example' });
    expect(outliers([...usual, ...farm(20), ...everyDay])).toEqual([]);
  });

  it('is a name shape, a country, and what one lane has alone', () => {
    const odd = { day: '2026-11-20', lane: 'stamp', shape: 'xxxx0000', country: 'BR' } as const;
    expect(outliers([...usual, ...several(30, odd)]).sort()).toEqual([
      'day 2026-11-20: country BR 30',
      'day 2026-11-20: shape xxxx0000 30',
      'lane stamp: country BR 30',
      'lane stamp: shape xxxx0000 30',
    ]);
  });

  it('is not said before a hundred signatures elsewhere say what is usual', () => {
    const first = several(500, { day: '2026-11-20', provider: 'gmail.com' });
    expect(
      outliers([...first, ...several(99, { day: '2026-11-21', provider: 'x.example' })]),
    ).toEqual(['day 2026-11-21: provider x.example 99']);
  });

  it('is found among a hundred thousand providers that one signature each has', () => {
    const noise = Array.from({ length: 100_000 }, (_, one) =>
      candidate({ provider: `${one}.example`, day: one % 2 === 0 ? '2026-11-20' : '2026-11-21' }),
    );
    const farm = several(40, { provider: 'farm.example', day: '2026-11-21' });
    expect(outliers([...noise, ...farm])).toEqual(['day 2026-11-21: provider farm.example 40']);
    const sieve = makeSieve();
    for (const { provider = '' } of noise) sieve.add(provider);
    const passed = noise.filter(({ provider = '' }) => sieve.mayBeMany(provider));
    expect(passed.length).toBeLessThan(100);
  });

  it('are ten minutes with three times what their lane usually has', () => {
    const of = (number: number, lane = 'stamp', held = 0) => ({
      period: `2026-11-23T12:${number % 6}0Z`,
      lane,
      held,
      number,
    });
    expect(findBursts([])).toEqual([]);
    expect(findBursts([of(59)])).toEqual([]);
    expect(findBursts([of(60)])).toMatchObject([{ number: 60, usual: 20 }]);
    const busy = [100, 110, 90, 120, 299].map((number) => of(number));
    expect(findBursts(busy)).toEqual([]);
    expect(findBursts([...busy, of(600), of(25, 'unchecked', 1)])).toMatchObject([{ number: 600 }]);
  });
});

describe('the shape of a name', () => {
  it.each([
    ['Ann Bee', 'Xxx Xxx'],
    ['Ганна Бойка', 'Xxxxx Xxxxx'],
    ['abcd1234', 'xxxx0000'],
    ["Zoë O'Neil-Žuk", "Xxx X'Xxxx-Xxx"],
    ['سارة', 'xxxx'],
    ['', ''],
  ])('of %s is %s', (name, shape) => {
    expect(shapeOf(name)).toBe(shape);
  });

  it('has no provider without an address', () => {
    expect([providerOf('a@Mail.Example'), providerOf('')]).toEqual(['mail.example', undefined]);
  });
});

describe('npm run review', () => {
  let stage: ReviewStage;
  beforeAll(async () => {
    stage = await openReviewStage();
  });
  beforeEach(() => stage.clear());
  afterAll(() => stage.close());

  it('says kindly that there is nothing to check', async () => {
    expect(await stage.review()).toContain('There is nothing to check.');
  });

  it('shows what waits by day and lane, and how to release it', async () => {
    await stage.sign({ held: true, lane: 'unchecked', day: '2026-11-22' });
    await stage.sign({ held: true, lane: 'unchecked', day: '2026-11-23' });
    await stage.sign({ held: true, lane: 'unchecked', day: '2026-11-23' });
    await stage.sign();
    const said = await stage.review();
    expect(said).toMatch(/4 signatures could be opened/);
    expect(said).toMatch(
      /waiting for you: 3\n {2}2026-11-22 unchecked +1\n {2}2026-11-23 unchecked +2\n/,
    );
    expect(said).toMatch(
      /released unless there is a reason against them: npm run review -- --release/,
    );
  });

  it('shows towns and typing errors that match no country', async () => {
    await stage.sign({ country: 'Гродна' });
    await stage.sign({ country: 'Гродна' });
    await stage.sign({ country: 'Польшча' });
    await stage.sign({ country: 'Nar\u202enia' });
    const said = await stage.review();
    expect(said).toMatch(/match none, .*: 2\n {2}Гродна 2\n {2}Nar\ufffdnia 1\n/);
    expect(said).not.toContain('Польшча');
  });

  it('shows bursts that the cron counted', async () => {
    const insert = 'INSERT INTO arrivals VALUES (?1, ?2, 0, ?3)';
    for (const [minute, number] of [
      ['00', 30],
      ['10', 28],
      ['20', 400],
    ])
      await stage.db.prepare(insert).bind(`2026-11-23T12:${minute}Z`, 'stamp', number).run();
    expect(await stage.review()).toContain('2026-11-23T12:20Z stamp: 400, usually 30');
  });

  it('explains itself, and quotes the command to run as a shell takes it', async () => {
    const help = await stage.review('--help');
    for (const option of ['--release', '--undo', '--shape', '--names', '--yes', '--remote'])
      expect(help).toContain(option);
    await stage.sign({ held: true });
    const said = await stage.review("--release --shape 'Xxx Xxx'");
    expect(said).toContain("To do it: npm run review -- --release --shape 'Xxx Xxx' --yes");
  });

  it('prints no name and no address', async () => {
    await stage.sign({ held: true, name: 'Ганна Бойка', email: 'hanna@mailbox.example' });
    expect(await stage.review()).not.toMatch(/Ганна|Бойка|hanna|mailbox/);
  });
});

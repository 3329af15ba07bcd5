import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Person, readPeople } from '../../src/delivery/batch/people.ts';
import { canonicalEmail, canonicalName, personOf } from '../../src/delivery/canonical.ts';
import { joinRows } from '../../src/delivery/join.ts';
import { showAll } from '../../src/delivery/obey.ts';
import type { Fate, Opening, Signature } from '../../src/delivery/open.ts';
import type { Level } from '../../src/signature/content.ts';

let drawn = 0;
function signature(
  part: Partial<Signature> & { level?: Level; name?: string; email?: string; news?: boolean },
): Signature {
  const {
    level = 'initials',
    name = 'Ann Bee',
    email = 'ann@example.org',
    news = false,
    ...row
  } = part;
  return {
    idHash: `id-${drawn++}`,
    day: '2026-11-23',
    decision: undefined,
    lane: 'stamp',
    state: 'counted',
    language: 'be',
    textVersion: 'be-0123456789ab',
    entered: { level, name, email, country: { typed: 'Poland', code: 'PL' }, news },
    ...row,
  };
}

function opened(part: Parameters<typeof signature>[0]): Opening {
  const one = signature({ idHash: 'same', ...part });
  return { idHash: one.idHash, fate: 'opened', signature: one };
}
const closed = (fate: Fate): Opening => ({ idHash: 'same', fate });

describe('canonicalEmail', () => {
  it.each([
    ['Ann@Example.ORG', 'ann@example.org'],
    ['ann+petition@example.org', 'ann@example.org'],
    ['ann+a+b@example.org', 'ann@example.org'],
    ['a.n.n@example.org', 'a.n.n@example.org'],
    ['A.n.n+x@Gmail.com', 'ann@gmail.com'],
    ['a.n.n@googlemail.com', 'ann@gmail.com'],
    ['ann@Почта.БЕЛ', 'ann@xn--80a1acny.xn--90ais'],
    ['ann@xn--80a1acny.xn--90ais', 'ann@xn--80a1acny.xn--90ais'],
    ['+ann@example.org', '+ann@example.org'],
  ])('brings %s to %s', (email, canonical) => {
    expect(canonicalEmail(email)).toBe(canonical);
  });
});

describe('canonicalName', () => {
  it.each([
    ['ann  BEE', 'Ann Bee'],
    ['И\u0306ван', 'йван'],
    ['Straße', 'STRASSE'],
  ])('takes %s for %s', (one, other) => {
    expect(canonicalName(one)).toBe(canonicalName(other));
  });

  it('takes different names for different people', () => {
    expect(canonicalName('Ann Bee')).not.toBe(canonicalName('Anna Bee'));
  });
});

describe('joinRows', () => {
  it('makes one signature of all rows of an id hash, at the most protective level', () => {
    const rows = (['name', 'count', 'initials'] as const).map((level) => opened({ level }));
    expect(joinRows(rows)).toMatchObject({
      outcome: { fate: 'opened', signature: { entered: { level: 'count' } } },
      setAside: [],
    });
  });

  it('shows no more than that somebody counts, when one of the rows was destroyed', () => {
    const level = (rows: Opening[]) =>
      joinRows(rows).outcome.fate === 'opened' ? joinRows(rows) : undefined;
    const counted = { outcome: { signature: { entered: { level: 'count', name: 'Ann Bee' } } } };
    expect(level([opened({ level: 'name' }), closed('destroyed')])).toMatchObject(counted);
    expect(level([closed('destroyed'), opened({ level: 'initials' })])).toMatchObject(counted);
  });

  it('takes a no to news in any row of an id hash for a no', () => {
    const yes = opened({ news: true });
    const no = opened({ news: false, level: 'name' });
    const wish = (rows: Opening[], news: boolean) =>
      expect(joinRows(rows)).toMatchObject({ outcome: { signature: { entered: { news } } } });
    wish([yes, opened({ news: true, level: 'count' })], true);
    wish([yes, no], false);
    wish([no, yes], false);
    wish([yes, yes, no], false);
    wish([yes, closed('destroyed')], false);
  });

  it('keeps a signature of which one row was spoiled, and says which', () => {
    expect(joinRows([closed('unopened'), opened({}), closed('nonsense')])).toMatchObject({
      outcome: { fate: 'opened' },
      setAside: ['unopened'],
    });
  });

  it.each<[Fate, Opening[]]>([
    ['withdrawn', [opened({}), closed('unopened'), closed('withdrawn')]],
    ['withdrawn', [closed('invalidated'), closed('withdrawn')]],
    ['invalidated', [opened({}), closed('invalidated')]],
    ['destroyed', [closed('forged'), closed('destroyed'), closed('unopened')]],
    ['nonsense', [closed('unopened'), closed('nonsense')]],
    ['unopened', [closed('unopened'), closed('unopened')]],
    ['unknownKey', [closed('unknownKey'), closed('forged')]],
    ['unopened', [closed('unopened'), closed('forged')]],
    ['forged', [closed('forged')]],
  ])('takes all rows of an id hash for %s when one decides so', (fate, rows) => {
    expect(joinRows(rows)).toMatchObject({ outcome: { fate } });
    expect(joinRows(rows.reverse())).toMatchObject({ outcome: { fate } });
  });

  it('does not report a row that did not open when its signature is withdrawn or invalidated', () => {
    expect(joinRows([closed('unopened'), closed('withdrawn')])).toMatchObject({ setAside: [] });
    expect(joinRows([closed('unopened'), closed('invalidated')])).toMatchObject({ setAside: [] });
  });
});

describe('people', () => {
  const secrets = { person: createSecretKey(new Uint8Array(32)) };

  /** The people that signatures make, as the local file sorts them. */
  function people(...signatures: (Signature & { batch?: number })[]): Person[] {
    const opened = signatures.map(({ entered, idHash, batch, ...open }) => ({
      ...open,
      batch,
      sameTag: false,
      person: personOf(entered, idHash, secrets),
      idHash: Buffer.from(idHash),
      shown: showAll(entered),
    }));
    const sorted = opened.sort((one, other) => Buffer.compare(one.person, other.person));
    return Array.from(readPeople(sorted));
  }
  const numbers = (found: readonly Person[]) => found.map((person) => person.signatures);

  it('are joined by one name at one mailbox, however it was spelled', () => {
    const one = signature({ name: 'Ann Bee', email: 'annbee@gmail.com' });
    const other = signature({ name: 'ANN  bee', email: 'Ann.Bee+belarus@googlemail.com' });
    expect(numbers(people(one, other))).toEqual([2]);
  });

  it('may share an address', () => {
    expect(numbers(people(signature({ name: 'Ann Bee' }), signature({ name: 'Ben Bee' })))).toEqual(
      [1, 1],
    );
  });

  it('of one name without an address are never joined', () => {
    expect(numbers(people(signature({ email: '' }), signature({ email: '' })))).toEqual([1, 1]);
  });

  it('are shown with the least that they ever chose, in either order', () => {
    const rows = [signature({ level: 'name' }), signature({ level: 'count' }), signature({})];
    for (const order of [rows, rows.toReversed()])
      expect(people(...order)).toMatchObject([{ shown: { delivered: { level: 'count' } } }]);
  });

  it('stand by their counted signature where another is held, and both are obeyed', () => {
    const held = signature({ state: 'held', lane: 'unchecked', level: 'count' });
    const counted = signature({ state: 'counted', lane: 'turnstile', level: 'initials' });
    for (const order of [
      [held, counted],
      [counted, held],
    ])
      expect(people(...order)).toMatchObject([
        {
          signatures: 2,
          standing: { state: 'counted', lane: 'turnstile' },
          shown: { delivered: { level: 'count' } },
        },
      ]);
  });

  it('belong to the first batch that handed one of their signatures over', () => {
    const rows = [signature({}), { ...signature({}), batch: 2 }, { ...signature({}), batch: 1 }];
    for (const order of [rows, rows.toReversed()])
      expect(people(...order)).toMatchObject([{ batch: 1, signatures: 3 }]);
  });

  it('are known by nothing that somebody without the key could work out', () => {
    const { entered, idHash } = signature({});
    const other = { person: createSecretKey(new Uint8Array(32).fill(1)) };
    expect(personOf(entered, idHash, secrets)).not.toEqual(personOf(entered, idHash, other));
  });
});

import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type KeyFile, makeKeyPair } from '../../src/delivery/key-file.ts';
import { idHashOf, type Keys, openRow, type StoredRow, unseal } from '../../src/delivery/open.ts';
import { aadOf, infoOf } from '../../src/signature/binding.ts';
import { chainOf, drawCode, hashCode, idHashOfPass } from '../../src/signature/code.ts';
import {
  type Content,
  contentSizes,
  readContent,
  writeContent,
} from '../../src/signature/content.ts';
import { checkEntries, tidy } from '../../src/signature/entries.ts';
import { importPair } from './import-pair.ts';
import { campaign, newSigner, seal, type Signing, terms } from './stage.ts';

const text = 'be-0123456789ab';
let key: KeyFile;
let other: KeyFile;
let keys: Keys;
beforeAll(async () => {
  [key, other] = [await makeKeyPair(campaign), await makeKeyPair(campaign)];
  keys = new Map([[key.id, { pair: await importPair(key) }]]);
});

async function rowOf(signing: Signing): Promise<StoredRow> {
  const signer = signing.signer ?? (await newSigner());
  return {
    idHash: signer.idHash,
    day: '2026-11-23',
    language: 'be',
    lane: 'stamp',
    state: signing.state ?? 'counted',
    sealed: await seal(key, { ...signing, signer, text: signing.text ?? text }),
    keyId: signing.keyId ?? key.id,
    textVersion: signing.text ?? text,
    decision: undefined,
  };
}

async function fateOf(signing: Signing): Promise<string> {
  return (await openRow(await rowOf(signing), keys, terms)).fate;
}

/** As long as any mark. */
const mark = 'x'.repeat(43);
const typed = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyContent = fc.record(
  { level: typed, name: typed, email: typed, country: typed, news: typed },
  { requiredKeys: [] },
);

describe('unseal', () => {
  it('gives back exactly what was sealed, whatever a person entered', async () => {
    await fc.assert(
      fc.asyncProperty(anyContent, fc.constantFrom('page', 'worker'), async (content, sealedBy) => {
        fc.pre(contentSizes.includes(writeContent({ mark, ...content }).length));
        const signer = await newSigner();
        const sealed = await seal(key, { content, sealedBy, signer, text });
        const aad = aadOf(signer.idHash, text, sealedBy);
        const pair = await importPair(key);
        const opened = await unseal(pair, infoOf(campaign, key.id), aad, sealed);
        expect(opened && readContent(opened)).toEqual({ mark: signer.mark, ...content });
      }),
      { numRuns: 60 },
    );
  });
});

describe('idHashOf', () => {
  it('leads from a mark to the same id hash as the page, whatever stands in its place', async () => {
    const anyMark = fc.oneof(typed, fc.string({ unit: 'binary' }), fc.constant(mark));
    await fc.assert(
      fc.asyncProperty(anyMark, async (one) => {
        expect(idHashOf(one)).toBe(await idHashOfPass(await hashCode(one)));
      }),
    );
  });
});

describe('openRow', () => {
  it('reads the name, e-mail and country that a person may enter, tidied', async () => {
    const email = fc.emailAddress({ size: 'small' });
    const content = fc
      .record({ name: typed, email, country: typed })
      .map((one) => ({ level: 'count', ...one }));
    const entriesOf = (one: Content) => ({
      level: 'count',
      name: tidy(one.name ?? ''),
      email: tidy(one.email ?? ''),
      country: tidy(one.country ?? ''),
      consent: true,
      news: false,
    });
    await fc.assert(
      fc.asyncProperty(content, async (one) => {
        fc.pre(
          writeContent({ mark, ...one }).length <= 512 &&
            checkEntries(entriesOf(one), ['count']).length === 0,
        );
        const opening = await openRow(await rowOf({ content: one }), keys, terms);
        const { name, email, country } = entriesOf(one);
        expect(opening).toMatchObject({
          fate: 'opened',
          signature: { entered: { level: 'count', name, email, country: { typed: country } } },
        });
      }),
      { numRuns: 40 },
    );
  });

  it.each(['page', 'worker'] as const)('opens what the %s sealed', async (sealedBy) => {
    expect(await fateOf({ sealedBy, content: { level: 'count', name: 'Ганна' } })).toBe('opened');
  });

  it('opens both sizes of a sealed part', async () => {
    expect(await fateOf({ content: { level: 'count', name: 'А'.repeat(10) } })).toBe('opened');
    expect(await fateOf({ content: { level: 'count', name: 'Ў'.repeat(100) } })).toBe('opened');
  });

  it.each<[string, Signing]>([
    ['was spoiled on the way', { spoiled: true }],
    ['was sealed for another campaign', { sealedFor: { campaign: 'other-campaign' } }],
    ['was moved to another id hash', { sealedFor: { idHash: 'A'.repeat(43) } }],
    ['was put under another text', { sealedFor: { text: 'ru-0123456789ab' } }],
  ])('does not open what %s', async (_, signing) => {
    expect(await fateOf(signing)).toBe('unopened');
  });

  it.each([0, 1, 65, 80, 81])('does not open a sealed part of %i bytes', async (length) => {
    const row = await rowOf({});
    const cut = { ...row, sealed: row.sealed?.slice(0, length) };
    expect((await openRow(cut, keys, terms)).fate).toBe('unopened');
  });

  it('does not open what was sealed to another key under the name of ours', async () => {
    expect(await fateOf({ sealedFor: { key: other }, keyId: key.id })).toBe('unopened');
  });

  it('says apart that the key of a row is not here', async () => {
    expect(await fateOf({ sealedFor: { key: other }, keyId: other.id })).toBe('unknownKey');
  });

  it('does not open a row that lost a part of itself, and does not stop at it', async () => {
    const row = await rowOf({});
    const destroyed = await openRow({ ...row, sealed: undefined }, keys, terms);
    expect(destroyed).toMatchObject({ fate: 'destroyed' });
    for (const lost of ['lane', 'language', 'keyId', 'textVersion'] as const)
      expect(await openRow({ ...row, [lost]: undefined }, keys, terms)).toMatchObject({
        fate: 'unopened',
      });
  });

  it.each(['withdrawn', 'invalidated'] as const)(
    'leaves a row closed that is %s',
    async (state) => {
      expect((await openRow({ ...(await rowOf({})), state }, keys, terms)).fate).toBe(state);
    },
  );

  it.each<[string, Signing]>([
    ['has no mark', { plaintext: '{"level":"count"}'.padEnd(256, '\0') }],
    ['has the mark of somebody else', { forged: true }],
    ['has a mark that is a number', { plaintext: '{"level":"count","mark":1}'.padEnd(256, '\0') }],
    ['is no JSON', { plaintext: 'x'.padEnd(256, '\0') }],
    ['is JSON but no object', { plaintext: '"Ann"'.padEnd(256, '\0') }],
    ['has another size', { plaintext: '{"level":"count"}'.padEnd(300, '\0') }],
    ['hides something in the padding', { plaintext: `${'{"level":"count"}'.padEnd(255, '\0')}x` }],
  ])('counts as forged what opens but %s', async (_, signing) => {
    expect(await fateOf(signing)).toBe('forged');
  });

  it('counts as forged what has the pass or the id hash, which others know, in place of the mark', async () => {
    const [mark, pass, idHash] = await chainOf(drawCode());
    const withMark = (shown: string) =>
      fateOf({ signer: { mark, idHash }, content: { level: 'count', mark: shown } });
    expect(await Promise.all([mark, pass, idHash].map(withMark))).toEqual([
      'opened',
      'forged',
      'forged',
    ]);
  });

  it.each<[string, Signing]>([
    ['names no level', { content: { name: 'Ann' } }],
    ['names a level that does not exist', { content: { level: 'everything' } }],
  ])('counts as nonsense what opens but %s', async (_, signing) => {
    expect(await fateOf(signing)).toBe('nonsense');
  });

  it.each(['Buy at www.spam.example', '-', '12345', 'Ann\u202enhoJ', 'x'.repeat(101)])(
    'keeps the signature of somebody whose name is %j, as a counted one without it',
    async (name) => {
      for (const level of ['count', 'initials'])
        expect(
          await openRow(await rowOf({ content: { level, name, country: 'PL' } }), keys, terms),
        ).toMatchObject({
          fate: 'opened',
          signature: { entered: { level: 'count', name: '' } },
        });
    },
  );
});

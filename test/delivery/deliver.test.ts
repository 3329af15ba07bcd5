import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeKeyPair } from '../../src/delivery/key-file.ts';
import { campaign, newSigner, openStage, type Signing, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const initials = { level: 'initials', name: 'Ann Bee', country: 'Poland' };

describe('a delivery', () => {
  it('holds two files of signatures and a manifest with the SHA-256 of each', async () => {
    await stage.sign({ content: initials });
    const { folder, names, manifest } = await stage.deliver();
    expect(names).toEqual(['manifest.json', 'signatures.csv', 'signatures.jsonl']);
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect(manifest.files.map(({ name }) => name)).toEqual(['signatures.csv', 'signatures.jsonl']);
    for (const { name, sha256 } of manifest.files)
      expect(
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ).toBe(sha256);
  });

  it('shows of each person what that person chose', async () => {
    await stage.sign({ content: { level: 'count', name: 'Zed Zed', country: 'Latvia' } });
    await stage.sign({ content: initials });
    await stage.sign({
      content: { ...initials, level: 'name', name: 'Cy Dee', email: 'cy@example.org' },
    });
    const { lines } = await stage.deliver();
    const kinds = lines.map((line) => JSON.stringify(line).replace(/^\{"number":[123],/, '{'));
    const text = '"text_version":"be-0123456789ab"';
    expect(kinds.sort()).toEqual([
      '{"level":"count"}',
      `{"level":"initials","name":"A. B.","country":"PL",${text}}`,
      `{"level":"name","name":"Cy Dee","country":"PL",${text}}`,
    ]);
  });

  it('holds nowhere in its files the name, e-mail or country of somebody who is only counted', async () => {
    const hidden = { name: 'Ярына Схаваная', email: 'hidden@mailbox.example', country: 'Нарнія' };
    await stage.sign({ content: { level: 'count', ...hidden, news: 'on' } });
    await stage.sign({ content: { level: 'count', ...hidden }, state: 'held' });
    await stage.sign({ content: { level: 'nonsense', ...hidden } });
    await stage.sign({ content: { ...initials, email: 'ann@mailbox.example' } });
    const { bytes } = await stage.deliver({ held: true });
    for (const word of ['Ярына', 'Схаваная', 'hidden', 'mailbox', 'Нарнія', 'Ann', 'Bee'])
      expect(bytes.includes(word)).toBe(false);
    expect(bytes.includes('A. B.')).toBe(true);
  });

  it('never holds the full name of somebody in a dangerous country', async () => {
    const content = {
      level: 'name',
      name: 'Ганна Бойка',
      email: 'h@example.org',
      country: 'Беларусь',
    };
    await stage.sign({ content });
    const { bytes, lines } = await stage.deliver();
    expect(bytes.includes('Бойка')).toBe(false);
    expect(lines).toMatchObject([{ level: 'initials', name: 'Г. Б.', country: 'BY' }]);
  });

  it('counts a person who signed twice once, as protected as that person ever chose', async () => {
    await stage.sign({ content: { ...initials, email: 'annbee@gmail.com' } });
    await stage.sign({
      content: { ...initials, level: 'count', email: 'Ann.Bee+x@googlemail.com' },
      state: 'repeat',
    });
    await stage.sign({ content: { ...initials, name: 'Ben Bee', email: 'annbee@gmail.com' } });
    const { manifest, bytes } = await stage.deliver();
    expect(manifest.totals).toMatchObject({ signatures: 3, delivered: 2, joinedAsOnePerson: 1 });
    expect(manifest.delivered.byLevel).toEqual({ count: 1, initials: 1, name: 0 });
    expect(bytes.includes('A. B.')).toBe(false);
  });

  it('takes a repeat like a counted one: a forged tag pushes nobody out', async () => {
    await stage.sign({ content: initials, state: 'repeat' });
    const { manifest } = await stage.deliver();
    expect(manifest.totals.delivered).toBe(1);
    expect(manifest.delivered.byState).toEqual({ repeat: 1 });
  });

  it('counts the rows of one id hash once, also when one of them was spoiled', async () => {
    const signer = await newSigner();
    const idHash = await stage.sign({ signer, content: initials });
    await stage.sign({ signer, content: initials, state: 'repeat' });
    await stage.sign({ signer, content: initials, state: 'repeat', spoiled: true });
    const { manifest } = await stage.deliver();
    expect(manifest.totals).toMatchObject({ rows: 3, signatures: 1, delivered: 1, unopened: 0 });
    expect(manifest.setAside).toEqual({ unopened: [idHash], unknownKey: [], forged: [] });
  });

  it('ignores what somebody else sealed under the id hash of a signer, and says so', async () => {
    const signer = await newSigner();
    const counted = { level: 'count', name: 'Ann Bee' };
    const idHash = await stage.sign({ signer, content: counted, forged: true });
    await stage.sign({ signer, content: initials, state: 'repeat' });
    const { manifest, lines } = await stage.deliver();
    expect(lines).toMatchObject([{ level: 'initials', name: 'A. B.' }]);
    expect(manifest.totals).toMatchObject({ rows: 2, signatures: 1, delivered: 1, forged: 0 });
    expect(manifest.setAside).toEqual({ unopened: [], unknownKey: [], forged: [idHash] });
  });

  it('leaves out what was withdrawn or invalidated, with all other rows of its id hash', async () => {
    const signer = await newSigner();
    await stage.sign({ signer, content: initials });
    await stage.sign({ signer, state: 'withdrawn' });
    await stage.sign({ content: initials, state: 'invalidated' });
    const { manifest, lines } = await stage.deliver();
    expect(lines).toEqual([]);
    expect(manifest.totals).toMatchObject({ rows: 3, signatures: 2, withdrawn: 1, invalidated: 1 });
  });

  it('leaves held signatures out unless told otherwise, and says so', async () => {
    await stage.sign({ content: initials, state: 'held', lane: 'unchecked', sealedBy: 'worker' });
    const without = await stage.deliver();
    expect(without.lines).toEqual([]);
    expect(without.manifest).toMatchObject({
      heldAreDelivered: false,
      totals: { held: 1, delivered: 0 },
    });
    const { lines, manifest } = await stage.deliver({ held: true });
    expect(lines).toHaveLength(1);
    expect(manifest).toMatchObject({
      heldAreDelivered: true,
      totals: { held: 0, delivered: 1 },
      delivered: { byState: { held: 1 }, byLane: { unchecked: 1 } },
    });
  });

  it('accounts for every signature: what became of them adds up', async () => {
    const other = await makeKeyPair(campaign);
    const fates: Signing[] = [
      { content: initials },
      { content: { ...initials, email: 'a@example.org' } },
      { content: { ...initials, email: 'a@example.org' }, state: 'held' },
      { content: { ...initials, name: 'Held' }, state: 'held' },
      { state: 'withdrawn' },
      { state: 'invalidated' },
      { content: { level: 'nonsense' } },
      { spoiled: true },
      { sealedFor: { key: other } },
      { forged: true },
    ];
    for (const fate of fates) await stage.sign(fate);
    const { rows, signatures, ...rest } = (await stage.deliver()).manifest.totals;
    expect([rows, signatures]).toEqual([10, 10]);
    expect(rest).toEqual({
      delivered: 2,
      joinedAsOnePerson: 1,
      held: 1,
      withdrawn: 1,
      invalidated: 1,
      nonsense: 1,
      unopened: 1,
      unknownKey: 1,
      forged: 1,
    });
    expect(Object.values(rest).reduce((sum, number) => sum + number)).toBe(signatures);
  });

  it('counts what it delivers by lane, language, text, country and level', async () => {
    await stage.sign({ content: initials, lane: 'stamp' });
    await stage.sign({ content: { level: 'count', country: 'Польшча' }, text: 'ru-0123456789ab' });
    await stage.sign({ content: { level: 'count', country: 'Нарния' } });
    await stage.sign({ content: { level: 'count' } });
    const { manifest } = await stage.deliver();
    expect(manifest.delivered).toEqual({
      byLane: { stamp: 1, turnstile: 3 },
      byState: { counted: 4 },
      byLanguage: { be: 3, ru: 1 },
      byTextVersion: { 'be-0123456789ab': 3, 'ru-0123456789ab': 1 },
      byCountry: { PL: 2, none: 1, unmatched: 1 },
      byLevel: { count: 3, initials: 1, name: 0 },
    });
    expect(manifest).toMatchObject({ campaign, madeOn: '2026-11-23' });
  });

  it('reports by id hash what did not open: a wrong key, another campaign, id hash or text, a spoiled byte', async () => {
    const other = await makeKeyPair(campaign);
    const broken = await Promise.all([
      stage.sign({ sealedFor: { key: other }, keyId: stage.key.id }),
      stage.sign({ sealedFor: { campaign: 'another' } }),
      stage.sign({ sealedFor: { idHash: 'A'.repeat(43) } }),
      stage.sign({ sealedFor: { text: 'be-ba9876543210' } }),
      stage.sign({ spoiled: true }),
    ]);
    const unknown = await stage.sign({ sealedFor: { key: other } });
    const { manifest, lines } = await stage.deliver();
    expect(lines).toEqual([]);
    expect(manifest.totals).toMatchObject({ unopened: 5, unknownKey: 1 });
    expect(manifest.setAside.unopened.sort()).toEqual(broken.sort());
    expect(manifest.setAside.unknownKey).toEqual([unknown]);
  });

  it('shows no order of arrival or of the database, but numbers its lines', async () => {
    for (const name of ['A', 'B', 'C', 'D']) await stage.sign({ content: { ...initials, name } });
    const orders = new Set<string>();
    for (let run = 0; run < 12; run++) {
      const { lines } = await stage.deliver();
      expect(lines).toMatchObject([{ number: 1 }, { number: 2 }, { number: 3 }, { number: 4 }]);
      orders.add(JSON.stringify(lines));
    }
    expect(orders.size).toBeGreaterThan(3);
  });

  it('is drawn so that each order is as likely as any other', async () => {
    for (const name of ['A', 'B', 'C']) await stage.sign({ content: { ...initials, name } });
    const orders = new Set<string>();
    for (let first = 0; first < 2; first++)
      for (let second = 0; second < 3; second++) {
        const draws = [0, first, second];
        const { lines } = await stage.deliver({ draw: () => draws.shift() ?? 0 });
        orders.add(JSON.stringify(lines));
      }
    expect(orders.size).toBe(6);
  });

  it('of nobody is an empty one', async () => {
    const { csv, lines, manifest } = await stage.deliver();
    expect([csv.trim().split('\n').length, lines, manifest.totals.rows]).toEqual([1, [], 0]);
  });
});

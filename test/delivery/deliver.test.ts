import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../src/delivery/errors.ts';
import { makeKeyPair } from '../../src/delivery/key-file.ts';
import { campaign, newSigner, openStage, type Signing, type Stage, texts } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const initials = { level: 'initials', name: 'Ann Bee', country: 'Poland' };

/** So many people from a country, who are only counted: then a line may name it. */
async function crowd(country: string, number = 10) {
  for (let at = 0; at < number; at++) await stage.sign({ content: { level: 'count', country } });
}

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('a delivery', () => {
  it('is a folder for the target, and beside it what is for the campaigner alone', async () => {
    await stage.sign({ content: initials });
    const { folder, names, manifest, hash } = await stage.deliver();
    expect(folder).toMatch(/batch-001$/);
    const dossier = ['SHA256SUMS', 'dossier.html', 'signatures.csv', 'signatures.jsonl'];
    expect(names).toEqual(dossier);
    expect(readdirSync(folder).sort()).toEqual([
      'dossier',
      'manifest.json',
      'marks.txt',
      'set-aside.txt',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect(sha256(join(folder, 'manifest.json'))).toBe(hash);
    for (const one of manifest.files)
      expect(sha256(join(folder, 'dossier', one.name))).toBe(one.sha256);
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      expect(statSync(join(folder, path)).mode & 0o077).toBe(0);
  });

  it('can be checked with the sums that lie in it, by a program that is not ours', async () => {
    await stage.sign({ content: initials });
    const { folder } = await stage.deliver();
    const checked = execFileSync('sha256sum', ['--check', 'SHA256SUMS'], {
      cwd: join(folder, 'dossier'),
      encoding: 'utf8',
    });
    expect(checked.trim().split('\n')).toEqual([
      'signatures.csv: OK',
      'signatures.jsonl: OK',
      'dossier.html: OK',
    ]);
  });

  it('shows of each person what that person chose', async () => {
    await crowd('Poland');
    await stage.sign({ content: { level: 'count', name: 'Zed Zed', country: 'Poland' } });
    await stage.sign({ content: initials });
    await stage.sign({
      content: { ...initials, level: 'name', name: 'Cy Dee', email: 'cy@example.org' },
    });
    const { lines, html } = await stage.deliver();
    const text_version = texts.get('be');
    const shown = lines
      .slice(0, 2)
      .map((line) => JSON.stringify(line).replace(/^{"number":\d+,/, '{'))
      .sort()
      .map((line): unknown => JSON.parse(line));
    expect(shown).toEqual([
      { level: 'initials', name: 'A. B.', country: 'PL', text_version },
      { level: 'name', name: 'Cy Dee', country: 'PL', text_version },
    ]);
    expect(lines.slice(2)).toEqual(
      Array.from({ length: 11 }, (_, at) => ({ number: at + 3, level: 'count' })),
    );
    expect(html).toContain('<bdi>Cy Dee</bdi>');
  });

  it('names a country or a text only where it singles nobody out', async () => {
    await crowd('Poland', 12);
    await stage.sign({ content: initials });
    await stage.sign({ content: { ...initials, country: 'Latvia' }, text: texts.get('ru') ?? '' });
    await crowd('Latvia', 3);
    await crowd('Estonia', 7);
    const { lines, manifest } = await stage.deliver();
    const seen = lines.slice(0, 2).map((line) => JSON.stringify(line));
    expect(seen.filter((line) => line.includes('"country":"PL"'))).toHaveLength(1);
    expect(seen.filter((line) => line.includes('"country":"other"'))).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toMatch(/LV|EE|ru-/);
    // The campaigner's own manifest has them.
    expect(manifest.delivered.byCountry).toEqual({ EE: 7, LV: 4, PL: 13 });
  });

  it('holds nowhere in its files the name, e-mail or country of somebody who is only counted', async () => {
    const hidden = { name: 'Ярына Схаваная', email: 'hidden@mailbox.example', country: 'Нарнія' };
    await stage.sign({ content: { level: 'count', ...hidden, news: 'on' } });
    await stage.sign({ content: { level: 'count', ...hidden, name: 'Other' }, state: 'held' });
    await stage.sign({ content: { level: 'nonsense', ...hidden } });
    await stage.sign({ content: { ...initials, email: 'ann@mailbox.example' } });
    const { bytes, folder, where } = await stage.deliver();
    const kept = [...readdirSync(where.folder), ...readdirSync(folder)]
      .filter((name) => name.includes('.'))
      .map((name) => [join(where.folder, name), join(folder, name)])
      .flat()
      .flatMap((path) => (statSync(path, { throwIfNoEntry: false })?.isFile() ? [path] : []))
      .map((path) => readFileSync(path));
    expect(kept.length).toBeGreaterThan(4);
    // Neither in what is handed over nor in what stays on this machine.
    for (const word of ['Ярына', 'Схаваная', 'hidden@', 'mailbox.example', 'Нарнія', 'Ann Bee'])
      expect(Buffer.concat([bytes, ...kept]).includes(word)).toBe(false);
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
    await crowd('Беларусь');
    const { bytes, lines } = await stage.deliver();
    expect(bytes.includes('Бойка')).toBe(false);
    expect(lines[0]).toMatchObject({ level: 'initials', name: 'Г. Б.', country: 'BY' });
  });

  it('counts a person who signed twice once, as protected as that person ever chose', async () => {
    await stage.sign({ content: { ...initials, email: 'annbee@gmail.com' } });
    await stage.sign({
      content: { ...initials, level: 'count', email: 'Ann.Bee+x@googlemail.com' },
      state: 'repeat',
    });
    await stage.sign({ content: { ...initials, name: 'Ben Bee', email: 'annbee@gmail.com' } });
    const { manifest, bytes } = await stage.deliver();
    expect(manifest.account).toMatchObject({ signatures: 3, delivered: 2, doubles: 1 });
    expect(manifest.delivered.byLevel).toEqual({ count: 1, initials: 1, name: 0 });
    expect(bytes.includes('A. B.')).toBe(false);
  });

  it('takes a repeat like a counted one: a forged tag pushes nobody out', async () => {
    await stage.sign({ content: initials, state: 'repeat' });
    const { manifest } = await stage.deliver();
    expect(manifest.account.delivered).toBe(1);
  });

  it('counts the rows of one id hash once, also when one of them was spoiled', async () => {
    const signer = await newSigner();
    const idHash = await stage.sign({ signer, content: initials });
    await stage.sign({ signer, content: initials, state: 'repeat' });
    await stage.sign({ signer, content: initials, state: 'repeat', spoiled: true });
    const { manifest, setAside, folder } = await stage.deliver();
    expect(manifest.account).toMatchObject({ rows: 3, signatures: 1, delivered: 1, unopened: 0 });
    expect(setAside).toEqual({ unopened: [idHash], unknownKey: [], forged: [] });
    expect(readFileSync(join(folder, 'set-aside.txt'), 'utf8')).toBe(`unopened ${idHash}\n`);
  });

  it('ignores what somebody else sealed under the id hash of a signer, and says so', async () => {
    const signer = await newSigner();
    const counted = { level: 'count', name: 'Ann Bee' };
    const idHash = await stage.sign({ signer, content: counted, forged: true });
    await stage.sign({ signer, content: initials, state: 'repeat' });
    const { manifest, lines, setAside } = await stage.deliver();
    expect(lines).toMatchObject([{ level: 'initials', name: 'A. B.' }]);
    expect(manifest.account).toMatchObject({ rows: 2, signatures: 1, delivered: 1, forged: 0 });
    expect(setAside).toEqual({ unopened: [], unknownKey: [], forged: [idHash] });
  });

  it('leaves out what was withdrawn or invalidated, with all other rows of its id hash', async () => {
    const signer = await newSigner();
    await stage.sign({ signer, content: initials, state: 'invalidated' });
    await stage.sign({ signer, content: initials });
    await stage.sign({ content: initials, state: 'withdrawn', wasSigned: true });
    const { manifest, lines } = await stage.deliver();
    expect(lines).toEqual([]);
    expect(manifest.account).toMatchObject({
      ...{ rows: 3, signatures: 2, withdrawn: 1, invalidated: 1 },
    });
  });

  it('counts a code that was withdrawn and never signed as no signature', async () => {
    await stage.sign({ state: 'withdrawn' });
    const { manifest } = await stage.deliver();
    expect(manifest.account).toMatchObject({ rows: 1, signatures: 0, withdrawn: 0 });
  });

  it('leaves held signatures out, and counts those that nobody has checked', async () => {
    await stage.sign({ content: initials, state: 'held', lane: 'unchecked', sealedBy: 'worker' });
    const { lines, manifest } = await stage.deliver();
    expect(lines).toEqual([]);
    expect(manifest.account).toMatchObject({ held: 1, unreviewed: 1, delivered: 0 });
  });

  it('obeys a held signature of somebody who is handed over, and counts it as a double', async () => {
    const email = 'ann@example.org';
    await stage.sign({ content: { ...initials, email } });
    await stage.sign({ content: { ...initials, email, level: 'count' }, state: 'held' });
    const { lines, manifest } = await stage.deliver();
    expect(lines).toEqual([{ number: 1, level: 'count' }]);
    expect(manifest.account).toMatchObject({ delivered: 1, doubles: 1, held: 0 });
  });

  it('accounts for every signature: what became of them adds up', async () => {
    const other = await makeKeyPair(campaign);
    const fates: Signing[] = [
      { content: initials },
      { content: { ...initials, email: 'a@example.org' } },
      { content: { ...initials, email: 'a@example.org' }, state: 'held' },
      { content: { ...initials, name: 'Held' }, state: 'held' },
      { state: 'withdrawn', wasSigned: true },
      { state: 'invalidated' },
      { content: { level: 'nonsense' } },
      { spoiled: true },
      { sealedFor: { key: other } },
      { forged: true },
    ];
    for (const fate of fates) await stage.sign(fate);
    const { account } = (await stage.deliver()).manifest;
    expect(account).toMatchObject({
      ...{ rows: 10, signatures: 10, delivered: 2, doubles: 1, earlier: 0, doublesOfEarlier: 0 },
      ...{ held: 1, kept: 0, withdrawn: 1, withdrawnAfterDelivery: 0, invalidated: 1 },
      ...{ nonsense: 1, unopened: 1, unknownKey: 1, forged: 1, withoutEmail: 1, unreviewed: 1 },
    });
  });

  it('counts what it hands over by lane, language, text, country and level', async () => {
    await stage.sign({ content: initials, lane: 'stamp' });
    const ru = texts.get('ru') ?? '';
    await stage.sign({ content: { level: 'count', country: 'Польшча' }, text: ru });
    await stage.sign({ content: { level: 'count', country: 'Нарния' } });
    await stage.sign({ content: { level: 'count' } });
    const { manifest } = await stage.deliver();
    expect(manifest.account.byLane).toEqual({ stamp: 1, turnstile: 3, unchecked: 0, paper: 0 });
    expect(manifest.delivered).toEqual({
      byLanguage: { be: 3, ru: 1 },
      byTextVersion: { [String(texts.get('be'))]: 3, [ru]: 1 },
      byCountry: { PL: 2, none: 1, unmatched: 1 },
      byLevel: { count: 3, initials: 1, name: 0 },
    });
    expect(manifest).toMatchObject({ campaign, number: 1, made: '2026-11-23', source: 'local' });
  });

  it('reports by id hash what did not open: a wrong key, another campaign, id hash or text, a spoiled byte', async () => {
    const other = await makeKeyPair(campaign);
    const broken = await Promise.all([
      stage.sign({ sealedFor: { key: other }, keyId: stage.key.id }),
      stage.sign({ sealedFor: { campaign: 'another' } }),
      stage.sign({ sealedFor: { idHash: 'A'.repeat(43) } }),
      stage.sign({ sealedFor: { text: texts.get('ru') ?? '' } }),
      stage.sign({ spoiled: true }),
    ]);
    const unknown = await stage.sign({ sealedFor: { key: other } });
    const { manifest, lines, setAside } = await stage.deliver();
    expect(lines).toEqual([]);
    expect(manifest.account).toMatchObject({ unopened: 5, unknownKey: 1 });
    expect(setAside.unopened).toEqual(
      broken
        .map(toBytes)
        .sort((one, other) => Buffer.compare(one, other))
        .map(toText),
    );
    expect(setAside.unknownKey).toEqual([unknown]);
  });

  it('refuses to leave out the text that somebody signed', async () => {
    await stage.sign({ text: 'be-0123456789ab' });
    await expect(stage.deliver()).rejects.toThrow(/be-0123456789ab was signed, and is not in/);
  });

  it('refuses a database none of whose rows was sealed to a key of this campaign', async () => {
    const other = await makeKeyPair('another');
    for (let row = 0; row < 3; row++) await stage.sign({ sealedFor: { key: other } });
    expect(explain(await stage.deliver().catch((error: unknown) => error))).toMatch(
      /No row of this database[^]*wrangler\.toml/,
    );
  });

  it('shows an order that nobody without the key can know, the same each time', async () => {
    const orders = new Set<string>();
    for (let round = 0; round < 8; round++) {
      await stage.clear();
      for (const name of ['A', 'B', 'C', 'D']) await stage.sign({ content: { ...initials, name } });
      const [first, second] = [await stage.deliver(), await stage.deliver()];
      expect(first.lines).toMatchObject([
        { number: 1 },
        { number: 2 },
        { number: 3 },
        { number: 4 },
      ]);
      expect(second.lines).toEqual(first.lines);
      orders.add(first.lines.map((line) => /"name":"(.)/.exec(JSON.stringify(line))?.[1]).join(''));
    }
    expect(orders.size).toBeGreaterThan(3);
  });

  it('of nobody is none: there is no folder that could be handed over by mistake', async () => {
    const { folder, manifest } = await stage.deliver();
    expect([folder, manifest.account.rows, manifest.account.delivered]).toEqual(['', 0, 0]);
  });

  it('of one person has no table in which that person could be found', async () => {
    await stage.sign({ content: initials });
    const { lines, html } = await stage.deliver();
    expect(lines).toMatchObject([{ name: 'A. B.', country: 'other', text_version: 'other' }]);
    expect(html).not.toContain('Польшча');
  });

  it('goes through names of all kinds without harm', async () => {
    const names = [
      'Ann\nBee',
      '=HYPERLINK("https://evil.example")',
      '＝1+1',
      '\u0000=1+1',
      '\t=1+1',
      '\u202eeeB nnA',
      `Z${'\u0301'.repeat(50)}alg${'\u0316'.repeat(50)}o`,
      '👩‍👩‍👧‍👦 Ann',
      '<script>alert(1)</script> Bee',
    ];
    for (const [at, name] of names.entries())
      await stage.sign({
        content: { level: 'name', name, email: `a${at}@example.org`, country: 'PL' },
      });
    await crowd('Poland');
    const { csv, lines, html, manifest } = await stage.deliver();
    expect(manifest.account).toMatchObject({ delivered: names.length + 10 });
    expect(lines).toHaveLength(names.length + 10);
    expect(csv.split('\r\n')).toHaveLength(names.length + 12);
    expect(csv).not.toMatch(/"[\s\p{C}]*[=＝][^"]/u);
    expect(html).not.toMatch(/<script/);
  });
});

const toBytes = (id: string) => Buffer.from(id, 'base64url');
const toText = (id: Buffer) => id.toString('base64url');

import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { destroyDue } from '../../functions/destroy.ts';
import { addUpTally, withdrawRows } from '../../functions/store.ts';
import { confirmLast } from '../../src/delivery/confirming.ts';
import { readKeyRing } from '../../src/delivery/key-ring.ts';
import { runPerson } from '../../src/delivery/person/command.ts';
import { askWhom } from '../../src/delivery/person/question.ts';
import { bringFrom } from '../../src/delivery/source.ts';
import { chainOf, drawCode, showCode } from '../../src/signature/code.ts';
import { now, openStage, type Stage } from './stage.ts';

let stage: Stage;
let folder: string;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  await stage.clear();
  folder = mkdtempSync(join(stage.folder, 'out-'));
});
afterAll(() => stage.close());

type Whom = { email?: string; name?: string; code?: string };

/** `npm run person -- words`, and what is typed at its questions. */
async function person(words: string, { email = '', name = '', code = '' }: Whom = {}) {
  const where = { ...stage.where, folder };
  const ring = await readKeyRing(where, stage.settings);
  const progress = () => ({ tell: () => undefined, end: () => undefined });
  const lent = { settings: stage.settings, now, progress };
  const stays = { ...stage.database, close: () => Promise.resolve() };
  const input = new PassThrough();
  input.end(`${email}\n${name}\n${code}\n`);
  const said = await runPerson([...words.split(' ').filter(Boolean), '--folder', folder], {
    ask: () => askWhom({ input, output: new PassThrough() }),
    open: () => bringFrom(stays, where, ring, lent),
    openDatabase: () => Promise.resolve(stays),
    now,
  });
  // What was typed stands on the terminal already, and nowhere else.
  expect(said).not.toMatch(/mailbox|Ann|Бойка|Польшча/);
  return said;
}

async function states(): Promise<unknown[]> {
  const found = await stage.db.prepare('SELECT state FROM signature ORDER BY state').all();
  return found.results.map(({ state }) => state);
}

const ann = {
  level: 'initials',
  name: 'Ann Bee',
  email: 'ann@mailbox.example',
  country: 'Польшча',
};
const withdraw = '--withdraw --reason lost-code';

describe('npm run person', () => {
  it('finds somebody by the address, however it is spelled, and changes nothing', async () => {
    await stage.sign({ content: ann });
    await stage.sign({ content: { ...ann, name: 'Cy Dee', email: 'cy@mailbox.example' } });
    const said = await person('', { email: 'ANN+x@Mailbox.example' });
    expect(said).toMatch(/^1 signature of 1 person:\n {2}2026-11-23 {2}be {2}turnstile {2}counted/);
    expect(await states()).toEqual(['counted', 'counted']);
  });

  it('finds somebody by the code, and all other signatures of the same person', async () => {
    const code = drawCode();
    const [mark, , idHash] = await chainOf(code);
    await stage.sign({ content: ann, signer: { mark, idHash } });
    await stage.sign({ content: { ...ann, level: 'count' }, state: 'repeat' });
    const said = await person('', { code: showCode(code).toLowerCase() });
    expect(said).toMatch(/^2 signatures of 1 person/);
  });

  it('withdraws only with --yes, as the withdrawal page does, and leaves no trace of it', async () => {
    await stage.sign({ content: ann });
    await stage.sign({ content: { ...ann, level: 'count' }, state: 'repeat' });
    await stage.sign({ content: { ...ann, name: 'Cy Dee', email: 'cy@mailbox.example' } });
    const planned = await person(withdraw, { email: ann.email });
    expect(planned).toMatch(/2 signatures would be withdrawn/);
    expect(await states()).toEqual(['counted', 'counted', 'repeat']);
    expect(await person(`${withdraw} --yes`, { email: ann.email })).toMatch(
      /2 signatures withdrawn/,
    );
    expect(await states()).toEqual(['counted', 'withdrawn', 'withdrawn']);
    const left = await stage.db.prepare("SELECT * FROM signature WHERE state = 'withdrawn'").all();
    for (const row of left.results)
      expect([row['sealed'], row['tag'], row['language'], row['lane']]).toEqual(
        Array(4).fill(null),
      );
    expect(await person('', { email: ann.email })).toMatch(/^Nobody was found/);
  });

  it('keeps the public number right', async () => {
    await stage.sign({ content: ann });
    await stage.sign({ content: { ...ann, email: 'cy@mailbox.example' } });
    expect(await addUpTally(stage.db, new Date('2026-11-23T12:00:00Z'))).toBe(2);
    await person(`${withdraw} --yes`, { email: ann.email });
    expect(await addUpTally(stage.db, new Date('2026-11-24T12:00:00Z'))).toBe(1);
  });

  it('never acts on a name alone: many share one', async () => {
    await stage.sign({ content: ann });
    expect(await person('', { name: 'ann  BEE' })).toContain('A name alone is nobody');
    await expect(person(`${withdraw} --yes`, { name: 'Ann Bee' })).rejects.toThrow(/name alone/);
    expect(await states()).toEqual(['counted']);
  });

  it('asks for the name where people share an address, or for all of them', async () => {
    for (let row = 0; row < 500; row++)
      await stage.sign({ content: { ...ann, level: 'count', name: `Ann ${row}` } });
    await stage.sign({ content: ann });
    const told = { email: ann.email };
    await expect(person(`${withdraw} --yes`, told)).rejects.toThrow(/501 people with different/);
    expect(await person(withdraw, { ...told, name: 'Ann Bee' })).toMatch(/^1 signature would/);
    const never = '--withdraw --reason never-signed --all-names --yes';
    expect(await person(never, told)).toMatch(/^501 signatures withdrawn/);
    expect(new Set(await states())).toEqual(new Set(['withdrawn']));
  });

  it('lets somebody be only counted from now on, and changes nothing else', async () => {
    const email = 'cy@mailbox.example';
    await stage.sign({ content: ann });
    await stage.sign({
      content: { ...ann, name: 'Cy Dee', email },
      state: 'held',
      lane: 'unchecked',
    });
    const lower = '--lower --reason other';
    const noon = new Date('2026-11-23T12:00:00Z');
    const number = await addUpTally(stage.db, noon);
    expect(await person(lower, { email: ann.email })).toMatch(/^1 signature would be only counted/);
    expect(await states()).toEqual(['counted', 'held']);
    for (const told of [ann.email, email])
      expect(await person(`${lower} --yes`, { email: told })).toMatch(/only counted from now on/);
    expect(await states()).toEqual(['counted', 'held']);
    expect(await addUpTally(stage.db, noon)).toBe(number);
    const { lines, manifest, setAside } = await stage.deliver();
    expect(lines).toEqual([{ number: 1, level: 'count' }]);
    expect(manifest.account).toMatchObject({ signatures: 2, delivered: 1, held: 1 });
    expect(Object.values(setAside).flat()).toEqual([]);
    expect(await person('', { email: ann.email })).toMatch(/counted {2}count\n/);
  });

  it('takes everybody at a mailbox off the news, and leaves their signatures as they are', async () => {
    await stage.sign({ content: { ...ann, news: 'on' } });
    await stage.sign({ content: { ...ann, news: 'on', name: 'Ben Bee' }, state: 'held' });
    await stage.sign({ content: { ...ann, name: 'Cy Dee' } });
    const noNews = '--no-news --reason unsubscribe';
    const told = { email: ann.email };
    expect(await person(noNews, told)).toMatch(/^2 signatures would be taken off the news/);
    expect(await states()).toEqual(['counted', 'counted', 'held']);
    expect(await person(`${noNews} --yes`, told)).toMatch(/^2 signatures taken off the news/);
    expect(await states()).toEqual(['counted', 'counted', 'held', 'held', 'repeat']);
    expect(await person(`${noNews} --yes`, told)).toMatch(/^None of these signatures asks/);
    const { lines, manifest } = await stage.deliver();
    expect(lines.map((one) => JSON.stringify(one))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/"A\. B\."/),
        expect.stringMatching(/"C\. D\."/),
      ]),
    );
    expect(manifest.account).toMatchObject({ signatures: 3, delivered: 2, held: 1 });
  });

  it('keeps a batch from being confirmed that shows more of somebody than they now want', async () => {
    await stage.sign({ content: ann });
    const { where, lent } = await stage.deliver();
    await person('--lower --reason other --yes', { email: ann.email });
    await expect(confirmLast(where, stage.database, lent)).rejects.toThrow(
      /do not hand this folder over/,
    );
    const { lines, where: again } = await stage.deliver();
    expect(lines).toEqual([{ number: 1, level: 'count' }]);
    expect(await confirmLast(again, stage.database, lent)).toMatchObject({ rows: 1 });
  });

  it('tells whoever types a code or a name where the address belongs', async () => {
    await stage.sign({ content: ann });
    await expect(person('', { email: drawCode() })).rejects.toThrow(/third question is for it/);
    await expect(person('', { email: 'ann' })).rejects.toThrow(/no e-mail address/);
  });

  it('never writes one person’s data in the place of another’s', async () => {
    const cy = { ...ann, name: 'Cy Dee', email: 'cy@mailbox.example' };
    await stage.sign({ content: ann });
    await stage.sign({ content: cy });
    for (const { email } of [ann, cy]) await person('--export --reason access --yes', { email });
    const read = (name: string) => readFileSync(join(folder, name, 'person.json'), 'utf8');
    expect(read('person-2026-11-23')).toContain(ann.email);
    expect(read('person-2026-11-23-2')).toContain(cy.email);
  });

  it('says that what was handed over cannot be called back', async () => {
    await stage.sign({ content: ann });
    const { where, lent } = await stage.deliver();
    await confirmLast(where, stage.database, lent);
    expect(await person(withdraw, { email: ann.email })).toContain(
      'by batch 1: what is with the target',
    );
  });

  it('says so when a code was withdrawn already, or is none', async () => {
    const code = drawCode();
    const [mark, , idHash] = await chainOf(code);
    await stage.sign({ content: ann, signer: { mark, idHash } });
    await withdrawRows(stage.db, idHash, '2026-11-23');
    expect(await person('', { code })).toContain('withdrawn already');
    await expect(person('', { code: `${code.slice(0, -1)}?` })).rejects.toThrow(
      /no withdrawal code/,
    );
    expect(await person('', { code: drawCode() })).toMatch(/^Nobody was found/);
  });

  it('finds nobody by a code of another campaign, and withdraws nothing', async () => {
    await stage.sign({ content: ann });
    const ofAnother = drawCode();
    expect(await person(withdraw, { code: ofAnother })).toMatch(/^Nobody was found/);
    expect(await person(withdraw, { code: ofAnother, email: ann.email })).toMatch(
      /^Nobody was found/,
    );
    expect(await states()).toEqual(['counted']);
  });

  it('says so when all that a code sealed is destroyed, and how it can still be withdrawn', async () => {
    const code = drawCode();
    const [mark, , idHash] = await chainOf(code);
    await stage.sign({ content: ann, signer: { mark, idHash } });
    const { where, lent } = await stage.deliver();
    await confirmLast(where, stage.database, lent);
    await destroyDue(stage.db, '2027-06-30', new Date('2026-12-23T00:00:00Z'));
    expect(await person(withdraw, { code })).toMatch(/is destroyed, as promised.*withdrawal page/);
    expect(await person(withdraw, { email: ann.email })).toMatch(/^Nobody was found/);
  });

  it('writes what is known of somebody, to read and as JSON, where only this user can read it', async () => {
    await stage.sign({ content: { ...ann, news: 'on' } });
    const words = '--export --reason access';
    expect(await person(words, { email: ann.email })).toContain('Nothing is changed yet');
    expect(readdirSync(folder).some((name) => name.startsWith('person'))).toBe(false);
    await person(`${words} --yes`, { email: ann.email });
    const made = join(folder, 'person-2026-11-23');
    expect(statSync(join(made, 'person.json')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(made, 'person.json'), 'utf8'))).toMatchObject([
      { name: 'Ann Bee', email: ann.email, country: 'Польшча', countryCode: 'PL', wantsNews: true },
    ]);
    expect(readFileSync(join(made, 'person.txt'), 'utf8')).toContain('name: Ann Bee\n');
  });

  it('keeps a journal without a word about whom', async () => {
    expect(await person('--journal')).toBe('No request was carried out yet.');
    await stage.sign({ content: ann });
    await person('--export --reason access --yes', { email: ann.email });
    await person('--withdraw --reason dead --yes', { email: ann.email });
    expect(await person('--journal')).toBe(
      '1  2026-11-23  export    access        1 signature\n2  2026-11-23  withdraw  dead          1 signature',
    );
    const rows = JSON.stringify((await stage.db.prepare('SELECT * FROM request').all()).results);
    expect(rows).not.toMatch(/ann|bee|mailbox/i);
  });

  it.each([
    ['--withdraw', /wants a reason/],
    ['--withdraw --reason because', /wants a reason/],
    ['--withdraw --export --reason access', /One thing at a time/],
    ['--yes', /not what to do/],
    ['--email ann@mailbox.example', /Unknown option/],
  ])('refuses %s', async (words, why) => {
    await expect(person(words, { email: ann.email })).rejects.toThrow(why);
  });

  it('asks on, where nothing was told', async () => {
    await expect(person('')).rejects.toThrow(/Nothing was told/);
  });
});

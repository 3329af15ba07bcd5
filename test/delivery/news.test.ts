import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { parse as parseCsv } from 'csv-parse/sync';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { destroyDue } from '../../functions/destroy.ts';
import { addUpTally, withdrawRows } from '../../functions/store.ts';
import { confirmLast } from '../../src/delivery/confirming.ts';
import { makeKeyPair, writeKeyFile } from '../../src/delivery/key-file.ts';
import { readKeyRing } from '../../src/delivery/key-ring.ts';
import { runNews } from '../../src/delivery/news/command.ts';
import { readLetters } from '../../src/delivery/news/letters.ts';
import { printNewsPlan } from '../../src/delivery/news/print.ts';
import { runPerson } from '../../src/delivery/person/command.ts';
import { askWhom } from '../../src/delivery/person/question.ts';
import { bringFrom } from '../../src/delivery/source.ts';
import { writeAgain } from '../../src/delivery/steps.ts';
import { showUnsubscribeCode, unsubscribeCodeOf } from '../../src/delivery/unsubscribe.ts';
import type { Settings } from '../../src/site/settings.ts';
import { addNews } from '../site/news.ts';
import { runCommand } from './command.ts';
import { changeSettings, now, openStage, readDelivery, type Stage, texts } from './stage.ts';

const slug = '2020-08-05-handed-over';
const day = '2026-11-23';
const sender = 'Solidarity Network';
let stage: Stage;
let folder: string;
/** Where a test has keys or settings of its own. */
let changed: { keyFolder?: string; settings?: Settings } = {};
beforeAll(async () => {
  stage = await openStage();
  await addNews(stage.content);
  changeSettings(stage.content, /name: Example.*/, `name: ${sender}`);
});
beforeEach(async () => {
  await stage.clear();
  changed = {};
  folder = mkdtempSync(join(stage.folder, 'out-'));
});
afterAll(() => stage.close());

async function lend() {
  const controller = { ...stage.settings.controller, name: sender };
  const { keyFolder = stage.keyFolder, settings = { ...stage.settings, controller } } = changed;
  const where = { ...stage.where, keyFolder, folder };
  const ring = await readKeyRing(where, settings);
  const progress = () => ({ tell: () => undefined, end: () => undefined });
  const lent = { settings, now, progress };
  const stays = { ...stage.database, close: () => Promise.resolve() };
  return { lent, stays, where, ring, open: () => bringFrom(stays, where, ring, lent) };
}

/** `npm run news -- words`, once the messages of before are sent and deleted. */
async function news(words = slug): Promise<string> {
  rmSync(join(folder, `news-${day}`), { recursive: true, force: true });
  const { lent, open } = await lend();
  const own = [...words.split(' '), '--folder', folder];
  const said = await runNews(own, { ...lent, content: stage.content, open });
  expect(said).not.toMatch(/mailbox\.example|Ann|Ганна/);
  return said;
}

/** `npm run person -- words`, and what is typed at its questions. */
async function person(words: string, { email = '', name = '', code = '' }): Promise<string> {
  const { stays, open } = await lend();
  const input = new PassThrough();
  input.end(`${email}\n${name}\n${code}\n`);
  const said = await runPerson([...words.split(' ').filter(Boolean), '--folder', folder], {
    ask: () => askWhom({ input, output: new PassThrough() }),
    openDatabase: () => Promise.resolve(stays),
    ...{ open, now },
  });
  expect(said).not.toMatch(/mailbox\.example|Ann/);
  return said;
}

/** Every message as a mail program reads it: another program than the one that wrote it. */
async function mails() {
  const made = join(folder, `news-${day}`);
  const names = readdirSync(made).sort();
  return Promise.all(
    names.map(async (name) => {
      const mail = await PostalMime.parse(readFileSync(join(made, name)));
      return { ...mail, text: mail.text?.replaceAll('\r\n', '\n') };
    }),
  );
}

const rowsSchema = z.array(z.record(z.string(), z.string()));
function rows(): Record<string, string>[] {
  const text = readFileSync(join(folder, `news-${day}`, 'news.csv'), 'utf8');
  return rowsSchema.parse(parseCsv(text, { columns: true }));
}

async function codeOf(email: string): Promise<string> {
  const { ring } = await lend();
  return showUnsubscribeCode(unsubscribeCodeOf(email, ring.secrets));
}

const ann = { level: 'count', name: 'Ann Bee', email: 'ann@mailbox.example', news: 'on' };
const quiet = { level: 'count', name: 'Ann Bee', email: 'quiet@mailbox.example' };
const noNews = '--no-news --reason unsubscribe';
const addresses = (found: Awaited<ReturnType<typeof mails>>) =>
  found.map(({ to }) => to?.[0]?.address).sort();

describe('npm run news', () => {
  it('shows how many there would be and an example of nobody, and writes nothing', async () => {
    await stage.sign({ content: ann });
    await stage.sign({ content: quiet });
    const said = await news();
    expect(said).toMatch(/messages that would be written +1\n {2}be +1\n/);
    expect(said).toMatch(/asked for no news +1\n/);
    expect(said).toContain('To: name@example.org\n  Subject: News\n');
    expect(said).toContain('Nothing was written. To write them: the same command with --yes');
    expect(readdirSync(folder).some((name) => name.startsWith('news'))).toBe(false);
  });

  it('writes to those alone who asked for news, in each of their signatures', async () => {
    await stage.sign({ content: ann });
    await stage.sign({ content: quiet });
    const twice = { ...ann, email: 'twice@mailbox.example' };
    await stage.sign({ content: twice });
    await stage.sign({ content: { ...quiet, email: twice.email }, state: 'repeat' });
    await stage.sign({ content: { ...ann, email: 'held@mailbox.example' }, state: 'held' });
    await stage.sign({ content: { level: 'count', news: 'on' } });
    const gone = await stage.sign({ content: { ...ann, email: 'gone@mailbox.example' } });
    await withdrawRows(stage.db, gone, day);
    const said = await news(`${slug} --yes`);
    expect(addresses(await mails())).toEqual(['ann@mailbox.example']);
    expect(said).toMatch(
      /written +1\n.*\nleft out\n.*no news +1\n.*not another time +1\n.*held.* 1\n.*no e-mail.* 1\n/s,
    );
  });

  it('leaves out whoever withdrew since the last time', async () => {
    const idHash = await stage.sign({ content: ann });
    await news(`${slug} --yes`);
    expect(await mails()).toHaveLength(1);
    await withdrawRows(stage.db, idHash, day);
    await news(`${slug} --yes`);
    expect(await mails()).toEqual([]);
  });

  it('never writes to mailboxes in dangerous countries, unless the campaigner insists', async () => {
    const dangerous = ['a@mailbox.by', 'a@mailbox.ru', 'a@yandex.com', 'a@пошта.бел'];
    for (const email of [...dangerous, ann.email]) await stage.sign({ content: { ...ann, email } });
    expect(await news(`${slug} --yes`)).toMatch(/dangerous countries +4\n/);
    expect(addresses(await mails())).toEqual([ann.email]);
    await news(`${slug} --dangerous --yes`);
    expect(await mails()).toHaveLength(5);
  });

  it('writes in the language that was signed in, and in the default one where that lacks the update', async () => {
    for (const language of ['be', 'lt'])
      await stage.sign({
        content: { ...ann, email: `${language}@mailbox.example` },
        text: texts.get(language) ?? '',
      });
    expect(await news()).toMatch(/be +1\n {2}lt, with the update in en +1\n/);
    await news(`${slug} --yes`);
    const [be, lt] = (await mails()).sort((one, other) =>
      (one.subject ?? '') < (other.subject ?? '') ? 1 : -1,
    );
    expect([be?.subject, lt?.subject]).toEqual(['Навіны', 'Naujienos']);
    expect(be?.text).toContain('Мы перадалі подпісы.');
    expect(be?.text).toContain(`https://petition.example/be/updates/${slug}/`);
    expect(lt?.text).toContain('We handed over all signatures & hope for an answer.');
    expect(lt?.text).toContain('atsiųskite šį kodą adresu contact@petition.example:');
    expect(lt?.text).toContain(`https://petition.example/lt/updates/${slug}/`);
    expect(lt?.text).toContain('The square (https://petition.example/photos/square.jpg)');
    expect(lt?.text).toContain('what protects you (https://petition.example/lt/safety/)');
  });

  it('says who writes, why, and how to get no more, and not that somebody signed', async () => {
    await stage.sign({ content: ann, text: texts.get('en') ?? '' });
    await news(`${slug} --yes`);
    const [mail] = await mails();
    const code = await codeOf(ann.email);
    expect(mail?.text?.split('\n')[0]).toBe(
      'Solidarity Network writes to this address because it was entered for news.',
    );
    expect(mail?.text).toContain(`send this code to contact@petition.example:\n${code}\n`);
    expect(mail?.text).toContain('Privacy: https://petition.example/en/privacy/');
    expect(mail?.text).not.toMatch(/you signed|your signature|Ann/i);
    expect(mail?.from).toEqual({
      name: 'Solidarity Network',
      address: 'contact@petition.example',
    });
    const header = (key: string) => mail?.headers.find((one) => one.key === key)?.value;
    expect(header('list-unsubscribe')).toBe(`<mailto:contact@petition.example?subject=${code}>`);
    expect(header('x-unsent')).toBe('1');
    expect([mail?.html, mail?.attachments, mail?.cc, mail?.bcc]).toEqual([
      undefined,
      [],
      undefined,
      undefined,
    ]);
  });

  it('has a subject in each language that tells nothing', async () => {
    for (const [language, text] of texts)
      await stage.sign({ content: { ...ann, email: `${language}@mailbox.example` }, text });
    await news(`${slug} --csv --yes`);
    expect(rows()).toHaveLength(12);
    for (const { language = '', subject = '', body = '' } of rows()) {
      const petition = readFileSync(join(stage.content, language, 'petition.md'), 'utf8');
      const [, title = ''] = /^title: (.*)$/m.exec(petition) ?? [];
      const country = new Intl.DisplayNames(language, { type: 'region' }).of('BY') ?? '';
      const stems = [...title.split(/[^\p{L}\p{M}]+/u), country].filter((word) => word.length > 3);
      expect(stems.length).toBeGreaterThan(2);
      // Nor does the first line, which a locked phone shows.
      for (const text of [subject, body.split('\n')[0] ?? ''])
        for (const stem of stems)
          expect(text.toLowerCase()).not.toContain(stem.slice(0, 5).toLowerCase());
      expect(subject).not.toMatch(/belar|bielor|biało|baltar|baltkr|белар|білор|белор|بيلا/i);
    }
  });

  it('names files by number, in a folder that only this user can read', async () => {
    for (const email of ['a@mailbox.example', 'b@mailbox.example'])
      await stage.sign({ content: { ...ann, email } });
    await news(`${slug} --yes`);
    const made = join(folder, `news-${day}`);
    expect(readdirSync(made).sort()).toEqual(['000001.eml', '000002.eml']);
    expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(statSync(join(made, '000001.eml')).mode & 0o777).toBe(0o600);
  });

  it('writes one CSV for a service, in which no name is a formula', async () => {
    await stage.sign({ content: { ...ann, name: '=Ann()' } });
    await stage.sign({ content: { ...ann, name: '＝Ann()', email: 'b@mailbox.example' } });
    await news(`${slug} --csv --yes`);
    const code = await codeOf(ann.email);
    const [one, other] = rows().sort((a, b) => (`${a['email']}` < `${b['email']}` ? -1 : 1));
    expect([one, other]).toMatchObject([
      {
        email: ann.email,
        name: "'=Ann()",
        language: 'be',
        subject: 'Навіны',
        code,
        unsubscribe: `mailto:contact@petition.example?subject=${code}`,
      },
      { name: "'＝Ann()" },
    ]);
    expect(one?.['body']).toContain(code);
    expect(statSync(join(folder, `news-${day}`, 'news.csv')).mode & 0o777).toBe(0o600);
  });

  it('warns of more files than a mail program can take', () => {
    const letters = readLetters(stage.content, stage.settings, slug);
    const leftOut = {
      ...{ neverAsked: 0, alsoSaidNo: 0, held: 0 },
      ...{ noAddress: 0, riskyAddress: 0, dangerousMailbox: 0 },
    };
    const planned = (number: number, form: 'eml' | 'csv') =>
      printNewsPlan(
        { slug, form, dangerous: false, yes: false, where: stage.where },
        { written: new Map([['be', number]]), leftOut, withoutText: 0 },
        letters,
        stage.settings,
      ).join('\n');
    expect(planned(5001, 'eml')).toContain('take --csv');
    expect(planned(5000, 'eml')).not.toContain('take --csv');
    expect(planned(5001, 'csv')).not.toContain('take --csv');
  });

  it('leaves nothing of a run that was broken off', async () => {
    await stage.sign({ content: ann });
    mkdirSync(join(folder, '.unfinished'));
    writeFileSync(join(folder, '.unfinished', '000009.eml'), 'half');
    const { lent, open } = await lend();
    const breaks = () => ({
      tell: () => {
        throw new Error('broken off');
      },
      end: () => undefined,
    });
    const words = [slug, '--yes', '--folder', folder];
    // The source's own steps tell their progress too.
    const broken = runNews(words, { ...lent, progress: breaks, content: stage.content, open });
    await expect(broken).rejects.toThrow('broken off');
    expect(existsSync(join(folder, '.unfinished'))).toBe(false);
    expect(existsSync(join(folder, `news-${day}`))).toBe(false);
  });

  it('writes nobody a second message while those of the day may not be sent yet', async () => {
    await stage.sign({ content: ann });
    await news(`${slug} --yes`);
    const { lent, open } = await lend();
    const words = [slug, '--csv', '--yes', '--folder', folder];
    const again = runNews(words, { ...lent, content: stage.content, open });
    await expect(again).rejects.toThrow(/would get another one. Nothing was written/);
    expect(await mails()).toHaveLength(1);
  });

  it('writes nothing in the name of the example campaign', async () => {
    await stage.sign({ content: ann });
    changed = { settings: stage.settings };
    await expect(news(`${slug} --yes`)).rejects.toThrow(/would be from “Example Campaign/);
  });

  it('runs as a campaigner runs it, and tells how far it is', { timeout: 180_000 }, async () => {
    await stage.sign({ content: { ...ann, name: 'Ганна' } });
    const own = ['--database', stage.state, '--key-folder', stage.keyFolder, '--folder', folder];
    const ended = await runCommand('src/delivery/news/cli.ts', [slug, '--yes', ...own], {
      UNDERSIGNED_CONTENT: stage.content,
    });
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.errors).toMatch(/^Writing: 1 of 1$/m);
    expect(ended.output).toMatch(/messages written +1\n/);
    expect(ended.output + ended.errors).not.toMatch(/mailbox\.example|Ганна/);
  });

  it.each([
    ['', /Name one update/],
    [`${slug} other`, /Name one update/],
    [`${slug} --eml --csv`, /different things/],
    ['no-such-update', /There are: 2020-08-05-handed-over, 2020-08-12-thank-you/],
    ['../en/petition', /No language has the update/],
    [`${slug} --to ann@mailbox.example`, /Unknown option/],
  ])('refuses "%s"', async (words, why) => {
    const { lent, open } = await lend();
    const own = words.split(' ').filter(Boolean);
    await expect(runNews(own, { ...lent, content: stage.content, open })).rejects.toThrow(why);
  });
});

describe('the code in a message', () => {
  it('stops the news, and changes nothing else', async () => {
    await stage.sign({ content: { ...ann, level: 'initials', country: 'PL' } });
    await stage.sign({ content: { ...ann, email: 'cy@mailbox.example' } });
    const noon = new Date('2026-11-23T12:00:00Z');
    const number = await addUpTally(stage.db, noon);
    await news(`${slug} --yes`);
    const mail = (await mails()).find(({ to }) => to?.[0]?.address === ann.email);
    const [code = ''] = /^\w{4}-\w{4}-\w{4}-\w{4}$/m.exec(mail?.text ?? '') ?? [];
    expect(await person('', { code })).toMatch(/^1 signature of 1 person:.*--no-news/s);
    expect(await person(noNews, { code })).toMatch(/^1 signature would be taken off the news/);
    expect(await news()).toMatch(/would be written +2\n/);
    expect(await person(`${noNews} --yes`, { code: code.toLowerCase() })).toMatch(
      /^1 signature taken off the news/,
    );
    await news(`${slug} --yes`);
    expect(addresses(await mails())).toEqual(['cy@mailbox.example']);
    expect(await addUpTally(stage.db, noon)).toBe(number);
    const { lines, setAside, manifest } = await stage.deliver();
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).toContain('A. B.');
    expect(manifest.account).toMatchObject({ signatures: 2, delivered: 2 });
    expect(Object.values(setAside).flat()).toEqual([]);
    expect(await person(`${noNews} --yes`, { code })).toContain('None of these signatures asks');
    expect(await person('--journal', {})).toBe(
      '1  2026-11-23  no-news   unsubscribe   1 signature',
    );
  });

  it('stops it for everybody at that mailbox, in each of their signatures', async () => {
    await stage.sign({ content: ann });
    await stage.sign({ content: { ...ann, email: 'ANN+x@Mailbox.example' }, state: 'repeat' });
    await stage.sign({ content: { ...ann, name: 'Ben Bee' } });
    const code = await codeOf(ann.email);
    expect(await person(`${noNews} --yes`, { code })).toMatch(/^3 signatures taken off/);
    expect(await news()).toMatch(/would be written +0\n/);
  });

  it('proves nothing else: it withdraws, lowers and exports nothing', async () => {
    await stage.sign({ content: ann });
    const code = await codeOf(ann.email);
    for (const words of [
      '--withdraw --reason other --yes',
      '--lower --reason other --yes',
      '--export --reason access --yes',
    ])
      await expect(person(words, { code })).rejects.toThrow(/proves nothing else/);
    expect(await news()).toMatch(/would be written +1\n/);
  });

  it('is told when a character of it is mistyped', async () => {
    await stage.sign({ content: ann });
    const code = await codeOf(ann.email);
    const other = code.startsWith('0') ? '1' : '0';
    await expect(person('', { code: other + code.slice(1) })).rejects.toThrow(/mistyped/);
    await expect(person('', { code: code.slice(0, -1) })).rejects.toThrow(/mistyped/);
  });

  it('of another campaign finds nobody', async () => {
    await stage.sign({ content: ann });
    const other = mkdtempSync(join(stage.folder, 'keys-'));
    writeKeyFile(other, await makeKeyPair(stage.settings.id));
    const ring = await readKeyRing({ ...stage.where, keyFolder: other }, stage.settings);
    const foreign = showUnsubscribeCode(unsubscribeCodeOf(ann.email, ring.secrets));
    expect(await person(noNews, { code: foreign })).toMatch(/^Nobody was found/);
  });

  it('still works once the campaign has a new key', async () => {
    await stage.sign({ content: ann });
    const code = await codeOf(ann.email);
    const key = await makeKeyPair(stage.settings.id);
    const keyFolder = mkdtempSync(join(stage.folder, 'keys-'));
    cpSync(stage.keyFolder, keyFolder, { recursive: true });
    writeKeyFile(keyFolder, key);
    const { publicKey } = key;
    changed = {
      keyFolder,
      settings: {
        ...stage.settings,
        keys: [
          { publicKey, status: 'current' },
          { publicKey: stage.key.publicKey, status: 'accepted' },
        ],
      },
    };
    expect(await codeOf(ann.email)).not.toBe(code);
    expect(await person(`${noNews} --yes`, { code })).toMatch(/^1 signature taken off/);
    expect(await news()).toMatch(/would be written +0\n/);
  });

  it('says nothing of the address, and is the same however that is spelled', async () => {
    const code = await codeOf(ann.email);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    expect(await codeOf('Ann+petition@MAILBOX.example')).toBe(code);
    expect(await codeOf('cy@mailbox.example')).not.toBe(code);
  });

  it('leaves a batch that was handed over as it was, and goes with it when it is destroyed', async () => {
    await stage.sign({ content: { ...ann, level: 'initials', country: 'PL' } });
    const { where, lent, folder: before } = await stage.deliver();
    await confirmLast(where, stage.database, lent);
    const { ring } = await lend();
    const code = await codeOf(ann.email);
    await person(`${noNews} --yes`, { code });
    expect(await news()).toMatch(/not another time +0\n/);
    expect(await news()).toMatch(/asked for no news +1\n/);
    const form = { content: 'src/content', pdfs: false };
    const again = await writeAgain(where, stage.database, ring, 1, form, lent);
    expect(again.hash).toBe(again.before);
    expect(readDelivery(again.folder).bytes).toEqual(readDelivery(before).bytes);
    await destroyDue(stage.db, '2027-06-30', new Date('2026-12-23T00:00:00Z'));
    const left = await stage.db.prepare('SELECT sealed FROM signature').all();
    expect(left.results).toEqual([{ sealed: null }, { sealed: null }]);
    expect(await person(noNews, { code })).toMatch(/^Nobody was found by that: they have/);
  });
});

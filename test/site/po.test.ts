import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readCampaign } from '../../src/site/campaign.ts';
import { readLanguages, readSettings } from '../../src/site/settings.ts';
import { readMessages } from '../../src/operation/messages.ts';
import { readPo, writePo } from '../../src/operation/po-file.ts';
import { type Import, planImport, writeImport } from '../../src/operation/po-import.ts';
import { edit, fillSlot, slotsIn } from '../../src/operation/slots.ts';

const languages = readLanguages('src/content');
let home = '';
let content = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'po-'));
  content = join(home, 'content');
  cpSync('src/content', content, { recursive: true });
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const read = (file: string) => readFileSync(join(content, file), 'utf8');
const change = (file: string, from: string | RegExp, to: string) => {
  writeFileSync(join(content, file), read(file).replace(from, to));
};
/** Every file of the content folder. */
const snapshot = () =>
  Object.fromEntries(
    readdirSync(content, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.\w+$/.test(file))
      .map((file) => [file, read(file)]),
  );

/** `npm run po -- …` over the copy. */
function po(...options: string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, UNDERSIGNED_CONTENT: content };
  const all = ['src/operation/po.ts', ...options];
  return new Promise((done) => {
    const child = execFile(process.execPath, all, { env }, (_, output, errors) =>
      done({ code: child.exitCode, output: output + errors }),
    );
  });
}

/** What `npm run po -- --export` writes, without starting it. */
function exported(language: string): Buffer {
  const messages = readMessages(content, language, readSettings(content));
  return Buffer.from(writePo(messages, { language, campaign: 'test', now: new Date() }));
}

/** What `npm run po -- --import … --yes` does, without starting it. */
function takeIn(file: Buffer): Import {
  const plan = planImport('test.po', readPo('test.po', file), content, readSettings(content));
  writeImport(content, plan);
  return plan;
}

/** Exports a language, changes the PO file as a translator would, and returns its path. */
async function translated(language: string, from: string | RegExp = '', to = ''): Promise<string> {
  const file = join(home, `${language}.po`);
  expect((await po('--export', language, '--out', file)).code).toBe(0);
  const before = readFileSync(file, 'utf8');
  const after = before.replace(from, to);
  if (from) expect(after).not.toBe(before);
  writeFileSync(file, after);
  return file;
}

const translation = (context: string) =>
  new RegExp(`(msgctxt "${context}"\nmsgid (?:".*"\n)+msgstr )(?:".*"\n)+`);

describe('a language as a PO file', () => {
  it('has every text, with the words for the translator above it', async () => {
    const text = readFileSync(await translated('be'), 'utf8');
    expect(text).toContain('"Language: be\\n"');
    expect(text).toMatch(
      /#\. MARKED FOR NATIVE SPEAKERS.*\nmsgctxt "words\.yaml warning\.title"\nmsgid "Careful"\nmsgstr "Асцярожна"/,
    );
    expect(text).toMatch(
      /msgctxt "words\.yaml progress\.signed\.many"\nmsgid "people have signed"/,
    );
    for (const context of ['petition.md demands.3', 'petition.md body.5', 'safety.md title'])
      expect(text).toContain(`msgctxt "${context}"`);
  });

  it.each(languages)('comes back as it went, to the last byte of each file: %s', (language) => {
    const before = snapshot();
    expect(takeIn(exported(language)).changes).toEqual([]);
    expect(snapshot()).toEqual(before);
  });

  it.each(languages.filter((language) => language !== 'en'))(
    'makes the same language anew where its folder was lost: %s',
    (language) => {
      const file = exported(language);
      const before = snapshot();
      rmSync(join(content, language), { recursive: true });
      takeIn(file);
      for (const name of ['privacy.md', 'safety.md', 'petition.md', 'translation.yaml'])
        expect(read(`${language}/${name}`)).toBe(before[`${language}/${name}`]);
      expect(parse(read(`${language}/words.yaml`))).toEqual(
        parse(before[`${language}/words.yaml`] ?? ''),
      );
    },
  );
});

describe('an import', () => {
  it.each([
    ['words.yaml warning.title', 'be/words.yaml', 'title: Асцярожна', 'title: Увага'],
    ['words.yaml told.old', 'be/words.yaml', /old: .*/, 'old: Увага'],
    ['words.yaml code.points.2', 'be/words.yaml', /- Разам з нашай.*/, '- Увага'],
    ['petition.md demands.1', 'be/petition.md', /- неадкладна.*/, '- Увага'],
    ['petition.md body.2', 'be/petition.md', /^9 жніўня.*/m, 'Увага'],
    ['safety.md title', 'be/safety.md', /title: .*/, 'title: Увага'],
  ])('changes exactly the text that was translated anew: %s', async (context, file, from, to) => {
    const po = await translated('be', translation(context), '$1"Увага"\n');
    const before = snapshot();
    await importYes(po);
    expect(snapshot()).toEqual({ ...before, [file]: before[file]?.replace(from, to) });
  });

  it('writes nothing until it is told --yes, and shows what would change', async () => {
    const file = await translated('be', translation('words.yaml warning.title'), '$1"Увага"\n');
    const before = snapshot();
    const { code, output } = await po('--import', file);
    expect(output).toContain('words.yaml warning.title\n  - Асцярожна\n  + Увага');
    expect(output).toContain('would change 1 text in be. Nothing was written: add --yes.');
    expect(code).toBe(0);
    expect(snapshot()).toEqual(before);
  });

  it('puts quotation marks around a text that YAML would misread', async () => {
    const file = await translated(
      'be',
      translation('words.yaml warning.title'),
      '$1"Увага: \'#1\'"\n',
    );
    await importYes(file);
    expect(parse(read('be/words.yaml'))).toMatchObject({ warning: { title: "Увага: '#1'" } });
  });

  it('keeps the line ends of Windows', async () => {
    for (const file of ['be/words.yaml', 'be/safety.md'])
      writeFileSync(join(content, file), read(file).replaceAll('\n', '\r\n'));
    const before = snapshot();
    await importYes(await translated('be', translation('safety.md body.3'), '$1"Увага"\n'));
    await importYes(await translated('be', translation('words.yaml warning.title'), '$1"Увага"\n'));
    expect(read('be/safety.md')).toBe(
      before['be/safety.md']?.replace(/\*\*Без JavaScript\*\*.*\r\n/, 'Увага\r\n'),
    );
    expect(read('be/words.yaml')).toBe(before['be/words.yaml']?.replace('Асцярожна', 'Увага'));
  });

  it('adds words that were missing where the source has them', async () => {
    change('be/words.yaml', /^ {2}(copy:|linkLabel).*\n/gm, '');
    change('be/words.yaml', /^updates:\n( .*\n)*\n/m, '');
    change('be/words.yaml', /^ {4}- Каб змяніць.*\n/m, '');
    change('be/words.yaml', /^ {4}many: .*\n/m, '');
    const file = await translated('be');
    for (const [context, text] of [
      ['share.copy', 'Капіяваць'],
      ['share.linkLabel', 'Толькі спасылка'],
      ['updates.title', 'Навіны'],
      ['progress.signed.many', 'чалавек падпісалі'],
      ['code.points.5', 'Каб змяніць выбар, адклічце подпіс і падпішыце зноў.'],
    ] as const)
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace(translation(`words.yaml ${context}`), `$1"${text}"\n`),
      );
    await importYes(file);
    const after = read('be/words.yaml');
    expect(after).toMatch(
      /copyLabel: .*\n {2}copy: Капіяваць\n {2}copied: .*\n {2}linkLabel: Толькі спасылка\n/,
    );
    expect(after).toMatch(/\n\nupdates:\n {2}title: Навіны\n\n# MARKED .*\nletter:/);
    expect(after).toMatch(/few: .*\n {4}many: чалавек падпісалі\n {4}other/);
    expect(after).toMatch(/падпішыце зноў\.\n\ncarry:/);
  });

  it('marks as doubtful what is older than the source, and ends that with the mark', async () => {
    change('en/safety.md', 'What protects', 'All that protects');
    const file = await translated('be');
    const text = readFileSync(file, 'utf8');
    expect(text.match(/^#, fuzzy$/gm)).toHaveLength(5);
    expect((await po('--import', file)).output).toContain('This changes nothing.');
    writeFileSync(file, text.replaceAll('#, fuzzy\n', ''));
    expect((await po('--import', file, '--yes')).output).toContain(
      'Up to date with the source: safety.md.',
    );
    expect((await po('--import', await translated('be'))).output).toContain('changes nothing');
    expect(readFileSync(file, 'utf8')).not.toContain('fuzzy');
  });

  it('carries news too', async () => {
    mkdirSync(join(content, 'en/updates'));
    const news = '---\ntitle: Handed over\ndate: 2020-08-05\n---\n\nToday.\n\nAll of it.\n';
    writeFileSync(join(content, 'en/updates/2020-08-05-over.md'), news);
    const name = 'updates/2020-08-05-over.md';
    const file = await translated('be', translation(`${name} title`), '$1"Перададзена"\n');
    expect((await po('--import', file)).output).toContain(`be/${name} is not written until all`);
    for (const path of ['body.1', 'body.2'])
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace(translation(`${name} ${path}`), '$1"Сёння."\n'),
      );
    await importYes(file);
    expect(read(`be/${name}`)).toBe(
      '---\ntitle: Перададзена\ndate: 2020-08-05\n---\n\nСёння.\n\nСёння.\n',
    );
  });

  it('makes the folder of a new language, as far as it is translated', async () => {
    const file = await translated('sr');
    const empty = readFileSync(file, 'utf8');
    expect(empty).toMatch(/msgctxt "words\.yaml progress\.signed\.few"\n.*\nmsgstr ""/);
    const whole = /((?:warning|form|language|petition)[^]*?\nmsgid )((?:".*"\n)+)msgstr ""\n/;
    const lines = empty
      .split(/(?=\n\n)/)
      .map((message) =>
        /msgctxt "(petition\.md|words\.yaml (language|warning|form))/.test(message)
          ? `${message}\n`.replace(whole, '$1$2msgstr $2').trimEnd()
          : message,
      );
    writeFileSync(file, `${lines.join('')}\n`);
    await importYes(file);
    expect(readdirSync(join(content, 'sr')).sort()).toEqual([
      'petition.md',
      'translation.yaml',
      'words.yaml',
    ]);
    expect(() => readCampaign(content, true)).toThrow(/sr:\n {2}privacy\.md/);
    change('sr/translation.yaml', /^from:/m, 'partly: true\nfrom:');
    expect(readCampaign(content, true).languages).toContain('sr');
    expect((await po('--import', await translated('sr'))).output).toContain('changes nothing');
  });
});

describe('a PO file that is not right is refused, and nothing is written:', () => {
  it.each<[string, string | RegExp, string, RegExp]>([
    ['of another language', 'Language: be', 'Language: ru', /language is ru, not be/],
    ['without a language', '"Language: be\\n"\n', '', /does not say its language/],
    [
      'that lost a name in braces',
      translation('words.yaml progress.goal'),
      '$1"Мэта"\n',
      /progress\.goal: it must keep \{goal\}, and has none/,
    ],
    [
      'with a name in braces that is another one',
      translation('words.yaml progress.goal'),
      '$1"Мэта {мэта} {gaol}"\n',
      /must keep \{goal\}, and has \{gaol\}/,
    ],
    [
      'that lost the address of a link',
      translation('privacy.md body.8'),
      '$1"Пішыце на {contact}, {authority}."\n',
      /privacy\.md body\.8: it must keep .*\]\(\.\.\/withdraw\/\)/,
    ],
    [
      'that brings a script along',
      translation('safety.md body.3'),
      '$1"Увага <script>alert(1)</script>"\n',
      /safety\.md body\.3: it must keep out .* has <\/script> <script>/,
    ],
    [
      'that brings a link along',
      translation('safety.md body.3'),
      '$1"Увага https://phishing.example"\n',
      /safety\.md body\.3: it must keep out/,
    ],
    [
      'that lost a message',
      /msgctxt "words\.yaml warning\.title"\n.*\n.*\n/,
      '',
      /warning\.title: this message is missing/,
    ],
    [
      'with a message that is not ours',
      'words.yaml warning.title',
      'words.yaml warning.headline',
      /warning\.headline: there is no such text/,
    ],
    [
      'with a text that was emptied',
      translation('words.yaml warning.title'),
      '$1""\n',
      /warning\.title: its translation was emptied/,
    ],
    [
      'that was made from another text',
      'msgid "Careful"',
      'msgid "Caution"',
      /warning\.title: the source has another text now/,
    ],
    [
      'with a text that is too long for an answer of the server',
      translation('words.yaml told.full'),
      `$1"${'Шмат '.repeat(30)}"\n`,
      /told\.full|told/,
    ],
    [
      'with a new line in a short text',
      translation('words.yaml warning.title'),
      '$1"Увага\\nУвага"\n',
      /warning\.title: it must stay in one piece/,
    ],
    ['with an open quotation mark', 'msgid "Careful"', 'msgid "Careful', /no PO file that can be/],
  ])('%s', async (_, from, to, reason) => {
    const file = await translated('be', from, to);
    await refused(file, reason);
  });

  it.each([
    ['that is something else', 'Dear translator, here is the text.\n', /no PO file/],
    ['that is empty', '', /no PO file/],
    [
      'of another project',
      'msgid ""\nmsgstr "Language: be\\n"\n\nmsgid "Hello"\nmsgstr "Вітаю"\n',
      /no message of this campaign/,
    ],
  ])('%s', async (_, text, reason) => {
    const file = join(home, 'be.po');
    writeFileSync(file, text);
    await refused(file, reason);
  });

  it('that is not there', async () => {
    await refused(join(home, 'be.po'), /be\.po/);
  });
});

describe('the places of texts', () => {
  it('hold what stood in them, in every file, byte for byte', () => {
    for (const [file, before] of Object.entries(snapshot()).filter(([name]) =>
      /^\w\w\/(petition|privacy|safety|words)/.test(name),
    )) {
      const slots = slotsIn(file, before);
      expect(slots.length).toBeGreaterThan(3);
      expect(
        edit(
          before,
          slots.map((slot) => fillSlot(file, before, slot, slot.text)),
        ),
      ).toBe(before);
    }
  });
});

async function importYes(file: string): Promise<void> {
  const { code, output } = await po('--import', file, '--yes');
  expect(output).toMatch(/Changed \d+ texts? in /);
  expect(code).toBe(0);
}

async function refused(file: string, reason: RegExp): Promise<void> {
  const before = snapshot();
  const { code, output } = await po('--import', file, '--yes');
  expect(output).toMatch(reason);
  expect(output).toContain('npm run po -- --help');
  expect(code).toBe(1);
  expect(snapshot()).toEqual(before);
}

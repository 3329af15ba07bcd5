import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkContent, formatMistakes } from '../../src/site/check/content.ts';
import { quiet } from '../../src/operation/run.ts';
import { applyMend } from '../../src/site/check/mistake.ts';

let content = '';
beforeEach(() => {
  content = mkdtempSync(join(tmpdir(), 'content-'));
  cpSync('src/content', content, { recursive: true });
});
afterEach(() => {
  rmSync(content, { recursive: true });
});

const read = (file: string) => readFileSync(join(content, file), 'utf8');
const write = (file: string, text: string | Buffer) => {
  mkdirSync(dirname(join(content, file)), { recursive: true });
  writeFileSync(join(content, file), text);
};
const change = (file: string, from: string | RegExp, to: string) => {
  const before = read(file);
  write(
    file,
    before.replace(from, () => to),
  );
  expect(read(file), 'the test changes something').not.toBe(before);
};
const found = () =>
  checkContent(content).map((one) => ({ ...one, file: one.file.slice(content.length + 1) }));

/**
 * What somebody did, in a file: a text and what came in its place; what stands on the line that is named
 * (nothing: the first line that was changed; above: the one above it), and words that say what is wrong.
 */
type Slip = [
  did: string,
  file: string,
  from: string | RegExp,
  to: string,
  at: string,
  words: string,
];

/** Mistakes whose corrected lines, pasted over the named ones, make everything well. */
const slips: Slip[] = [
  // Dates
  [
    'writes a day that does not exist',
    'be/petition.md',
    '2020-07-28',
    '30.02.2020',
    '',
    'There is no day 30.02.2020',
  ],
  [
    'writes a date with dots',
    'campaign.yaml',
    'closes: 2027-03-31',
    'closes: 31.03.2027',
    '',
    'not written as year-month-day',
  ],
  [
    'writes a date with slashes',
    'campaign.yaml',
    'deletedBy: 2027-06-30',
    'deletedBy: 30/06/2027',
    '',
    '30/06/2027',
  ],
  [
    'writes a thirteenth month',
    'campaign.yaml',
    'deletedBy: 2027-06-30',
    'deletedBy: 2027-13-07',
    '',
    'There is no day 2027-13-07',
  ],
  [
    'deletes signatures before the campaign closes',
    'campaign.yaml',
    'deletedBy: 2027-06-30',
    'deletedBy: 2027-01-31',
    '',
    'deletedBy: signatures are deleted after',
  ],
  // Names
  [
    'leaves out a word of the first language',
    'en/words.yaml',
    /^sign: .*\n/m,
    '',
    'runBy:',
    'sign is missing',
  ],
  [
    'swaps two letters of a name',
    'en/words.yaml',
    'sign: Sign',
    'sing: Sign',
    '',
    'sing is not known here; sign is',
  ],
  [
    'names a target language that has no words for a dossier',
    'campaign.yaml',
    'targetLanguage: be',
    'targetLanguage: lt',
    '',
    'targetLanguage is lt, and it has no petition or no words in dossier/',
  ],
  [
    'leaves out a word of the dossier',
    'dossier/be.yaml',
    /^manifest: .*\n/m,
    '',
    'above',
    'manifest is missing',
  ],
  [
    'loses a number in the dossier',
    'dossier/ru.yaml',
    'подписей под петицией',
    'подписей {numbr} под петицией',
    '',
    '{numbr} is not filled in',
  ],
  ['leaves out a word', 'be/words.yaml', /^sign: .*\n/m, '', 'above', 'sign is missing'],
  [
    'leaves out a group of words',
    'pl/words.yaml',
    /^updates:\n.*\n.*\n/m,
    '',
    "  withdraw: 'Aby",
    'updates is missing',
  ],
  [
    'leaves out a setting',
    'campaign.yaml',
    /^heldPerDay: .*\n/m,
    '',
    'turnstileSiteKey',
    'heldPerDay is missing',
  ],
  [
    'leaves out the title of a page',
    'de/safety.md',
    /^title: .*\n/m,
    '',
    'above',
    'title is missing',
  ],
  [
    'mistypes a name',
    'en/petition.md',
    'title:',
    'titel:',
    '',
    'titel is not known here; title is',
  ],
  [
    'mistypes the name of a group',
    'ru/words.yaml',
    /^warning:/m,
    'warming:',
    '',
    'warming is not known here; warning is',
  ],
  [
    'adds a name that nobody knows',
    'fr/words.yaml',
    /^sign: .*/m,
    'sign: Signer\nsubtitle: Vite',
    '',
    'subtitle is not known here',
  ],
  // Values
  ['leaves a word empty', 'lt/words.yaml', /^sign: .*/m, 'sign:', '', 'sign is empty'],
  [
    'empties a word in quotes',
    'lv/words.yaml',
    /^ {2}title: .*/m,
    "  title: ''",
    '',
    'warning.title is empty',
  ],
  [
    'writes a number where words belong',
    'it/words.yaml',
    /^sign: .*/m,
    'sign: 2020',
    '',
    'here belongs a text',
  ],
  [
    'writes one level without brackets',
    'campaign.yaml',
    'levels: [count, initials]',
    'levels: count, initials',
    '',
    'here belongs a list',
  ],
  [
    'writes one point without a hyphen',
    'en/words.yaml',
    /^ {2}points:\n( {4}- .*\n)+/m,
    '  points: With this code you can withdraw.\n',
    '',
    'here belongs a list',
  ],
  [
    'calls a level what it is not called',
    'campaign.yaml',
    'levels: [count, initials]',
    'levels: [count, initial]',
    '',
    'one of count, initials, name',
  ],
  [
    'separates thousands in a number',
    'campaign.yaml',
    'countFrom: 1000',
    'countFrom: 1,000',
    '',
    'here belongs a number',
  ],
  [
    'puts a number in quotes',
    'campaign.yaml',
    'heldPerDay: 2000',
    "heldPerDay: '2000'",
    '',
    'here belongs a number',
  ],
  ['lets goals go down', 'campaign.yaml', '[5000, 10000', '[10000, 5000', '', 'goals go up'],
  [
    'forgets the quotes around the colour',
    'campaign.yaml',
    "'#4527a0'",
    '#4527a0',
    '',
    'only a comment',
  ],
  [
    'takes a colour on which white cannot be read',
    'campaign.yaml',
    '#4527a0',
    '#ffcc00',
    '',
    'white letters cannot be read',
  ],
  [
    'writes the country code UK',
    'campaign.yaml',
    '[BY, RU]',
    '[BY, UK]',
    '',
    'no country has this code',
  ],
  [
    'writes country codes in small letters',
    'campaign.yaml',
    '[BY, PL',
    '[by, PL',
    '',
    'two capital letters',
  ],
  [
    'ends the address with a slash',
    'campaign.yaml',
    'https://petition.example',
    'https://petition.example/',
    '',
    'without a slash at the end',
  ],
  [
    'writes the address without https',
    'campaign.yaml',
    'https://petition.example',
    'petition.example',
    '',
    'an address like https://',
  ],
  [
    'writes an unprotected address',
    'campaign.yaml',
    'https://petition.example',
    'http://petition.example',
    '',
    'an address like https://',
  ],
  [
    'writes an e-mail address with a space',
    'campaign.yaml',
    'contact: contact@petition',
    'contact: contact @petition',
    '',
    'an e-mail address like',
  ],
  [
    'chooses a first language without a folder',
    'campaign.yaml',
    'defaultLanguage: en',
    'defaultLanguage: eng',
    '',
    'no folder of that name',
  ],
  [
    'spells a choice wrongly',
    'campaign.yaml',
    'sharePicture: title',
    'sharePicture: titles',
    '',
    'one of title, neutral',
  ],
  [
    'writes a lead of more than 40 words',
    'en/petition.md',
    'answerable.',
    'answerable, today, tomorrow and on every other day that comes, without any exception at all.',
    '',
    'at most 40 words',
  ],
  [
    'writes an answer that is too long',
    'en/words.yaml',
    /full: Too many.*\n {2}long/,
    `full: ${'Too many signatures wait. '.repeat(8)}\n  long`,
    '',
    'too long to travel',
  ],
  // YAML
  [
    'writes a colon and a space without quotes',
    'ru/petition.md',
    /^title: .*/m,
    'title: Беларусь: защитите протест',
    '',
    'must stand in quotes',
  ],
  [
    'writes a colon and a space in a demand',
    'en/petition.md',
    '- end the',
    '- now: end the',
    '',
    'here belongs a text',
  ],
  ['indents with a tab', 'de/words.yaml', '  title: ', '\ttitle: ', '', 'a tab'],
  [
    'forgets the closing quote',
    'en/words.yaml',
    "'Run by {controller}, {contact}.'",
    "'Run by {controller}, {contact}.",
    '',
    'The closing quote is missing',
  ],
  [
    'writes a quote inside quotes',
    'uk/words.yaml',
    /^sign: .*/m,
    "sign: 'Під'писати'",
    '',
    'A quote inside the quotes',
  ],
  [
    'begins a text with a name in braces, without quotes',
    'be/words.yaml',
    /^ {2}name: '(.*)'/m,
    '  name: {targetShort} атрымае маё імя',
    '',
    'begins with {',
  ],
  [
    'writes a name twice',
    'es/words.yaml',
    /^sign: .*/m,
    'sign: Firmar\nsign: Firmar',
    '',
    'sign stands here a second time',
  ],
  [
    'forgets the space behind a colon',
    'be/petition.md',
    'title: ',
    'title:',
    '',
    'A colon needs a space',
  ],
  ['forgets a colon', 'be/petition.md', 'target: ', 'target ', '', 'A colon is missing'],
  [
    'forgets a bracket',
    'campaign.yaml',
    '[BY, RU]',
    '[BY, RU',
    '',
    'A list in brackets is not closed',
  ],
  [
    'indents a line too far',
    'be/petition.md',
    'lead: ',
    '  lead: ',
    '',
    'not indented like the one above',
  ],
  [
    'forgets the line of hyphens in front',
    'pl/privacy.md',
    '---\n',
    '',
    '',
    'must begin with a line of three hyphens',
  ],
  [
    'forgets the line of hyphens behind the head',
    'pl/privacy.md',
    '\n---\n',
    '\n',
    'above',
    'a line of three hyphens is missing',
  ],
  [
    'has the hyphens turned into a dash',
    'pl/privacy.md',
    '---\n',
    '—\n',
    '',
    'must be three hyphens',
  ],
  // Translation
  [
    'leaves a demand untranslated',
    'uk/petition.md',
    /^ {2}- .*\n---/m,
    '---',
    'above',
    'number 3 is not translated',
  ],
  [
    'mistypes a name in braces',
    'be/words.yaml',
    'вядзе {controller}',
    'вядзе {controler}',
    '',
    '{controler} is not filled in',
  ],
  [
    'translates a name in braces',
    'be/words.yaml',
    'вядзе {controller}',
    'вядзе {арганізатар}',
    '',
    '{арганізатар} is not filled in',
  ],
  [
    'forgets to close a brace',
    'ru/words.yaml',
    '{controller}, {contact}',
    '{controller, {contact}',
    '',
    'is not filled in',
  ],
  [
    'loses a name in braces from the consent',
    'ru/words.yaml',
    'что {controller} использует',
    'что мы используем',
    '',
    'form.consent has lost {controller}',
  ],
  [
    'leaves out a plural form',
    'pl/words.yaml',
    /^ {4}few: .*\n/m,
    '',
    '    other:',
    'lacks few, the form for numbers such as 2, 3, 4',
  ],
  [
    'adds a plural form that the language lacks',
    'de/words.yaml',
    /^ {4}one: /m,
    '    few: Leute haben unterschrieben\n    one: ',
    '',
    'a form that de does not have',
  ],
  // Markdown
  [
    'writes HTML',
    'en/petition.md',
    'This must stop immediately.',
    '<b>This must stop</b> immediately.',
    '',
    '<b> is HTML',
  ],
  [
    'writes a link in HTML',
    'en/safety.md',
    'Use Tor',
    'Use <a href="https://www.torproject.org/">Tor</a>',
    '',
    'is HTML',
  ],
  [
    'writes a block of HTML',
    'en/petition.md',
    'This must stop immediately.',
    '<div class="big">\nThis must stop immediately.\n</div>\n',
    '',
    '<div class="big"> is HTML',
  ],
  [
    'puts in an image',
    'en/petition.md',
    'This must stop immediately.',
    '![The square](https://example.org/square.jpg)',
    '',
    'An image would load',
  ],
  [
    'links to an unprotected page',
    'en/petition.md',
    'Many videos',
    '[Many videos](http://example.org/)',
    '',
    'travels unprotected',
  ],
  [
    'links without https',
    'en/petition.md',
    'Many videos',
    '[Many videos](www.example.org)',
    '',
    'leads nowhere',
  ],
  [
    'links to a script',
    'en/petition.md',
    'Many videos',
    '[Many videos](javascript:alert(1))',
    '',
    'may do anything',
  ],
  [
    'writes a second title',
    'en/petition.md',
    'This must stop immediately.',
    '# This must stop\n\nimmediately.',
    '',
    'A heading with one #',
  ],
];

/** Pastes one mend after the other, as somebody would who begins at the top. */
function mendAll(): void {
  for (let round = 0; round < 20; round++) {
    const mistake = found().find((one) => one.mend);
    if (!mistake) return;
    write(mistake.file, applyMend(read(mistake.file), mistake));
  }
}

describe('the content', () => {
  it('has no mistake as it is', () => {
    expect(formatMistakes(found())).toBe('');
  });
});

describe('somebody who', () => {
  it.each(slips)(
    '%s learns where, and the lines to paste mend it',
    (_, file, from, to, at, words) => {
      const before = read(file).split('\n');
      change(file, from, to);
      const marker = at === 'above' ? '' : at;
      const first = read(file)
        .split('\n')
        .findIndex((text, index) => (marker ? text.includes(marker) : text !== before[index]));
      const told = formatMistakes(found());
      expect(told).toContain(`${file}:${at === 'above' ? first : first + 1}  `);
      expect(told).toContain(words);
      mendAll();
      expect(formatMistakes(found())).toBe('');
    },
  );

  it.each([
    ['ukrainian', 'Rename the folder to uk'],
    ['ua', 'Rename the folder to uk'],
    ['en_GB', 'Rename the folder to en-GB'],
    ['EO', 'Rename the folder to eo'],
    ['ger', 'Rename the folder to de'],
    ['zz', 'is not the tag of a language'],
  ])('calls a folder %s is told the name of the language', (name, words) => {
    renameSync(join(content, 'uk'), join(content, name));
    const told = formatMistakes(found());
    expect(told).toContain(`${name}/  ${name} is not the tag of a language`);
    expect(told).toContain(words);
  });

  it('leaves out a file is told which one to copy', () => {
    rmSync(join(content, 'be/safety.md'));
    const told = formatMistakes(found());
    expect(told).toContain('be/safety.md  This file is missing.');
    expect(told).toContain('en/safety.md there and translate it.');
  });

  it('gives a file another ending is told to rename it', () => {
    renameSync(join(content, 'be/words.yaml'), join(content, 'be/words.yml'));
    expect(formatMistakes(found())).toContain('Rename words.yml to words.yaml.');
  });

  it('calls an update otherwise than after its day is told its name', () => {
    write('en/updates/handed over.md', '---\ntitle: Handed over\ndate: 2020-08-05\n---\n\nYes.\n');
    const told = formatMistakes(found());
    expect(told).toContain('en/updates/handed over.md  The name of an update is its day');
    expect(told).toContain('Rename it to 2020-08-05-handed-over.md.');
  });

  it('leaves the day out of an update is told to add it', () => {
    write('en/updates/2020-08-05-handed-over.md', '---\ntitle: Handed over\n---\n\nYes.\n');
    const told = formatMistakes(found());
    expect(told).toContain('2020-08-05-handed-over.md:2  date is missing.');
    mendAll();
    expect(found()).toEqual([]);
  });

  it.each([
    ['Windows-1251', 'windows-1251', Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x0a])],
    ['UTF-16', 'utf-16', Buffer.from('\uFEFFlanguage: x', 'utf16le')],
  ])('saves a file as %s is told to save it as UTF-8', (name, _, bytes) => {
    write(
      'ru/words.yaml',
      Buffer.concat(name === 'UTF-16' ? [bytes] : [Buffer.from('a: b\n'), bytes]),
    );
    const told = formatMistakes(found());
    expect(told).toContain(
      `ru/words.yaml:${name === 'UTF-16' ? 1 : 2}  This file is not saved as UTF-8 but as ${name}`,
    );
  });

  it('works on Windows, where lines end with two characters and files begin with a mark, is left alone', () => {
    for (const file of ['campaign.yaml', 'be/petition.md', 'be/words.yaml', 'be/privacy.md'])
      write(file, `\uFEFF${read(file).replaceAll('\n', '\r\n')}`);
    expect(found()).toEqual([]);
  });

  it('changes a text after it was published is told to restore it', () => {
    const name = readdirSync(join(content, 'published')).find((one) => one.startsWith('be')) ?? '';
    change(`published/${name}`, /Беларусі/, 'Беларусь');
    expect(formatMistakes(found())).toContain(`published/${name}  This text was changed`);
  });

  it('makes several mistakes learns of all of them at once', () => {
    change('campaign.yaml', 'closes: 2027-03-31', 'closes: 31.03.2027');
    change('campaign.yaml', 'countFrom: 1000', 'countFrom: 1,000');
    change('be/words.yaml', /^sign: .*/m, "sign: 'Падпісаць");
    change('be/words.yaml', /^ {4}few: .*\n/m, '');
    change('be/words.yaml', '{contact}.', '{kontact}.');
    change('ru/petition.md', 'updated: 2020-07-28', 'updated: 28.07.2020');
    expect(found()).toHaveLength(6);
    mendAll();
    expect(found()).toEqual([]);
  });

  it('marks a language as partly translated may leave out words, but not the warning or the form', () => {
    change('lv/words.yaml', /^sign: .*\n/m, '');
    change('lv/words.yaml', /^ {2}consent: .*\n/m, '');
    rmSync(join(content, 'lv/safety.md'));
    expect(found()).toHaveLength(3);
    write('lv/translation.yaml', 'partly: true\n');
    expect(formatMistakes(found())).toContain('form.consent is missing');
    expect(found()).toHaveLength(1);
  });
});

describe('a mistake', () => {
  it.each([
    ['npm run build', ['astro', 'build', '--outDir', join(tmpdir(), 'never-built')]],
    ['npm run publish-texts', ['node', 'src/operation/publish-texts.ts']],
    ['npm run deploy', ['node', 'src/operation/deploy.ts']],
    ['npm start', ['node', 'src/operation/start.ts']],
  ])('stops %s with its words and nothing else', (_, [command = '', ...options]) => {
    change('be/petition.md', '2020-07-28', '30.02.2020');
    const environment = { ...process.env, ...quiet, UNDERSIGNED_CONTENT: content, PORT: '4987' };
    const { status, stdout, stderr } = spawnSync(command, options, {
      env: environment,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout + stderr).toBe(`${formatMistakes(checkContent(content))}\n`);
  });
});

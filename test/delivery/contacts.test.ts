import {
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createSecretKey, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type ContactsOrder,
  type ContactsWritten,
  writeContacts,
} from '../../src/delivery/contacts/write.ts';
import { DeliveryError, explain } from '../../src/delivery/errors.ts';
import { keyedHash, lock } from '../../src/delivery/lock.ts';
import { type Entered, showAll } from '../../src/delivery/obey.ts';
import { addsTo, createOpenedFile, type Opened } from '../../src/delivery/opened-file.ts';
import { readPublished } from '../../src/site/texts.ts';

const secrets = {
  shown: createSecretKey(randomBytes(32)),
  entered: createSecretKey(randomBytes(32)),
};
const published = readPublished('src/content');
const terms = { id: 'belarus-2020', dangerousCountries: ['BY', 'RU'] };
const languages = published.map(({ language }) => language).sort();

type Signs = Partial<Pick<Opened, 'lane' | 'state' | 'language' | 'textVersion' | 'day'>> &
  Partial<Pick<Entered, 'level' | 'name' | 'email' | 'news'>> & {
    /** Somebody of whom there is one, however many signatures; a new one unless told otherwise. */
    person?: string;
    country?: string;
  };

let opened: DatabaseSync;
let folder: string;
let serial = 0;

beforeEach(() => {
  opened = createOpenedFile(':memory:');
  folder = mkdtempSync(join(tmpdir(), 'undersigned-'));
});
afterEach(() => {
  opened.close();
  rmSync(folder, { recursive: true });
});

/** Signs, and asks for news unless told otherwise. */
function sign(signs: Signs = {}, into = opened): void {
  const number = ++serial;
  const {
    person = `person ${number}`,
    name = 'Ann Bee',
    email = `ann${number}@example.org`,
  } = signs;
  const { level = 'count', news = true, country = '', state = 'counted', language = 'be' } = signs;
  const { textVersion = versionOf(language), day = '2026-11-20', lane = 'stamp' } = signs;
  const entered: Entered = {
    ...{ level, name, email, news },
    country: { typed: country, ...(/^[A-Z]{2}$/.test(country) && { code: country }) },
  };
  addsTo(into).signature({
    ...{ lane, state, language, textVersion, day, batch: undefined, decision: undefined },
    sameTag: false,
    person: keyedHash(secrets.entered, person),
    idHash: keyedHash(secrets.entered, `${number}`),
    shown: lock(secrets.shown, showAll(entered)),
    entered: lock(secrets.entered, entered),
    marks: new Uint8Array(),
  });
}

function versionOf(language: string): string {
  return published.find((text) => text.language === language)?.version ?? '';
}

function write(changed: Partial<ContactsOrder> = {}): ContactsWritten {
  return writeContacts({ opened, secrets, terms, published, folder, dangerous: false, ...changed });
}

const rowsSchema = z.array(z.record(z.string(), z.string()));

/** The rows of a file, as an import reads them. */
function read(file: string): Record<string, string>[] {
  return rowsSchema.parse(parse(readFileSync(join(folder, file), 'utf8'), { columns: true }));
}

function writeAndRead(): {
  actionNetwork: Record<string, string>[];
  civicrm: Record<string, string>[];
} {
  write();
  return { actionNetwork: read('action-network.csv'), civicrm: read('civicrm.csv') };
}

function consentIn(language: string): string {
  return published.find((text) => text.language === language)?.consent ?? '';
}

describe('what a row says', () => {
  it('has the columns that Action Network knows by name, and the record of consent', () => {
    sign({ name: 'Ганна Бі', email: 'Hanna.B+news@Example.org', country: 'PL', day: '2026-11-21' });
    expect(writeAndRead().actionNetwork).toEqual([
      {
        email: 'Hanna.B+news@Example.org',
        first_name: 'Ганна Бі',
        country: 'PL',
        language: 'be',
        petition: 'belarus-2020',
        confirmation: 'unconfirmed',
        consent_date: '2026-11-21',
        consent_text_version: versionOf('be'),
        consent_words: consentIn('be'),
      },
    ]);
  });

  it('has the labels of CiviCRM’s fields, and the record of consent', () => {
    sign({ name: 'Ганна Бі', email: 'hanna@example.org', country: 'PL', day: '2026-11-21' });
    expect(writeAndRead().civicrm).toEqual([
      {
        Email: 'hanna@example.org',
        'First Name': 'Ганна Бі',
        Nickname: '',
        Country: 'PL',
        'Preferred Language': 'be_BY',
        'Contact Source': 'belarus-2020',
        Confirmation: 'unconfirmed',
        'Consent Date': '2026-11-21',
        'Consent Text Version': versionOf('be'),
        'Consent Words': consentIn('be'),
      },
    ]);
  });

  it('names each of our languages as CiviCRM’s own list does', () => {
    for (const language of languages) sign({ language, person: language });
    const codes = writeAndRead().civicrm.map((row) => row['Preferred Language']);
    expect(codes.sort()).toEqual(
      'ar_EG be_BY de_DE en_US es_ES fr_FR it_IT lt_LT lv_LV pl_PL ru_RU uk_UA'.split(' '),
    );
  });

  it('shows each signer the consent in the language that they signed in', () => {
    for (const language of languages) sign({ language });
    const { actionNetwork } = writeAndRead();
    for (const { language = '', consent_words } of actionNetwork)
      expect(consent_words).toBe(consentIn(language));
    expect(new Set(actionNetwork.map((row) => row['consent_words'])).size).toBe(12);
  });

  it('leaves the words empty and counts it where the archive lacks the text that was signed', () => {
    sign({ textVersion: 'be-0123456789ab' });
    expect(write()).toMatchObject({ written: 1, withoutWords: 1 });
    expect(read('civicrm.csv')[0]).toMatchObject({
      'Consent Text Version': 'be-0123456789ab',
      'Consent Words': '',
    });
  });

  it('has no name and no country where none was typed, and no country that is none', () => {
    sign({ name: '', country: 'Атлянтыда' });
    expect(writeAndRead().actionNetwork[0]).toMatchObject({ first_name: '', country: '' });
  });

  it('never tears a name apart, and puts one that CiviCRM’s first name cannot hold into the nickname', () => {
    const long = 'Пабла '.repeat(11).trim();
    sign({ name: long });
    const { actionNetwork, civicrm } = writeAndRead();
    expect(long.length).toBe(65);
    expect(actionNetwork[0]?.['first_name']).toBe(long);
    expect(civicrm[0]).toMatchObject({ 'First Name': '', Nickname: long });
  });

  it('has no column but that of the address which an import could take for the address', () => {
    write();
    for (const file of ['action-network.csv', 'civicrm.csv']) {
      const [header = ''] = readFileSync(join(folder, file), 'utf8').split('\r\n');
      expect(header.match(/e-?mail|address/gi)).toHaveLength(1);
      expect(header).toMatch(/^"email"/i);
    }
  });
});

describe('who is written down', () => {
  it('asks nothing of the level: somebody who is only counted may want news', () => {
    for (const level of ['count', 'initials', 'name'] as const) sign({ level });
    expect(write().written).toBe(3);
  });

  it('leaves out whoever never asked for news, and counts them', () => {
    sign({ news: false });
    sign();
    expect(write()).toMatchObject({ written: 1, leftOut: { neverAsked: 1 } });
  });

  it.each([
    ['first', ['2026-11-01', '2026-11-20']],
    ['last', ['2026-11-20', '2026-11-01']],
    ['on the same day', ['2026-11-20', '2026-11-20']],
  ])('leaves out a person who said yes once and no once, the no coming %s', (_, [no, yes]) => {
    sign({ person: 'Ann', news: false, ...(no && { day: no }) });
    sign({ person: 'Ann', news: true, ...(yes && { day: yes }) });
    expect(write()).toMatchObject({ written: 0, leftOut: { alsoSaidNo: 1, neverAsked: 0 } });
    expect(read('civicrm.csv')).toEqual([]);
  });

  it('takes a no from a held signature as well', () => {
    sign({ person: 'Ann' });
    sign({ person: 'Ann', news: false, state: 'held' });
    expect(write()).toMatchObject({ written: 0, leftOut: { alsoSaidNo: 1 } });
  });

  it('takes a sheet for no answer: it asks nobody for news', () => {
    sign({ person: 'Ann' });
    sign({ person: 'Ann', news: false, lane: 'paper' });
    sign({ person: 'Cy', news: false, lane: 'paper' });
    expect(write()).toMatchObject({ written: 1, leftOut: { alsoSaidNo: 0, neverAsked: 1 } });
  });

  it('writes a person once who asked in each of several signatures, as they last asked', () => {
    sign({ person: 'Ann', email: 'ann@example.org', day: '2026-11-02', language: 'pl' });
    sign({ person: 'Ann', email: 'Ann@example.org', day: '2026-11-09', language: 'be' });
    sign({
      person: 'Ann',
      email: 'ann@example.org',
      day: '2026-11-05',
      language: 'ru',
      state: 'repeat',
    });
    expect(writeAndRead().actionNetwork).toMatchObject([
      { email: 'Ann@example.org', consent_date: '2026-11-09', language: 'be' },
    ]);
  });

  it('leaves out held signatures until they are released', () => {
    sign({ state: 'held' });
    expect(write()).toMatchObject({ written: 0, leftOut: { held: 1 } });
  });

  it('goes by the counted signature of a person who has a held one too', () => {
    sign({ person: 'Ann', day: '2026-11-02' });
    sign({ person: 'Ann', day: '2026-11-09', state: 'held' });
    expect(writeAndRead().civicrm).toMatchObject([{ 'Consent Date': '2026-11-02' }]);
  });

  it('leaves out whoever asked and left no address', () => {
    sign({ email: '' });
    expect(write()).toMatchObject({ written: 0, leftOut: { noAddress: 1 } });
  });

  it.each([
    'hanna@example.by',
    'hanna@EXAMPLE.BY',
    'ivan@mail.ru',
    'ivan@a.b.su',
    'іван@пошта.бел',
    'иван@почта.рф',
    'ivan@xn--80a1acny.xn--p1ai',
    'ivan@yandex.com',
  ])('keeps %s out of the files unless the campaigner insists', (email) => {
    sign({ email });
    expect(write()).toMatchObject({ written: 0, leftOut: { dangerousMailbox: 1 } });
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    expect(write({ dangerous: true })).toMatchObject({
      written: 1,
      leftOut: { dangerousMailbox: 0 },
    });
    expect(read('civicrm.csv')[0]?.['Email']).toBe(email);
  });

  it.each(['hanna@baby.example', 'by@ru.example', 'hanna@example.ruby', 'ivan@notyandex.com'])(
    'takes %s, which only looks like one of them',
    (email) => {
      sign({ email });
      expect(write().written).toBe(1);
    },
  );

  it('goes by the settings, which name the dangerous countries', () => {
    sign({ email: 'hanna@example.by' });
    expect(write({ terms: { ...terms, dangerousCountries: ['IR'] } }).written).toBe(1);
  });

  it.each([
    '=cmd|’/c’!a@example.org',
    '+1@example.org',
    '-a@example.org',
    '＝1@example.org',
    '−1@example.org',
  ])(
    'leaves out %s: it could run in a spreadsheet, and with an apostrophe it would be another address',
    (email) => {
      sign({ email });
      expect(write()).toMatchObject({ written: 0, leftOut: { riskyAddress: 1 } });
    },
  );

  it('accounts for every person, whatever their signatures say', () => {
    const signature = fc.record({
      person: fc.constantFrom('Ann', 'Bea', 'Cem', 'Dan', 'Eva'),
      news: fc.boolean(),
      state: fc.constantFrom('counted', 'repeat', 'held'),
      email: fc.constantFrom('', 'a@example.org', '=a@example.org', 'a@example.by'),
    });
    fc.assert(
      fc.property(fc.array(signature), (signatures) => {
        const file = createOpenedFile(':memory:');
        for (const signs of signatures) sign(signs, file);
        const place = mkdtempSync(join(folder, 'place-'));
        const { written, leftOut } = write({ opened: file, folder: place });
        const left = Object.values(leftOut).reduce((sum, number) => sum + number, 0);
        expect(written + left).toBe(new Set(signatures.map(({ person }) => person)).size);
        const nos = new Set(signatures.filter(({ news }) => !news).map(({ person }) => person));
        expect(leftOut.neverAsked + leftOut.alsoSaidNo).toBe(nos.size);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the files', () => {
  it('have a header and nothing else when nobody asked for news', () => {
    expect(write()).toEqual({
      files: ['action-network.csv', 'civicrm.csv'],
      written: 0,
      withoutWords: 0,
      leftOut: {
        ...{ neverAsked: 0, alsoSaidNo: 0, held: 0 },
        ...{ noAddress: 0, riskyAddress: 0, dangerousMailbox: 0 },
      },
    });
    expect(readFileSync(join(folder, 'action-network.csv'), 'utf8')).toBe(
      '"email","first_name","country","language","petition","confirmation","consent_date","consent_text_version","consent_words"\r\n',
    );
  });

  it('can be read by this user alone', () => {
    write();
    const modes = readdirSync(folder).map((file) => statSync(join(folder, file)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });

  it('are written row by row: ten thousand contacts, each once', () => {
    opened.exec('BEGIN');
    for (let number = 0; number < 10_000; number++) sign({ email: `n${number}@example.org` });
    opened.exec('COMMIT');
    const { actionNetwork, civicrm } = writeAndRead();
    expect(new Set(actionNetwork.map(({ email }) => email)).size).toBe(10_000);
    expect(civicrm.map((row) => row['Email'])).toEqual(actionNetwork.map(({ email }) => email));
  });

  it('never let a name break out of its cell or begin a formula, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 70 }),
          fc.string({
            unit: fc.constantFrom(...Array.from('=+-@＝＋－＠−\t\r\n",;\'\0\u202e\u200b a')),
          }),
        ),
        (name) => {
          const file = createOpenedFile(':memory:');
          sign({ name, email: 'ann@example.org' }, file);
          rmSync(folder, { recursive: true });
          mkdirSync(folder);
          write({ opened: file });
          const [{ first_name = '' } = {}, ...more] = read('action-network.csv');
          const [civicrm = {}] = read('civicrm.csv');
          expect(more).toEqual([]);
          expect([name, `'${name}`]).toContain(first_name);
          expect([name, `'${name}`]).toContain(`${civicrm['First Name']}${civicrm['Nickname']}`);
          expect(civicrm['Email']).toBe('ann@example.org');
          for (const cell of Object.values(civicrm))
            expect(cell).not.toMatch(/^[\s\p{C}]*[=+\-@＝＋－＠]/u);
        },
      ),
    );
  });

  it('are never written over, and a file that is there stays as it is', () => {
    writeFileSync(join(folder, 'civicrm.csv'), 'mine');
    sign();
    expect(() => write()).toThrow(DeliveryError);
    expect(readdirSync(folder)).toEqual(['civicrm.csv']);
    expect(readFileSync(join(folder, 'civicrm.csv'), 'utf8')).toBe('mine');
  });

  it('are taken away again when the key does not fit, and the error holds nothing of a person', () => {
    sign({ name: 'Ann Bee', email: 'ann@example.org' });
    opened
      .prepare('UPDATE signature SET entered = ?')
      .run(lock(createSecretKey(randomBytes(32)), { name: 'Ann Bee' }));
    const said = messageOf(() => write());
    expect(said).not.toMatch(/Ann|example/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leave nothing where there is no folder, and the error says what to do', () => {
    const said = messageOf(() => write({ folder: join(folder, 'nowhere') }));
    expect(said).toMatch(/Could not write .*nowhere.*\n.*run this command again/);
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return explain(error);
  }
  return '';
}

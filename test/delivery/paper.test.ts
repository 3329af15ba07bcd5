import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeRow, addUpTally, withdrawRows } from '../../functions/store.ts';
import { findEarlier } from '../../functions/read.ts';
import { confirmLast } from '../../src/delivery/confirming.ts';
import type { Database } from '../../src/delivery/database.ts';
import { readKeyRing } from '../../src/delivery/key-ring.ts';
import { runPaper } from '../../src/delivery/paper/command.ts';
import { runPerson } from '../../src/delivery/person/command.ts';
import { askWhichLine, askWhom } from '../../src/delivery/person/question.ts';
import { bringFrom } from '../../src/delivery/source.ts';
import { readTexts, writeAgain } from '../../src/delivery/steps.ts';
import { ensureDevelopmentKey, readKeyFiles } from '../../src/delivery/key-file.ts';
import { rowSchema } from '../../src/signature/row.ts';
import { runReport } from '../../src/delivery/report/command.ts';
import type { Settings } from '../../src/site/settings.ts';
import { killCommand, runCommand } from './command.ts';
import { now, openStage, type Stage, terms, texts } from './stage.ts';

let stage: Stage;
let folder: string;
let settings: Settings;
beforeAll(async () => {
  stage = await openStage();
  const keys = [{ publicKey: stage.key.publicKey, status: 'current' as const }];
  settings = { ...stage.settings, ...terms, keys };
});
beforeEach(async () => {
  await stage.clear();
  for (const table of ['sheet', 'tallied', 'revoked'])
    await stage.db.prepare(`DELETE FROM ${table}`).run();
  folder = mkdtempSync(join(stage.folder, 'out-'));
});
afterAll(() => stage.close());

const silent = () => ({ tell: () => undefined, end: () => undefined });
const stays = (database: Database) => ({ ...database, close: () => Promise.resolve() });

type World = { database?: Database; settings?: Partial<Settings>; at?: string };

/** `npm run paper -- words`; a word in quotes may have spaces. */
async function paper(words: string, world: World = {}) {
  const split = (words.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  const said = await runPaper([...split, '--key-folder', stage.keyFolder], {
    openDatabase: () => Promise.resolve(stays(world.database ?? stage.database)),
    settings: { ...settings, ...world.settings },
    readTexts: () => readTexts(stage.content, settings),
    progress: silent,
    now: new Date(world.at ?? now),
  });
  expect(said).not.toMatch(/Ann|Bee|Бойка|mailbox/);
  return said;
}

/** A file with these lines, as a spreadsheet of the North writes it unless told otherwise. */
function csv(
  lines: readonly string[],
  { head = 'name,country,level', newline = '\n', bom = '' } = {},
) {
  const file = join(mkdtempSync(join(folder, 'typed-')), 'sheet.csv');
  writeFileSync(file, bom + [head, ...lines, ''].join(newline));
  return file;
}
const bring = (file: string, more = '') => paper(`--names ${file} --text be --yes ${more}`);

async function person(words: string, typed: readonly string[]) {
  const where = { ...stage.where, folder };
  const ring = await readKeyRing(where, settings);
  const lent = { settings, now, progress: silent };
  const input = new PassThrough();
  input.end(typed.map((line) => `${line}\n`).join(''));
  const terminal = { input, output: new PassThrough() };
  return runPerson([...words.split(' '), '--folder', folder], {
    ask: (onPaper) => (onPaper ? askWhichLine(terminal) : askWhom(terminal)),
    open: () => bringFrom(stays(stage.database), where, ring, lent),
    openDatabase: () => Promise.resolve(stays(stage.database)),
    now,
  });
}

async function rows() {
  const sql = 'SELECT lane, state, fresh, day, language, text_version, tag FROM signature';
  return (await stage.db.prepare(sql).all()).results;
}
const countRows = async () => (await rows()).length;
const refused = (said: Promise<string>) =>
  said.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );

const ann = 'Ann Bee,Польшча,initials';
const others = ['Cy Dee,LT,count', ',,count'];

describe('npm run paper -- --names', () => {
  it('shows numbers first, and stores nothing', async () => {
    const said = await paper(`--names ${csv([ann, ...others])} --text be --day 2026-11-20`);
    expect(said).toMatch(/^3 lines would come in, signed on 2026-11-20\. Nothing is stored yet/);
    expect(said).toMatch(/as count +2\n.*as initials +1\n/);
    expect(said).toMatch(/Poland \(PL\) +1\n/);
    expect(await countRows()).toBe(0);
  });

  it('seals each line on this machine and stores it as paper, like any other row', async () => {
    const said = await bring(csv([ann, ...others]), '--day 2026-11-20');
    expect(said).toMatch(/^3 lines came in as sheet 1/);
    expect(await rows()).toEqual(
      Array(3).fill({
        ...{ lane: 'paper', state: 'counted', fresh: 1, day: '2026-11-20', language: 'be' },
        ...{ text_version: texts.get('be'), tag: null },
      }),
    );
    const { lines, manifest, setAside } = await stage.deliver();
    expect(lines).toEqual([
      { number: 1, level: 'initials', name: 'A. B.', country: 'other', text_version: 'other' },
      { number: 2, level: 'count' },
      { number: 3, level: 'count' },
    ]);
    expect(manifest.account.byLane).toMatchObject({ paper: 3, turnstile: 0 });
    expect(Object.values(setAside).flat()).toEqual([]);
  });

  it('is counted by the public number, and no burst of arrivals', async () => {
    await bring(csv([ann, ...others]));
    expect(await addUpTally(stage.db, now)).toBe(3);
    expect((await stage.db.prepare('SELECT * FROM arrivals').all()).results).toEqual([]);
  });

  it('leaves nothing personal in the journal, nor on this machine', async () => {
    await bring(csv([ann, ...others]));
    const kept = JSON.stringify((await stage.db.prepare('SELECT * FROM sheet').all()).results);
    expect(kept).not.toMatch(/Ann|Bee|Пол/);
    expect(kept).toContain('"salt":null');
    expect(readdirSync(folder).filter((name) => !name.startsWith('typed-'))).toEqual([]);
    expect(await paper('--list')).toContain('sheet 1  2026-11-23  3 lines');
  });

  it('reads what spreadsheets write: a mark at the beginning, semicolons or tabs, any line ends', async () => {
    const european = csv(['"Bee; Ann";PL;count;', '', ';;;'], {
      ...{ head: 'Name;Country;LEVEL;email', newline: '\r\n', bom: '\ufeff' },
    });
    expect(await bring(european)).toMatch(/^1 line came in/);
    expect(await bring(csv(['Cy\tLT\tcount'], { head: 'name\tcountry\tlevel' }))).toMatch(
      /^1 line/,
    );
    const { manifest } = await stage.deliver();
    expect(manifest.delivered.byCountry).toEqual({ LT: 1, PL: 1 });
  });

  it('says by the number of a line what to mend, never what stands in it, and stores nothing', async () => {
    const file = csv([
      ann,
      '"=HYPERLINK(""x"")",PL,count',
      '+Ann,PL,count',
      '"\tAnn",PL,count',
      '@Ann,PL,count',
    ]);
    const said = await refused(bring(file));
    expect(said).toMatch(/line 3: name: it begins with =.*\n.*line 4.*\n.*line 5.*\n.*line 6/s);
    expect(said).not.toMatch(/Ann|HYPERLINK/);
    expect(await countRows()).toBe(0);
  });

  it.each([
    ['Ann Bee,Atlantis,count', /line 2: country: no country is known/],
    ['Ann Bee,PL,anonymous', /line 2: level: write count or initials/],
    ['Ann Bee,PL,', /line 2: level: write count/],
    [',PL,initials', /line 2: name: it is empty/],
    ['Ann Bee,,initials', /line 2: country: it is empty/],
    ['Ann Bee,PL,name', /line 2: email: a full name needs one/],
    ['12345,PL,count', /line 2: name: it has a sign/],
    ['www.ann.example,PL,count', /line 2: name: it looks like an address/],
    [`${'Ann '.repeat(30)},PL,count`, /line 2: name: it has more than 100/],
    ['Ann Bee,PL', /line 2: it has 2 cells/],
    ['Ann, Bee,PL,count', /line 2: it has 4 cells/],
    ['Ann "Bee,PL,count', /quotes around its cells/],
  ])('refuses %s', async (line, why) => {
    const said = await refused(bring(csv([line])));
    expect(said).toMatch(why);
    expect(said).not.toMatch(/Ann|Bee|Atlantis|12345/);
    expect(await countRows()).toBe(0);
  });

  it('refuses an empty file, one without its head, one in other letters and one that is not there', async () => {
    const [empty, bare] = [csv([], { head: '' }), csv([])];
    expect(await refused(bring(empty))).toMatch(/is empty/);
    expect(await refused(bring(bare))).toMatch(/a head and no lines/);
    expect(await refused(bring(csv([ann], { head: 'Ann,PL,count' })))).toMatch(/not the head/);
    expect(await refused(bring(csv([ann], { head: 'name,country' })))).toMatch(/not the head/);
    writeFileSync(empty, Buffer.from('name,country,level\n\xc0\xed\xed\xe0,PL,count\n', 'latin1'));
    expect(await refused(bring(empty))).toMatch(/not written as UTF-8/);
    expect(await refused(bring(join(folder, 'none.csv')))).toMatch(/cannot be read/);
  });

  it('wants to know which text was on the sheet', async () => {
    const file = csv([ann]);
    expect(await refused(paper(`--names ${file}`))).toMatch(/text: no text is named/);
    expect(await refused(paper(`--names ${file} --text xx`))).toMatch(/no such text/);
    const [version] = [texts.get('pl') ?? ''];
    const own = csv([`${ann},pl`, `${others[0] ?? ''},${version}`], {
      head: 'name,country,level,text',
    });
    await paper(`--names ${own} --yes`);
    expect((await rows()).map((row) => row['text_version'])).toEqual([version, version]);
    const older = {
      language: 'be',
      version: 'be-000000000000',
      deletedBy: '2027-06-30',
      consent: '',
      petition: '',
    };
    const several = runPaper(['--names', file, '--text', 'be'], {
      openDatabase: () => Promise.resolve(stays(stage.database)),
      readTexts: () => [...readTexts(stage.content, settings), older],
      ...{ settings, progress: silent, now },
    });
    expect(await refused(several)).toMatch(/several in this language/);
  });

  it('takes sheets signed before the close alone', async () => {
    const file = csv([ann]);
    expect(await refused(bring(file, '--day 2026-11-24'))).toMatch(/yet to come/);
    const late = { at: '2027-04-02T12:00:00Z' };
    expect(await refused(paper(`--names ${file} --text be`, late))).toMatch(/closed on 2027-03-31/);
    expect(await paper(`--names ${file} --text be --day 2027-03-31`, late)).toMatch(
      /^1 line would/,
    );
  });

  it('takes the same lines once, whoever saved the file, and says so of a file that has grown', async () => {
    await bring(csv([ann, ...others]));
    expect(await refused(bring(csv([ann, ...others])))).toMatch(/came in before, as sheet 1/);
    const again = csv(['ANN  Bee;poland;initials', 'Cy Dee;Lithuania;count', ';;count'], {
      ...{ head: 'name;country;level', newline: '\r\n' },
    });
    expect(await refused(bring(again))).toMatch(/came in before, as sheet 1/);
    expect(await refused(bring(csv([ann, ...others, 'Di Ei,PL,count'])))).toMatch(
      /^The first lines of this file \(3\) came in before/,
    );
    expect(await countRows()).toBe(3);
    expect(await bring(csv(['Di Ei,PL,count']))).toMatch(/sheet 2/);
  });

  it('keeps nothing of one or two lines by which somebody could guess them', async () => {
    const fingerprints = async () =>
      (await stage.db.prepare('SELECT fingerprint FROM sheet').all()).results;
    await bring(csv([ann]));
    const [one] = await fingerprints();
    await stage.db.exec('DELETE FROM sheet');
    await bring(csv([ann]));
    expect(await fingerprints()).not.toEqual([one]);
  });

  it('seals to no key that was revoked', async () => {
    await stage.db
      .prepare('INSERT INTO revoked VALUES (?, ?)')
      .bind(stage.key.id, '2026-11-22')
      .run();
    expect(await refused(bring(csv([ann])))).toMatch(/key was revoked/);
  });

  it('says where no key is', async () => {
    const bare = paper(`--names ${csv([ann])} --text be`, { settings: { keys: [] } });
    expect(await refused(bare)).toMatch(/no public key/);
  });

  it('warns where lines name a country in which this is dangerous', async () => {
    const said = await paper(`--names ${csv(['Ann Bee,BY,count'])} --text be`);
    expect(said).toMatch(/1 line of them name a country where this is dangerous \(BY, RU\)/);
  });
});

/** A database that breaks off at the n-th write, before it or after it is done. */
function breaking(at: number, done: boolean): Database {
  let writes = 0;
  return {
    ...stage.database,
    write: async (statements) => {
      writes += 1;
      if (writes === at && !done) throw new Error('Network connection lost');
      const answers = await stage.database.write(statements);
      if (writes === at) throw new Error('Network connection lost');
      return answers;
    },
  };
}

const many = (number: number) =>
  Array.from({ length: number }, (_, at) => `Ann ${'abcdefghij'[at % 10] ?? ''} Bee,PL,count`);
const countPeople = async () =>
  await stage.db.prepare('SELECT COUNT(DISTINCT id_hash) AS n FROM signature').first<number>('n');

describe('a sheet that is stopped half way', () => {
  it('is finished by the same command, and stores nobody twice', async () => {
    const file = csv(many(150));
    const words = `--names ${file} --text be --yes`;
    // 1 writes the sheet down, 2 to 4 store its lines, 5 ends it.
    for (const at of [1, 2, 3, 4, 5])
      for (const done of [false, true]) {
        await stage.db.prepare('DELETE FROM signature').run();
        await stage.db.prepare('DELETE FROM sheet').run();
        await expect(paper(words, { database: breaking(at, done) })).rejects.toThrow(/lost/);
        const left = await refused(paper(words));
        if (at === 5 && done) expect(left).toMatch(/came in before, as sheet 1/);
        else expect(left).toBe('nothing was refused');
        expect([await countRows(), await countPeople()]).toEqual([150, 150]);
      }
  });

  it('is stopped again and again, and finished in the end', async () => {
    const words = `--names ${csv(many(240))} --text be --yes`;
    await expect(paper(words, { database: breaking(3, true) })).rejects.toThrow(/lost/);
    for (const at of [1, 2, 3])
      await expect(paper(words, { database: breaking(at, true) })).rejects.toThrow(/lost/);
    expect(await paper(words.replace(' --yes', ''))).toContain('stopped half way before');
    await paper(words);
    expect([await countRows(), await countPeople()]).toEqual([240, 240]);
    expect((await stage.deliver()).manifest.account).toMatchObject({ delivered: 240, forged: 0 });
  });

  it('does not bring back who withdrew meanwhile', async () => {
    const words = `--names ${csv(many(100))} --text be --yes`;
    await expect(paper(words, { database: breaking(3, false) })).rejects.toThrow(/lost/);
    const id = await stage.db
      .prepare('SELECT hex(id_hash) AS id FROM signature')
      .first<string>('id');
    await withdrawRows(stage.db, Buffer.from(id ?? '', 'hex').toString('base64url'), '2026-11-23');
    await paper(words);
    const states = (await rows()).map(({ state }) => state);
    expect(states.filter((state) => state === 'withdrawn')).toHaveLength(1);
    expect(states).toHaveLength(100);
  });

  it('keeps every other sheet out until it is finished, or given up', async () => {
    const [file, other] = [csv(many(100)), csv([ann])];
    const words = `--names ${file} --text be --yes`;
    await expect(paper(words, { database: breaking(3, false) })).rejects.toThrow(/lost/);
    expect(await refused(bring(other))).toMatch(/Sheet 1 .*stopped half way/);
    expect(await refused(bring(csv(many(101))))).toMatch(/Sheet 1 .*stopped half way/);
    expect(await paper('--list')).toContain('not finished');
    expect(await paper('--give-up 1')).toContain('would be given up');
    expect(await paper('--give-up 1 --yes')).toContain('is given up');
    expect(await refused(paper('--give-up 1 --yes'))).toMatch(/is whole/);
    await bring(other);
    expect(await countRows()).toBe(61);
  });

  it('stops where the key is revoked meanwhile', async () => {
    const revoking: Database = {
      ...stage.database,
      write: async (statements) => {
        await stage.db
          .prepare("INSERT INTO revoked VALUES (?, '2026-11-23') ON CONFLICT DO NOTHING")
          .bind(stage.key.id)
          .run();
        return stage.database.write(statements);
      },
    };
    const said = refused(paper(`--names ${csv([ann])} --text be --yes`, { database: revoking }));
    expect(await said).toMatch(/did not take/);
    expect(await countRows()).toBe(0);
  });

  it('may have 10,000 lines, stored in small pieces', { timeout: 300_000 }, async () => {
    let largest = 0;
    const measuring: Database = {
      ...stage.database,
      write: (statements) => {
        largest = Math.max(largest, statements.join(';\n').length);
        return stage.database.write(statements);
      },
    };
    const file = csv(
      Array.from({ length: 10_000 }, (_, at) => `${'Ян '.repeat(30)}${at},Літва,initials`),
    );
    await paper(`--names ${file} --text be --yes`, { database: measuring });
    expect(await countPeople()).toBe(10_000);
    expect(largest).toBeLessThan(95_000);
  });
});

describe('the command itself', () => {
  const file = 'src/delivery/paper/cli.ts';
  const environment = () => ({ UNDERSIGNED_CONTENT: stage.content });
  const where = () => ['--database', stage.state, '--key-folder', join(stage.folder, 'own-keys')];

  it(
    'seals to the key of this machine, is killed half way, and finishes',
    { timeout: 180_000 },
    async () => {
      const keys = join(stage.folder, 'own-keys');
      await ensureDevelopmentKey(keys, settings.id);
      const words = ['--names', csv(many(3000)), '--text', 'be', ...where(), '--yes'];
      let stored = 0;
      const look = async () => {
        // Rarely, for it is the command that writes to the file.
        for (; stored === 0; await wait(250)) stored = Number(await countPeople().catch(() => 0));
      };
      const killed = killCommand(file, words, environment(), () => stored > 0);
      await look();
      expect(await killed).toBe(true);
      expect(await countRows()).toBeLessThan(3000);
      const { code, output, errors } = await runCommand(file, words, environment());
      expect(code).toBe(0);
      expect(errors).toContain('Sealing: 3,000 of 3,000');
      expect(output).toMatch(/^3,000 lines came in as sheet 1/);
      expect([await countRows(), await countPeople()]).toEqual([3000, 3000]);
      const [key] = await readKeyFiles(keys);
      const sealedTo = await stage.db.prepare('SELECT DISTINCT key_id FROM signature').all();
      expect(sealedTo.results).toEqual([{ key_id: key?.id }]);
    },
  );

  it('says what failed and what to do next, and ends with 1', async () => {
    const wrong = csv(['Ann Bee,Atlantis,count']);
    const said = await runCommand(
      file,
      ['--names', wrong, '--text', 'be', ...where()],
      environment(),
    );
    expect(said).toMatchObject({ code: 1, output: '' });
    expect(said.errors).toMatch(/line 2: country.*\nMend these lines in the file/);
    expect(said.errors).not.toMatch(/Ann|Atlantis/);
    expect((await runCommand(file, ['--help'])).output).toContain('npm run paper -- [what to do]');
  });
});

describe('somebody on paper', () => {
  const email = 'ann@mailbox.example';
  const withEmail = () => csv([`${ann},${email}`], { head: 'name,country,level,email' });

  it('who is online too is handed over once, where the address was typed', async () => {
    await bring(withEmail());
    await stage.sign({ content: { level: 'count', name: 'ann bee', email } });
    const { manifest, lines } = await stage.deliver();
    expect(manifest.account).toMatchObject({ signatures: 2, delivered: 1, doubles: 1 });
    expect(lines).toEqual([{ number: 1, level: 'count' }]);
  });

  it('who withdrew online comes in anew, for nothing tells that it is the same person', async () => {
    const id = await stage.sign({ content: { level: 'count', name: 'Ann Bee', email } });
    await withdrawRows(stage.db, id, '2026-11-23');
    await bring(withEmail());
    expect((await stage.deliver()).manifest.account).toMatchObject({ delivered: 1, withdrawn: 1 });
  });

  it('withdraws by name and country, or by name and day', async () => {
    await bring(csv([ann, 'Cy Dee,LT,count']), '--day 2026-11-20');
    const words = '--paper --withdraw --reason other';
    expect(await person('--paper', ['Ann Bee'])).toMatch(/A name alone is nobody/);
    await expect(person(`${words} --yes`, ['Ann Bee'])).rejects.toThrow(/name alone/);
    expect(await person(words, ['ann bee', '', '2026-11-20'])).toMatch(/^1 signature would/);
    expect(await person(words, ['ann bee', 'LT'])).toMatch(/^No line on paper/);
    expect(await person(words, ['ann bee', 'PL', '2026-11-21'])).toMatch(/^No line on paper/);
    expect(await person(`${words} --yes`, ['ann bee', 'Poland'])).toMatch(/1 signature withdrawn/);
    expect((await rows()).map(({ state }) => state).sort()).toEqual(['counted', 'withdrawn']);
  });

  it('may be only counted from now on', async () => {
    await bring(csv([ann]));
    expect(await person('--paper --lower --reason other --yes', ['Ann Bee', 'PL'])).toMatch(
      /1 sig/,
    );
    expect((await stage.deliver()).lines).toEqual([{ number: 1, level: 'count' }]);
  });

  it('never leads to what was signed on the page, nor to an export', async () => {
    await stage.sign({ content: { level: 'initials', name: 'Ann Bee', country: 'PL', email } });
    await bring(withEmail());
    const words = '--paper --withdraw --reason other --yes';
    expect(await person(words, ['Ann Bee', 'PL'])).toMatch(/^1 signature withdrawn/);
    expect(await person(words, ['Ann Bee', 'PL'])).toMatch(/^No line on paper/);
    await expect(person('--paper --export --reason access', ['Ann Bee', 'PL'])).rejects.toThrow(
      /exported to nobody/,
    );
    expect((await rows()).filter(({ state }) => state === 'counted')).toHaveLength(1);
  });

  it('is asked for more where lines are alike', async () => {
    await bring(csv([ann, ann]));
    const words = '--paper --withdraw --reason other';
    await expect(person(`${words} --yes`, ['Ann Bee', 'PL'])).rejects.toThrow(/2 lines on paper/);
    expect(await person(`${words} --all-names --yes`, ['Ann Bee', 'PL'])).toMatch(/^2 signatures/);
  });
});

describe('the Worker', () => {
  it('never stores as paper what is sent to it, not even beside a row from paper', async () => {
    await bring(csv([ann]));
    const id = await stage.db
      .prepare('SELECT hex(id_hash) AS id FROM signature')
      .first<string>('id');
    const idHash = Buffer.from(id ?? '', 'hex').toString('base64url');
    expect(await findEarlier(stage.db, idHash)).toBeUndefined();
    const row = {
      ...{
        idHash,
        withPass: false,
        digest: '____',
        day: '2026-11-23',
        language: 'be',
        held: false,
      },
      ...{ tag: null, sealed: 'AAAA', keyId: stage.key.id, textVersion: texts.get('be') ?? '' },
    };
    expect(rowSchema.safeParse({ ...row, lane: 'paper' }).success).toBe(false);
    await storeRow(stage.db, rowSchema.parse({ ...row, lane: 'stamp' }), 100);
    expect((await rows()).map(({ lane }) => lane).sort()).toEqual(['paper', 'stamp']);
    expect(await findEarlier(stage.db, idHash)).toEqual({ lane: 'stamp', held: false });
    expect((await stage.deliver()).lines).toMatchObject([{ level: 'initials' }]);
  });
});

describe('numbers that are no rows', () => {
  const head = { head: 'country,level,number' };
  const counts = (
    lines = ['PL,count,120', 'Літва;'.replace(';', ',count,30'), ',count,4', 'LV,initials,3'],
  ) => csv(lines, head);
  const partner = '--partner "Other Place" --number 1234 --day 2026-11-20';

  it('are shown first, and written down once', async () => {
    const file = counts();
    expect(await paper(`--counts ${file}`)).toMatch(
      /^These numbers would come in.*Nothing is changed/,
    );
    expect(await paper('--list')).toMatch(/^Nothing came in/);
    expect(await paper(`--counts ${file} --yes`)).toMatch(/came in as entry 1/);
    expect(await refused(paper(`--counts ${file} --yes`))).toMatch(/are in already, as entry 1/);
    const database = breaking(1, true);
    const other = `--counts ${counts(['PL,count,7'])} --yes`;
    await expect(paper(other, { database })).rejects.toThrow(/lost/);
    expect(await refused(paper(other))).toMatch(/are in already, as entry 2/);
    expect(await countRows()).toBe(0);
  });

  it('are checked by line', async () => {
    const said = await refused(
      paper(`--counts ${counts(['Atlantis,count,1', 'PL,all,1', 'PL,count,0', 'PL,count,=1'])}`),
    );
    expect(said).toMatch(/line 5: number: it begins with =/);
    const more = await refused(
      paper(`--counts ${counts(['Atlantis,count,1', 'PL,all,1', 'PL,count,0', 'PL,count,1.5'])}`),
    );
    expect(more).toMatch(
      /line 2: country.*\n.*line 3: level.*\n.*line 4: number.*\n.*line 5: number/,
    );
  });

  it('from paper are added to the total of the dossier, marked, with small numbers put together', async () => {
    await stage.sign();
    await paper(`--counts ${counts()} --yes`);
    const { manifest, html } = await stage.deliver();
    expect(manifest.account).toMatchObject({
      signatures: 1,
      delivered: 1,
      onPaper: { signatures: 157 },
    });
    expect(manifest.account.onPaper.byLevel).toEqual({ count: 154, initials: 3, name: 0 });
    const text = sectionOf(html, 'en-totals');
    expect(text).toMatch(
      /In this dossier 1 .*On paper, counted by hand 157 All, with those counted by hand 158/,
    );
    const own = sectionOf(html, 'en-paper');
    expect(own).toMatch(
      /Poland 120 Other countries, with few signatures each, or not named 37 All 157/,
    );
    expect(own).not.toMatch(/Latvia/);
    expect(sectionOf(html, 'en-letter')).toContain('157 more signed on paper');
    expect(sectionOf(html, 'be-letter')).toContain('На паперы петыцыю падпісалі яшчэ 157 чалавек');
  });

  it('of other platforms stand apart with their day and address, and are added to nothing', async () => {
    await stage.sign();
    await paper(`${partner} --address https://example.org/b?a=1&c --yes`);
    const { manifest, html } = await stage.deliver();
    expect(manifest.account).toMatchObject({
      signatures: 1,
      delivered: 1,
      onPaper: { signatures: 0 },
    });
    const own = sectionOf(html, 'en-partners');
    expect(own).toMatch(
      /not part of our numbers.*Other Place https:\/\/example.org\/b\?a=1&amp;c .*2026 1,234/,
    );
    expect(html.replace(/<section id="(en|be)-partners".*?<\/section>/gs, '')).not.toMatch(
      /1,234|1\s234/,
    );
    expect(sectionOf(html, 'en-totals')).not.toContain('paper');
  });

  it('of a platform: the newer takes the place of the older, and back', async () => {
    await stage.sign();
    await paper(`${partner} --yes`);
    const newer = '--partner "other  place" --number 2000 --day 2026-11-22';
    expect(await paper(newer)).toMatch(/takes the place of 1,234 on 2026-11-20 \(entry 1\)/);
    await paper(`${newer} --yes`);
    await paper('--partner "A Third" --number 5 --day 2026-11-22 --yes');
    const told = async () =>
      (await stage.deliver()).manifest.account.partners.map(
        ({ name, number }) => `${name} ${number}`,
      );
    expect(await told()).toEqual(['A Third 5', 'other  place 2000']);
    expect(await paper('--undo 2')).toMatch(/would be taken back/);
    await paper('--undo 2 --yes');
    expect(await told()).toEqual(['A Third 5', 'Other Place 1234']);
    expect(await refused(paper('--undo 2 --yes'))).toMatch(/taken back on 2026-11-23 already/);
    expect(await refused(paper('--undo 9'))).toMatch(/no entry 9/);
    expect(await paper('--list')).toMatch(/entry 2 .* other {2}place {2}taken back on 2026-11-23/);
  });

  it('stay in a batch as they were, when it is written again', async () => {
    await stage.sign({ content: { level: 'count' } });
    await paper(`--counts ${counts()} --yes`);
    await paper(`${partner} --yes`);
    const { where, lent, ring, bytes, hash } = await stage.deliver();
    await confirmLast(where, stage.database, lent);
    await paper(`--counts ${counts(['PL,count,7'])} --yes`);
    await paper('--undo 1 --yes');
    await paper('--undo 2 --yes');
    const form = { content: 'src/content', pdfs: false };
    const again = await writeAgain(where, stage.database, ring, 1, form, lent);
    expect([again.hash, again.before]).toEqual([hash, hash]);
    const dossier = join(again.folder, 'dossier');
    const read = (name: string) => readFileSync(join(dossier, name));
    expect(Buffer.concat(readdirSync(dossier).map(read)).equals(bytes)).toBe(true);
  });

  it('stand in the report, apart', async () => {
    await stage.sign();
    await bring(csv([ann]));
    await paper(`--counts ${counts()} --yes`);
    await paper('--partner "<b>Other</b> Place" --number 1234 --day 2026-11-20 --yes');
    const where = { ...stage.where, folder };
    const ring = await readKeyRing(where, settings);
    const lent = { settings, now, progress: silent };
    const out = join(folder, 'report.html');
    await runReport(['--out', out], () => bringFrom(stays(stage.database), where, ring, lent));
    const html = readFileSync(out, 'utf8');
    expect(html).toMatch(/On paper, counted by hand: 157/);
    expect(html).toMatch(/paper<\/th><td class="number">1</);
    expect(html).not.toContain('<b>Other');
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['--partner "" --number 1 --day 2026-11-20', /wants the name of a platform/],
    ['--partner X --number 1', /wants the day/],
    ['--partner X --number 1.5 --day 2026-11-20', /number in digits/],
    ['--partner X --number 1 --day 2026-11-24', /yet to come/],
    ['--partner X --number 1 --day 20.11.2026', /wants a day/],
    ['--partner X --number 1 --day 2026-11-20 --address http://example.org', /wants an address/],
    ['--partner 漢字 --number 1 --day 2026-11-20', /no font for these letters/],
    ['--counts a.csv --names b.csv', /Name one thing to do/],
    ['--list --yes', /--yes says nothing about --list/],
    ['--counts a.csv --text be', /--text says nothing about --counts/],
    ['', /Name one thing to do/],
    ['--email x', /Unknown option/],
  ])('refuse %s', async (words, why) => {
    expect(await refused(paper(words))).toMatch(why);
  });
});

/** A section of a dossier as a person reads it. */
function sectionOf(html: string, id: string): string {
  const [, found = ''] = new RegExp(`<section id="${id}"(.*?)</section>`, 's').exec(html) ?? [];
  return found.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addUpTally, storeRow, withdrawRows } from '../../functions/store.ts';
import { makeKeyPair, writeKeyFile } from '../../src/delivery/key-file.ts';
import type { KeyFile } from '../../src/delivery/key-schema.ts';
import { destroyRows, revokeKey } from '../../src/delivery/revoke/act.ts';
import { type Lent, runRevoke } from '../../src/delivery/revoke/command.ts';
import { withRevoked } from '../../src/delivery/revoke/settings-file.ts';
import { countSome, destroySome, start } from '../../src/delivery/revoke/sql.ts';
import { survey } from '../../src/delivery/revoke/survey.ts';
import { readTerms } from '../../src/delivery/terms.ts';
import { toBase64url } from '../../src/signature/bytes.ts';
import { startCloudflare } from './cloudflare.ts';
import { killCommand, runCommand } from './command.ts';
import { campaign, changeSettings, newSigner, openStage, type Stage } from './stage.ts';

let stage: Stage;
let stolen: string;
let other: KeyFile;
let folder: string;
let typed: string[];
let shown: string;
beforeAll(async () => {
  stage = await openStage();
  stolen = stage.key.id;
  other = await makeKeyPair(campaign);
});
beforeEach(async () => {
  await stage.clear();
  await stage.db.exec('DELETE FROM revoked');
  folder = mkdtempSync(join(stage.folder, 'out-'));
  list('current');
  typed = [];
  shown = '';
});
afterAll(() => stage.close());

const settingsFile = () => join(stage.content, 'campaign.yaml');
const settingsText = () => readFileSync(settingsFile(), 'utf8');

/** Lists both keys in campaign.yaml, between comments. */
function list(status: string): void {
  const keys = [
    `keys: # of the campaign`,
    `  - { publicKey: ${other.publicKey}, status: accepted } # older`,
    `  - publicKey:   ${stage.key.publicKey}`,
    `    status: '${status}'   # drawn in Vilnius`,
    '# the end',
  ];
  changeSettings(stage.content, /^keys:[^]*/m, `${keys.join('\n')}\n`);
}

/** `npm run revoke -- words`; somebody types what is wanted when asked. */
async function revoke(words = '', types = '', changed: Partial<Lent> = {}): Promise<string> {
  const progress = () => ({ tell: () => undefined, end: () => undefined });
  const lent: Lent = {
    settings: readTerms(stage.content),
    content: stage.content,
    now: new Date('2026-11-23T12:34:56Z'),
    progress,
    openDatabase: () =>
      Promise.resolve({ ...stage.database, close: () => Promise.resolve(undefined) }),
    ask: (prompt) => {
      typed.push(prompt);
      return Promise.resolve(types);
    },
    say: (lines) => {
      shown += lines;
    },
    ...changed,
  };
  const own = ['--folder', folder];
  return runRevoke([...words.split(' ').filter(Boolean), ...own], lent);
}

const rows = async () =>
  (await stage.db.prepare('SELECT * FROM signature ORDER BY id_hash, digest').all()).results;
const read = async (sql: string) => (await stage.db.prepare(sql).all()).results;
const sealedTo = async (key: string) =>
  (await rows()).filter((row) => row['sealed'] !== null && row['key_id'] === key).length;

describe('npm run revoke', () => {
  it('lists the keys, what campaign.yaml and the database say of them, and what is sealed to each', async () => {
    for (const state of ['counted', 'counted', 'held', 'repeat'] as const)
      await stage.sign({ state });
    await stage.sign({ sealedFor: { key: other } });
    await stage.sign({ state: 'withdrawn', wasSigned: true });
    const said = await revoke();
    expect(said).toContain(`Key ${stolen}: current in campaign.yaml, not revoked`);
    expect(said).toContain('4 rows sealed to it (1 held, 1 repeat, 2 counted); 4 not handed over');
    expect(said).toContain(`Key ${other.id}: accepted in campaign.yaml`);
    expect(said).toContain('1 row sealed to it (1 counted)');
    expect(said).toMatch(/npm run revoke -- KEYID/);
  });

  it('shows what it would do, and changes nothing', async () => {
    for (let row = 0; row < 3; row++) await stage.sign();
    await stage.db.exec(
      "INSERT INTO batch VALUES (1, '2026-11-23', 'k', 'm', 1, '{}', '2026-11-23', NULL)",
    );
    await stage.db.exec(
      'UPDATE signature SET batch = 1 WHERE id_hash = (SELECT MIN(id_hash) FROM signature)',
    );
    const before = [await rows(), settingsText()];
    writeFileSync(join(folder, 'rows.sqlite'), '');
    mkdirSync(join(folder, 'batch-001'));
    const said = await revoke(stolen);
    expect(said).toContain('A rehearsal: nothing is changed.');
    expect(said).toContain('batch 1; 2 not handed over yet');
    expect(said).toMatch(/destroyed for good in 3 rows\. They stay counted/);
    expect(said).toMatch(/NEVER HANDED OVER: 2 of them/);
    expect(said).toContain('“This copy of the page is too old, and nothing was stored.');
    expect(said).toMatch(/courier’s text/);
    expect(said).toContain(`rm -r ${join(folder, 'rows.sqlite')}`);
    expect(said).toMatch(/batch-001: a batch, in the open/);
    expect(said).toMatch(/Whoever has the key and an old copy of the rows can read those/);
    expect(said).toContain(`npm run revoke -- ${stolen} --folder ${folder} --yes`);
    expect([await rows(), settingsText()]).toEqual(before);
    expect(await read('SELECT * FROM revoked')).toEqual([]);
    expect(typed).toEqual([]);
  });

  it('says until which day Cloudflare still holds what is destroyed, and where rows may wait', async () => {
    const said = await revoke(`${stolen} --remote`);
    expect(said).toMatch(/until 2026-12-23 \(paid plan\)\n +or 2026-11-30 \(free plan\)/);
    expect(said).toContain('npx wrangler queues purge undersigned-dead');
  });

  it.each(['', 'yes', 'AAAAAAAAAAA'])('changes nothing when “%s” is typed', async (word) => {
    await stage.sign();
    const before = [await rows(), settingsText()];
    await expect(revoke(`${stolen} --yes`, word)).rejects.toThrow(/Nothing was changed/);
    expect(shown).toContain('NEVER HANDED OVER: 1 of them');
    expect([await rows(), settingsText()]).toEqual(before);
    expect(await read('SELECT * FROM revoked')).toEqual([]);
  });

  it('destroys what people entered, and leaves what is sealed to another key', async () => {
    for (let row = 0; row < 3; row++) await stage.sign({ state: row === 2 ? 'held' : 'counted' });
    await stage.sign({ sealedFor: { key: other } });
    const said = await revoke(`${stolen} --yes`, stolen);
    expect(said).toMatch(/^The key \S+ is revoked/);
    expect(said).toContain('3 rows destroyed. The public number stays');
    expect([await sealedTo(stolen), await sealedTo(other.id)]).toEqual([0, 1]);
    for (const row of (await rows()).filter((one) => one['sealed'] === null))
      expect(row).toMatchObject({ key_id: null, language: null, lane: null, day: '' });
    const journal = [{ day: '2026-11-23', why: 'key', what: stolen, number: 3 }];
    expect(await read('SELECT * FROM destruction')).toEqual(journal);
    expect(await read('SELECT * FROM revoked')).toEqual([{ key_id: stolen, day: '2026-11-23' }]);
  });

  it('says what to do next, in order, and nothing is left when it is run again', async () => {
    await stage.sign();
    const said = await revoke(`${stolen} --yes`, stolen);
    const steps = ['npm run keys', 'npm run deploy -- --yes', `revoke -- ${stolen}`, 'Tell people'];
    const places = steps.map((step) => said.indexOf(step));
    expect(places).toEqual(places.toSorted((one, another) => one - another));
    expect(places).not.toContain(-1);
    expect(await revoke(`${stolen} --yes`)).toMatch(/nothing left .* is sealed to it/);
    expect(typed).toHaveLength(1);
  });

  it('destroys what came meanwhile when it is run again, and adds it to the journal', async () => {
    await stage.sign();
    await revoke(`${stolen} --yes`, stolen);
    await stage.sign();
    expect(await revoke(`${stolen} --yes`, stolen)).toContain('1 row destroyed');
    expect(await read('SELECT number FROM destruction')).toEqual([{ number: 2 }]);
  });

  it('the next delivery says how many were destroyed, and hands over what is sealed to another key', async () => {
    writeKeyFile(stage.keyFolder, other);
    await stage.sign();
    await stage.sign({ sealedFor: { key: other } });
    await revoke(`${stolen} --yes`, stolen);
    const { manifest } = await stage.deliver({ settings: readTerms(stage.content) });
    rmSync(join(stage.keyFolder, `${campaign}-${other.id}.private.json`));
    expect(manifest.account).toMatchObject({ destroyed: 1, delivered: 1, unopened: 0 });
  });

  it('keeps the public number, and the codes of those whose signature was destroyed', async () => {
    const first = await stage.sign();
    await stage.sign();
    await addUpTally(stage.db, new Date('2026-11-23T12:00:00Z'));
    await stage.sign();
    await revoke(`${stolen} --yes`, stolen);
    expect(await addUpTally(stage.db, new Date('2026-11-23T12:05:00Z'))).toBe(3);
    await withdrawRows(stage.db, first, '2026-11-23');
    expect(await addUpTally(stage.db, new Date('2026-11-24T12:00:00Z'))).toBe(2);
    const states = (await rows()).map((row) => row['state']);
    expect(states.sort()).toEqual(['counted', 'counted', 'withdrawn']);
  });

  it('from its first step on nothing that is sealed to the key is stored', async () => {
    await revokeKey(stage.database, stolen, '2026-11-23');
    const store = async (keyId: string) => {
      const { idHash } = await newSigner();
      const binary = toBase64url('x'.repeat(32));
      const row = { idHash, withPass: true, digest: binary, sealed: binary, keyId, tag: null };
      const came = { day: '2026-11-23', language: 'be', lane: 'stamp', held: false } as const;
      return storeRow(stage.db, { ...row, ...came, textVersion: 'be-0123456789ab' }, 10);
    };
    expect(await store(stolen)).toBe('old');
    expect(await store(other.id)).toBe('signed');
    expect(await rows()).toHaveLength(1);
  });

  it('writes down that a batch cannot be opened any more once its last row is destroyed', async () => {
    await stage.sign();
    await stage.sign({ sealedFor: { key: other } });
    const ids = (await rows()).map((row) => row['key_id']);
    for (const number of [1, 2])
      await stage.db.exec(
        `INSERT INTO batch VALUES (${number}, '2026-11-23', 'k', 'm', 1, '{}', '2026-11-23', NULL)`,
      );
    for (const id of ids)
      await stage.db.exec(
        `UPDATE signature SET batch = ${id === stolen ? 1 : 2} WHERE key_id = '${String(id)}'`,
      );
    await revoke(`${stolen} --yes`, stolen);
    expect(await read('SELECT number, destroyed FROM batch')).toEqual([
      { number: 1, destroyed: '2026-11-23' },
      { number: 2, destroyed: null },
    ]);
  });

  it('can stop what comes and leave the rows, to deliver them first', async () => {
    await stage.sign();
    const said = await revoke(`${stolen} --only-revoke --yes`, stolen);
    expect(said).toContain('Nothing was destroyed yet: 1 row sealed to it');
    expect(said.indexOf('npm run deliver')).toBeLessThan(said.indexOf(`revoke -- ${stolen}`));
    expect(await read('SELECT key_id FROM revoked')).toEqual([{ key_id: stolen }]);
    expect(settingsText()).toContain('status: revoked ');
    const { folder: batch } = await stage.deliver({ settings: readTerms(stage.content) });
    expect(batch).toMatch(/batch-001$/);
    expect(await revoke(`${stolen} --yes`, stolen)).toContain('1 row destroyed');
  });
});

describe('npm run revoke, and campaign.yaml:', () => {
  it('sets the status of the key, and leaves every other byte', async () => {
    const before = settingsText();
    expect(await revoke(`${stolen} --yes`, stolen)).toContain('campaign.yaml now says so');
    expect(settingsText()).toBe(before.replace("status: 'current'", 'status: revoked'));
    expect(readTerms(stage.content).keys.map(({ status }) => status)).toEqual([
      'accepted',
      'revoked',
    ]);
  });

  it('finds a key that is written on one line too', () => {
    expect(withRevoked(settingsText(), other.id)).toBe(
      settingsText().replace('status: accepted }', 'status: revoked }'),
    );
    expect(withRevoked('keys: []\n', other.id)).toBeUndefined();
  });

  it('a file that cannot be written does not hold the database back, and is told', async () => {
    await stage.sign();
    // Where it would be written anew leads nowhere.
    symlinkSync('/nowhere/campaign.yaml', `${settingsFile()}.new`);
    const before = settingsText();
    const said = await revoke(`${stolen} --yes`, stolen);
    rmSync(`${settingsFile()}.new`);
    expect(said).toMatch(/campaign\.yaml could NOT be changed .* to revoked by hand/);
    expect(said).toContain('1 row destroyed');
    expect(settingsText()).toBe(before);
    expect(await revoke(`${stolen} --yes`, stolen)).toContain('campaign.yaml now says so');
  });

  it('a key that it does not list is revoked in the database all the same', async () => {
    changeSettings(stage.content, /^keys:[^]*/m, 'keys: []\n');
    await stage.sign();
    expect(await revoke(`${stolen} --yes`, stolen)).toMatch(/does not list the key/);
    expect(await sealedTo(stolen)).toBe(0);
  });
});

describe('npm run revoke does not begin', () => {
  it.each([
    ['with a key that nobody knows', 'AAAAAAAAAAA', /No key has the id AAAAAAAAAAA/],
    ['with a mistyped id that begins with a dash', '-AAAAAAAAAA', /No key has the id -AAAAAAAAAA/],
    ['with two keys', 'AAAAAAAAAAA BBBBBBBBBBB', /One key at a time/],
    ['with --yes and no key', '--yes', /does not say which key/],
    ['with what is no id', "x');--", /11 characters/],
    ['with an option that it does not know', '--force', /Unknown option/],
  ])('%s', async (_, words, reason) => {
    await expect(revoke(words)).rejects.toThrow(reason);
  });

  it('without a terminal, and there is no option in its place', async () => {
    await stage.sign();
    const own = [stolen, '--yes', '--database', stage.state, '--folder', folder];
    const settings = { UNDERSIGNED_CONTENT: stage.content };
    const { code, errors } = await runCommand('src/delivery/revoke/cli.ts', own, settings);
    expect([code, errors]).toMatchObject([1, expect.stringContaining('there is no terminal')]);
    expect(await sealedTo(stolen)).toBe(1);
    expect(await read('SELECT * FROM revoked')).toEqual([]);
  });
});

describe('destroying many rows', () => {
  const many = async (count: number) => {
    const values = Array.from({ length: count }, (_, row) => {
      const id = row.toString(16).padStart(64, '0');
      const key = row % 3 === 0 ? other.id : stolen;
      return `(x'${id}', x'00', '2026-11-23', 'be', 'stamp', 'counted', 0, x'00', '${key}', 'be-0')`;
    });
    for (let from = 0; from < count; from += 200)
      await stage.db.exec(
        `INSERT INTO signature (id_hash, digest, day, language, lane, state, fresh, sealed, key_id, text_version)
        VALUES ${values.slice(from, from + 200).join()}`.replaceAll('\n', ' '),
      );
  };
  const order = { day: '2026-11-23', rows: 100 };

  it.each([1, 7, 99, 100, 101])('goes through all of them, %i a step', async (size) => {
    await many(100);
    const told: number[] = [];
    const key = stolen;
    const tell = (done: number) => void told.push(done);
    expect(await destroyRows(stage.database, { key, ...order }, tell, size)).toBe(66);
    expect([await sealedTo(stolen), await sealedTo(other.id)]).toEqual([0, 34]);
    expect(await read('SELECT number FROM destruction')).toEqual([{ number: 66 }]);
    expect(told.at(-1)).toBe(100);
    const { sealed, rows: all } = await survey(stage.database, () => undefined, size);
    expect([sealed.map(({ key: one, rows: left }) => [one, left]), all]).toEqual([
      [[other.id, 34]],
      100,
    ]);
  });

  it('that was broken off between two steps goes on, and counts each row once', async () => {
    await many(100);
    let steps = 0;
    const write = (statements: readonly string[]) =>
      ++steps > 3 ? Promise.reject(new Error('The line broke')) : stage.database.write(statements);
    const broken = destroyRows(
      { ...stage.database, write },
      { key: stolen, ...order },
      () => undefined,
      10,
    );
    await expect(broken).rejects.toThrow('The line broke');
    expect(await sealedTo(stolen)).toBe(46);
    expect(await read('SELECT number FROM destruction')).toEqual([{ number: 20 }]);
    expect(await revoke(`${stolen} --yes`, stolen)).toContain('46 rows destroyed');
    expect(await sealedTo(stolen)).toBe(0);
    expect(await read('SELECT number FROM destruction')).toEqual([{ number: 66 }]);
  });

  it('by a process that is killed goes on too', { timeout: 120_000 }, async () => {
    await many(2000);
    const progress = join(folder, 'progress');
    const script = ['test/delivery/destroy-in-steps.ts', [stage.state, stolen, progress]] as const;
    expect(await killCommand(...script, {}, () => existsSync(progress))).toBe(true);
    const left = await sealedTo(stolen);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(1333);
    expect(await read('SELECT number FROM destruction')).toEqual([{ number: 1333 - left }]);
    await revoke(`${stolen} --yes`, stolen);
    expect(await sealedTo(stolen)).toBe(0);
    expect(await read('SELECT number FROM destruction')).toEqual([{ number: 1333 }]);
  });

  it('reads at each step only the rows of that step, never the whole table', async () => {
    const statements = [destroySome(stolen, '2026-11-23', start, 10), countSome(start, 10)].flat();
    for (const sql of statements) {
      const plan = (await read(`EXPLAIN QUERY PLAN ${sql}`)).map((line) => String(line['detail']));
      expect(plan.filter((line) => line.includes('SCAN signature'))).toEqual([]);
    }
  });
});

describe('npm run revoke --remote', () => {
  it('asks Cloudflare’s documented query alone, and shows what the deployed database has', async () => {
    const cloudflare = await startCloudflare(stage.db);
    await stage.sign();
    const own = [stolen, '--remote', '--folder', folder];
    const settings = { UNDERSIGNED_CONTENT: stage.content, ...cloudflare.environment };
    const { code, output, errors } = await runCommand('src/delivery/revoke/cli.ts', own, settings);
    await cloudflare.stop();
    expect([code, errors]).toEqual([0, expect.stringMatching(/^Looking: 1 of 1.*\n$/)]);
    expect(output).toContain('1 row sealed to it (1 counted)');
    expect(output).toContain(`npm run revoke -- ${stolen} --remote`);
    expect(cloudflare.refused).toEqual([]);
  });
});

import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { destroyKeys, type Lent } from '../../src/delivery/destroy/destroy-keys.ts';
import { destroyFile } from '../../src/delivery/destroy/overwrite.ts';
import { ensureDevelopmentKey, makeKeyPair, writeKeyFile } from '../../src/delivery/key-file.ts';
import type { KeyFile } from '../../src/delivery/key-schema.ts';
import { runCommand } from './command.ts';
import { lockQuickly } from './locked.ts';
import { campaign } from './stage.ts';

let keys: string;
let key: KeyFile;
let asked: number;
beforeEach(async () => {
  asked = 0;
  keys = mkdtempSync(join(tmpdir(), 'undersigned-'));
  key = await makeKeyPair(campaign);
  await lockQuickly(keys, key);
  writeFileSync(join(keys, `${campaign}-${key.id}.paper.html`), 'a page');
  const shares = join(keys, `${campaign}-${key.id}.shares-ABCD2345`);
  mkdirSync(shares);
  for (const number of [1, 2]) writeFileSync(join(shares, `share-${number}-of-2.html`), 'a share');
});
afterEach(() => rmSync(keys, { recursive: true }));

const afterwards = new Date('2027-04-11T00:00:00Z');
function destroy(yes: boolean, types = campaign, now = afterwards, say: Lent['say'] = () => 0) {
  const ask = () => {
    asked += 1;
    return Promise.resolve(types);
  };
  return destroyKeys({ id: campaign, closes: '2027-03-31' }, keys, yes, { now, ask, say });
}
const everything = () =>
  readdirSync(keys, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'base64'))
    .sort();

describe('npm run keys -- --destroy', () => {
  it('shows every private key, page and share of the campaign, and changes nothing', async () => {
    await ensureDevelopmentKey(keys, campaign);
    const before = everything();
    const said = await destroy(false);
    expect(said).toContain('A rehearsal: nothing is changed.');
    for (const name of [`${key.id}.age`, `${key.id}.paper.html`, 'shares-ABCD2345/share-2-of-2'])
      expect(said).toContain(name);
    expect(said).toContain('development.private.json');
    expect([everything(), asked]).toEqual([before, 0]);
  });

  it('says what it cannot reach, and that an SSD may keep what was overwritten', async () => {
    for (const said of [await destroy(false), await destroy(true)]) {
      expect(said).toMatch(/sticks.*other machines.*backups of this disk/);
      expect(said).toMatch(/paper copy.*\n.*shares.*holder/);
      expect(said).toMatch(/As long as one of them is left, it opens every old copy/);
      expect(said).toMatch(/SSD.*encrypted/s);
    }
  });

  it('overwrites and deletes all of them, and says that nothing is left when it is run again', async () => {
    // A second name of the same bytes shows what was done to them.
    const beside = mkdtempSync(join(tmpdir(), 'undersigned-'));
    const file = `${campaign}-${key.id}.age`;
    const before = readFileSync(join(keys, file));
    linkSync(join(keys, file), join(beside, 'second-name'));
    let shown = '';
    const said = await destroy(true, campaign, afterwards, (lines) => (shown += lines));
    expect(shown).toContain(file);
    expect(said).toContain('4 files, overwritten and deleted');
    expect(readdirSync(keys)).toEqual([]);
    const after = readFileSync(join(beside, 'second-name'));
    rmSync(beside, { recursive: true });
    expect(after.length).toBe(before.length);
    expect(after.includes('AGE')).toBe(false);
    expect(await destroy(true)).toMatch(/^There is nothing left/);
    expect(asked).toBe(1);
  });

  it.each(['', 'yes', 'belarus'])('changes nothing when “%s” is typed', async (word) => {
    const before = everything();
    await expect(destroy(true, word)).rejects.toThrow(/Nothing was changed/);
    expect(everything()).toEqual(before);
  });

  it('leaves keys of other campaigns, of the mirror, and what it does not know, and names them', async () => {
    const other = await makeKeyPair('other-campaign');
    await lockQuickly(keys, other);
    writeKeyFile(keys, other);
    writeKeyFile(join(keys, 'mirror'), await makeKeyPair(campaign));
    writeFileSync(join(keys, 'broken.private.json'), 'no key');
    const said = await destroy(true);
    expect(said).toContain('4 files');
    const left = [`other-campaign-${other.id}.age`, `other-campaign-${other.id}.private.json`];
    expect(readdirSync(keys).sort()).toEqual(['broken.private.json', 'mirror', ...left]);
    expect(readdirSync(join(keys, 'mirror'))).toHaveLength(1);
    expect(await destroy(false)).toMatch(/nothing left/);
  });

  it('destroys a plain file too, and what a killed rehearsal left', async () => {
    writeKeyFile(keys, key);
    mkdirSync(join(keys, 'rehearsal-abc123'));
    writeFileSync(join(keys, 'rehearsal-abc123', 'half.age'), 'half');
    await destroy(true);
    expect(readdirSync(keys)).toEqual([]);
  });

  it.each([
    ['on the last day of signing', '2027-03-31T23:59:59Z', false],
    ['while carried signatures still come', '2027-04-10T23:59:59Z', false],
    ['one second later', '2027-04-11T00:00:00Z', true],
  ])('%s: is it done?', async (_, time, isDone) => {
    const before = everything();
    const done = destroy(true, campaign, new Date(time));
    if (isDone) expect(await done).toContain('Destroyed');
    else await expect(done).rejects.toThrow(/until 2027-04-10/);
    expect([everything(), asked]).toEqual(isDone ? [[], 1] : [before, 0]);
    if (!isDone) expect(await destroy(false, '', new Date(time))).toContain('from the day after');
  });

  it('that was broken off goes on with the file that it had begun', async () => {
    const file = join(keys, `${campaign}-${key.id}.age`);
    const stop = () => {
      throw new Error('The power went');
    };
    expect(() => {
      destroyFile(file, stop);
    }).toThrow(/Could not destroy .* The power went/);
    expect(existsSync(file)).toBe(false);
    expect(await destroy(false)).toContain('.age.destroying');
    await lockQuickly(keys, key);
    await destroy(true);
    expect(readdirSync(keys)).toEqual([]);
  });

  it('finds a file that was overwritten and kept its other name', async () => {
    const file = join(keys, 'plain.private.json');
    renameSync(join(keys, `${campaign}-${key.id}.age`), `${file}.destroying`);
    writeFileSync(`${file}.destroying`, randomBytes(300));
    await destroy(true);
    expect(readdirSync(keys)).toEqual([]);
  });

  it('is asked for on a terminal, and --yes belongs to it alone', async () => {
    const run = (...words: string[]) =>
      runCommand('src/delivery/keys.ts', words, { UNDERSIGNED_KEYS: keys });
    const shown = await run('--destroy');
    expect([shown.code, shown.output]).toMatchObject([0, expect.stringContaining('rehearsal')]);
    expect((await run('--yes')).errors).toContain('--yes belongs to --destroy');
    expect((await run('--check', '--destroy')).errors).toContain('are two commands');
    expect((await run('--destroy', '--yes')).code).toBe(1);
    expect(everything()).toHaveLength(4);
  });
});

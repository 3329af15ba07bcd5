import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDevelopmentKey } from '../../src/site/development.ts';
import { readSettings } from '../../src/site/settings.ts';
import {
  ensureDevelopmentKey,
  makeKeyPair,
  readKeyFiles,
  writeKeyFile,
} from '../../src/delivery/key-file.ts';
import { addKey, makeCampaignKey } from '../../src/delivery/keys.ts';
import { runCommand } from './command.ts';
import { campaign, changeSettings } from './stage.ts';

let folder: string;
let content: string;
let keyFolder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'undersigned-'));
  content = join(folder, 'content');
  keyFolder = join(folder, 'keys');
  cpSync('src/content/campaign.yaml', join(content, 'campaign.yaml'));
  changeSettings(content, /^keys:[^]*/m, 'keys: []\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const settingsText = () => readFileSync(join(content, 'campaign.yaml'), 'utf8');
const keys = () =>
  runCommand('src/delivery/keys.ts', [], {
    UNDERSIGNED_CONTENT: content,
    UNDERSIGNED_KEYS: keyFolder,
  });

describe('npm run keys', () => {
  it('makes a key pair: the public key in campaign.yaml, the private one in a file', async () => {
    const { code, output, errors } = await keys();
    expect([code, errors]).toEqual([0, '']);
    const [key, ...others] = await readKeyFiles(keyFolder);
    expect(others).toEqual([]);
    expect(key).toMatchObject({
      campaign,
      file: join(keyFolder, `${campaign}-${key?.id}.private.json`),
    });
    expect(readSettings(content).keys).toEqual([{ publicKey: key?.publicKey, status: 'current' }]);
    expect(output).toContain(key?.file);
    expect(output).toMatch(/Back the private key up/);
  });

  it('prints and publishes nothing of the private key', async () => {
    const { output } = await keys();
    const [file = ''] = readdirSync(keyFolder);
    const secret = /"d": "([\w-]{43})"/.exec(readFileSync(join(keyFolder, file), 'utf8'))?.[1];
    expect(secret).toHaveLength(43);
    expect(output + settingsText()).not.toContain(secret);
  });

  it('keeps every other line of campaign.yaml as it was, comments too', async () => {
    const before = settingsText();
    await makeCampaignKey(content, keyFolder);
    const [{ publicKey } = { publicKey: '' }] = readSettings(content).keys;
    expect(settingsText()).toBe(
      before.replace('keys: []\n', `keys:\n  - publicKey: ${publicKey}\n    status: current\n`),
    );
  });

  it('refuses when there is a current key, and changes nothing', async () => {
    await makeCampaignKey(content, keyFolder);
    const before = [settingsText(), readdirSync(keyFolder)];
    const { code, output, errors } = await keys();
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/already has a current key/);
    expect([settingsText(), readdirSync(keyFolder)]).toEqual(before);
  });

  it('refuses when a private key lies there whose public key was lost, and says how to use it', async () => {
    const { settingsFile } = await makeCampaignKey(content, keyFolder);
    const [lost] = readSettings(content).keys;
    changeSettings(content, /^keys:[^]*/m, 'keys: []\n');
    const before = [readFileSync(settingsFile, 'utf8'), readdirSync(keyFolder)];
    const { code, errors } = await keys();
    expect(code).toBe(1);
    expect(errors).toMatch(/Nothing was changed/);
    expect(errors).toContain(`  - publicKey: ${lost?.publicKey ?? ''}\n    status: current`);
    expect([settingsText(), readdirSync(keyFolder)]).toEqual(before);
  });

  it('adds the next key once the first one is only accepted', async () => {
    await makeCampaignKey(content, keyFolder);
    changeSettings(content, 'status: current', 'status: accepted');
    await makeCampaignKey(content, keyFolder);
    expect(readSettings(content).keys.map((key) => key.status)).toEqual(['accepted', 'current']);
    expect(readdirSync(keyFolder)).toHaveLength(2);
  });

  it('says what is wrong with campaign.yaml before it makes anything', async () => {
    changeSettings(content, 'id: belarus-2020', 'id: Belarus 2020');
    const { code, errors } = await keys();
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/Could not read the settings[^]*Mend/),
    ]);
    expect(existsSync(keyFolder)).toBe(false);
  });

  it('makes nothing when it cannot add a key to campaign.yaml', async () => {
    changeSettings(content, 'countriesFirst: [', 'countriesFirst: &list [');
    changeSettings(content, 'keys: []', 'keys: *list');
    changeSettings(content, /&list \[.*\]/, '&list []');
    const before = settingsText();
    const { code, errors } = await keys();
    expect([code, settingsText(), existsSync(keyFolder)]).toEqual([1, before, false]);
    expect(errors).toMatch(/no list of keys/);
  });

  it('makes no key in the folder of the development key its own', async () => {
    await ensureDevelopmentKey(keyFolder, campaign);
    expect((await keys()).code).toBe(0);
    expect(readdirSync(keyFolder)).toHaveLength(2);
  });
});

describe('addKey', () => {
  it('adds below keys that are there', () => {
    const yaml =
      '# top\na: [b, c] # side\n\n# keys\nkeys:\n  - publicKey: x\n    status: accepted # old\n';
    expect(addKey(yaml, 'y')).toBe(`${yaml}  - publicKey: y\n    status: current\n`);
  });
});

describe('key files', () => {
  it('can be read by their owner alone', async () => {
    const file = writeKeyFile(keyFolder, await makeKeyPair(campaign));
    expect([statSync(keyFolder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('are never overwritten', async () => {
    const key = await makeKeyPair(campaign);
    const file = writeKeyFile(keyFolder, key);
    const before = readFileSync(file, 'utf8');
    expect(() => writeKeyFile(keyFolder, key)).toThrow(/Could not write the private key/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('give a private key that nobody can export again', async () => {
    writeKeyFile(keyFolder, await makeKeyPair(campaign));
    const [key] = await readKeyFiles(keyFolder);
    expect([key?.pair.privateKey.extractable, key?.pair.privateKey.usages]).toEqual([
      false,
      ['deriveBits'],
    ]);
  });

  it('whose halves do not belong together are refused without a word of what they hold', async () => {
    const [one, other] = [await makeKeyPair(campaign), await makeKeyPair(campaign)];
    const broken = { ...one, privateKey: other.privateKey };
    writeKeyFile(keyFolder, broken);
    await expect(readKeyFiles(keyFolder)).rejects.toThrow(/do not belong together/);
    await expect(readKeyFiles(keyFolder)).rejects.toMatchObject({ cause: undefined });
    writeFileSync(join(keyFolder, 'cut.private.json'), JSON.stringify(one).slice(0, -9));
    rmSync(join(keyFolder, `${campaign}-${one.id}.private.json`));
    const refused = await readKeyFiles(keyFolder).catch((error: unknown) => String(error));
    expect(refused).toMatch(/cut\.private\.json is not a key file/);
    expect(refused).not.toContain(one.privateKey.d.slice(0, 8));
  });

  it('of an absent folder are none', async () => {
    expect(await readKeyFiles(join(folder, 'nowhere'))).toEqual([]);
  });
});

describe('the development key', () => {
  it('is made once, and the build finds its public half', async () => {
    await ensureDevelopmentKey(keyFolder, campaign);
    const first = readDevelopmentKey(keyFolder);
    await ensureDevelopmentKey(keyFolder, campaign);
    expect(readDevelopmentKey(keyFolder)).toBe(first);
    expect(await readKeyFiles(keyFolder)).toMatchObject([
      { publicKey: first, development: true, campaign },
    ]);
  });
});

import { randomBytes } from 'node:crypto';
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
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readDevelopmentKey } from '../../src/site/development.ts';
import { readSettings } from '../../src/site/settings.ts';
import { addKey, makeCampaignKey } from '../../src/delivery/campaign-key.ts';
import { DeliveryError, explain } from '../../src/delivery/errors.ts';
import {
  ensureDevelopmentKey,
  makeKeyPair,
  readKeyFiles,
  writeKeyFile,
  writeProtectedKey,
} from '../../src/delivery/key-file.ts';
import { type Ended, runCommand } from './command.ts';
import { answer, lockQuickly, passphrase } from './locked.ts';
import { campaign, changeSettings } from './stage.ts';

let folder: string;
let content: string;
let keyFolder: string;
let passphraseFile: string;

function prepare(): void {
  folder = mkdtempSync(join(tmpdir(), 'undersigned-'));
  content = join(folder, 'content');
  keyFolder = join(folder, 'keys');
  passphraseFile = join(folder, 'passphrase.txt');
  writeFileSync(passphraseFile, `${passphrase}\n`);
  cpSync('src/content/campaign.yaml', join(content, 'campaign.yaml'));
  changeSettings(content, /^keys:[^]*/m, 'keys: []\n');
}
const clear = () => rmSync(folder, { recursive: true });

const settingsText = () => readFileSync(join(content, 'campaign.yaml'), 'utf8');
const all = () => [settingsText(), existsSync(keyFolder) && readdirSync(keyFolder)];
const keys = (...options: string[]) =>
  runCommand('src/delivery/keys.ts', options, {
    UNDERSIGNED_CONTENT: content,
    UNDERSIGNED_KEYS: keyFolder,
  });
const list = (publicKey: string, status: string) => {
  changeSettings(
    content,
    /^keys:.*$/m,
    `keys:\n  - publicKey: ${publicKey}\n    status: ${status}`,
  );
};

describe('npm run keys', () => {
  let made: Ended;
  let before: string;
  let name: string;
  beforeAll(async () => {
    prepare();
    list((await makeKeyPair(campaign)).publicKey, 'accepted');
    before = settingsText();
    await ensureDevelopmentKey(keyFolder, campaign);
    made = await keys('--passphrase-file', passphraseFile);
    name = readdirSync(keyFolder).find((one) => one.endsWith('.age')) ?? '';
  });
  afterAll(clear);

  it('makes a key pair: the public key in campaign.yaml, the private one in a file', async () => {
    expect([made.code, made.errors]).toEqual([0, '']);
    const [, published] = readSettings(content).keys;
    expect(published?.status).toBe('current');
    const kept = await readKeyFiles(keyFolder, { ask: answer(passphrase) });
    expect(kept).toMatchObject([
      { development: true },
      { campaign, publicKey: published?.publicKey, file: join(keyFolder, name) },
    ]);
    expect(name).toBe(`${campaign}-${kept[1]?.id}.age`);
    expect(made.output).toContain(name);
    expect(made.output).toMatch(/Back the private key up/);
  });

  it('leaves nothing beside it that a rehearsal needed', () => {
    expect(readdirSync(keyFolder).sort()).toEqual([name, 'development.private.json']);
  });

  it('locks it with the age format and its usual work factor, for its owner alone', () => {
    const text = readFileSync(join(keyFolder, name), 'utf8');
    expect(text).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    const header = Buffer.from(text.split('\n').slice(1, 4).join(''), 'base64').toString();
    expect(header).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/);
    expect(statSync(join(keyFolder, name)).mode & 0o777).toBe(0o600);
  });

  it('prints nothing of the passphrase', () => {
    expect(made.output + settingsText()).not.toContain(passphrase);
  });

  it('keeps every other line of campaign.yaml as it was: comments, and a key that is only accepted', () => {
    const [, { publicKey } = { publicKey: '' }] = readSettings(content).keys;
    expect(settingsText()).toBe(`${before}  - publicKey: ${publicKey}\n    status: current\n`);
  });
});

describe('npm run keys, where it cannot be done,', () => {
  beforeEach(prepare);
  afterEach(clear);

  it('refuses when there is a current key, and changes nothing', async () => {
    list((await makeKeyPair(campaign)).publicKey, 'current');
    const before = all();
    const { code, output, errors } = await keys('--passphrase-file', passphraseFile);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/already has a current key/);
    expect(all()).toEqual(before);
  });

  it.each(['locked', 'plain'])(
    'refuses when a %s private key lies there whose public key was lost, and says how to use it',
    async (how) => {
      const lost = await makeKeyPair(campaign);
      if (how === 'plain') writeKeyFile(keyFolder, lost);
      else await lockQuickly(keyFolder, lost);
      const before = all();
      const { code, errors } = await keys('--passphrase-file', passphraseFile);
      expect([code, errors]).toEqual([1, expect.stringMatching(/keys -- --check/)]);
      const { output } = await keys('--check', '--passphrase-file', passphraseFile);
      expect(output).toContain(`  - publicKey: ${lost.publicKey}\n`);
      expect(all()).toEqual(before);
    },
  );

  it('says what is wrong with campaign.yaml before it makes anything', async () => {
    changeSettings(content, 'id: belarus-2020', 'id: Belarus 2020');
    const { code, errors } = await keys('--passphrase-file', passphraseFile);
    expect(code).toBe(1);
    expect(errors).toMatch(/Could not read the settings[^]*Mend/);
    expect(existsSync(keyFolder)).toBe(false);
  });

  it('makes nothing when it cannot add a key to campaign.yaml', async () => {
    changeSettings(content, 'countriesFirst: [', 'countriesFirst: &list [');
    changeSettings(content, 'keys: []', 'keys: *list');
    changeSettings(content, /&list \[.*\]/, '&list []');
    const before = all();
    const { code, errors } = await keys('--passphrase-file', passphraseFile);
    expect([code, all()]).toEqual([1, before]);
    expect(errors).toMatch(/no list of keys/);
  });

  it('makes nothing where nobody can type a passphrase, or a file holds a short one', async () => {
    const before = all();
    const nobody = await keys();
    expect([nobody.code, nobody.errors]).toEqual([1, expect.stringMatching(/no terminal/)]);
    writeFileSync(passphraseFile, 'eleven char\nmore\n');
    const short = await keys('--passphrase-file', passphraseFile);
    expect([short.code, short.errors]).toEqual([1, expect.stringMatching(/fewer than 12/)]);
    expect(short.errors).not.toContain('eleven');
    expect(all()).toEqual(before);
  });

  it('changes nothing when the second passphrase does not open what the first one locked', async () => {
    mkdirSync(keyFolder);
    const before = all();
    const choose = () => Promise.resolve(passphrase);
    const making = makeCampaignKey(content, keyFolder, {
      choose,
      ask: answer('another passphrase'),
    });
    await expect(making).rejects.toThrow(/passphrase of the second time did not open it/);
    expect(all()).toEqual(before);
  });

  it('refuses unknown options and two commands at once, and shows the known ones', async () => {
    const unknown = await keys('--passphrase', passphrase);
    expect([unknown.code, unknown.errors]).toEqual([1, expect.stringMatching(/--help/)]);
    expect(unknown.errors).not.toContain(passphrase);
    expect((await keys('--check', '--paper')).code).toBe(1);
    const { code, output } = await keys('--help');
    expect([code, output]).toEqual([0, expect.stringMatching(/--check[^]*--passphrase-file/)]);
  });
});

describe('npm run keys -- --check', () => {
  beforeEach(prepare);
  afterEach(clear);
  const check = () => keys('--check', '--passphrase-file', passphraseFile);

  it('says of each key what campaign.yaml says of it and whether it opens', async () => {
    const [current, revoked] = [await makeKeyPair(campaign), await makeKeyPair(campaign)];
    await lockQuickly(keyFolder, current);
    writeKeyFile(keyFolder, revoked);
    await lockQuickly(keyFolder, await makeKeyPair('other-campaign'), 'never asked for this');
    list(revoked.publicKey, 'revoked');
    writeFileSync(join(content, 'campaign.yaml'), addKey(settingsText(), current.publicKey));
    const { code, output } = await check();
    expect(code).toBe(0);
    expect(output).toContain(`key ${current.id}: current in campaign.yaml\n  opens: yes`);
    expect(output).toContain(
      `key ${revoked.id}: revoked in campaign.yaml\n  opens: yes\n  NOT PROT`,
    );
    expect(output).toContain('a key of another campaign (other-campaign); not opened');
  });

  it('fails when the file of the current key is lost, and says what to do', async () => {
    list((await makeKeyPair(campaign)).publicKey, 'current');
    const { code, output } = await check();
    expect([code, output]).toEqual([1, expect.stringMatching(/NO FILE HERE OPENS IT[^]*Put back/)]);
  });

  it('fails when the passphrase is wrong, without a word of it', async () => {
    const key = await makeKeyPair(campaign);
    await lockQuickly(keyFolder, key, 'quite another passphrase');
    list(key.publicKey, 'current');
    const { code, output } = await check();
    expect([code, output]).toEqual([1, expect.stringMatching(/opens: NO[^]*passphrase is not/)]);
    expect(output).not.toContain(passphrase);
  });
});

describe('a protected key', () => {
  beforeEach(prepare);
  afterEach(clear);
  const read = () => readKeyFiles(keyFolder, { ask: answer(passphrase) });
  const refusal = () => read().then(() => 'opened', explain);

  it('is never overwritten', async () => {
    const key = await makeKeyPair(campaign);
    const file = await lockQuickly(keyFolder, key);
    const before = readFileSync(file, 'utf8');
    await expect(writeProtectedKey(keyFolder, key, passphrase)).rejects.toThrow(/Could not write/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('that is damaged anywhere does not open, and says so', async () => {
    const file = await lockQuickly(keyFolder, await makeKeyPair(campaign));
    const text = readFileSync(file, 'utf8');
    const places = [text.length >> 2, text.length >> 1, text.length - 60];
    const flipped = places.map(
      (at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1),
    );
    const cut = [text.slice(0, 300), text.slice(0, -9), ''];
    for (const broken of [...flipped, ...cut]) {
      writeFileSync(file, broken);
      const refused = await refusal();
      expect(refused).toMatch(/(is|file is) damaged[^]*[Pp]ut back/);
      expect(refused).not.toContain(passphrase);
      expect(readFileSync(file, 'utf8')).toBe(broken);
    }
  });

  it('with another passphrase stays closed after three tries, and a mistyped drawn one is told', async () => {
    await lockQuickly(keyFolder, await makeKeyPair(campaign));
    const asked: number[] = [];
    const typed = '7H0K-WVZF-WJ9P-3AA8-PWN4-MN06-B2C';
    const ask = {
      tries: 3,
      passphrase: (_: string, left: number) => (asked.push(left), Promise.resolve(typed)),
    };
    const refused = await readKeyFiles(keyFolder, { ask }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DeliveryError);
    expect(explain(refused)).toMatch(/a character is mistyped/);
    expect(explain(refused)).not.toContain(typed);
    expect(asked).toEqual([3, 2, 1]);
  });

  it('that is not the key of its name is refused, and its right name told', async () => {
    const [one, other] = [await makeKeyPair(campaign), await makeKeyPair('other-campaign')];
    const file = await lockQuickly(keyFolder, other);
    cpSync(file, join(keyFolder, `${campaign}-${one.id}.age`));
    rmSync(file);
    expect(await refusal()).toMatch(`Name it other-campaign-${other.id}.age`);
  });

  it('is opened only when it is wanted, and one passphrase is asked for once', async () => {
    const made = await Promise.all([1, 2, 3].map(() => makeKeyPair(campaign)));
    for (const key of made) await lockQuickly(keyFolder, key);
    await lockQuickly(keyFolder, await makeKeyPair('other-campaign'), 'never asked for this');
    const ids = made.slice(1).map((key) => key.id);
    const asked: string[] = [];
    const ask = {
      tries: 1,
      passphrase: (file: string) => (asked.push(file), Promise.resolve(passphrase)),
    };
    const opened = await readKeyFiles(keyFolder, { ask, wanted: { campaign, ids } });
    expect(opened.map((key) => key.id).sort()).toEqual(ids.sort());
    expect(asked).toHaveLength(1);
  });

  it('that somebody opened by hand is read without a passphrase', async () => {
    const key = await makeKeyPair(campaign);
    await lockQuickly(keyFolder, key);
    writeKeyFile(keyFolder, key);
    expect(await readKeyFiles(keyFolder)).toMatchObject([{ id: key.id }]);
  });

  it('is not passed over in silence where nobody can ask for its passphrase', async () => {
    await lockQuickly(keyFolder, await makeKeyPair(campaign));
    await expect(readKeyFiles(keyFolder)).rejects.toThrow(/locked with a passphrase/);
  });

  it('holds other bytes than a key when its writer wanted it so, and is refused', async () => {
    const id = randomBytes(8).toString('base64url');
    await lockQuickly(keyFolder, { campaign, id }, passphrase, '{"secret":"d-value"}');
    const refused = await refusal();
    expect(refused).toMatch(/is not a key file/);
    expect(refused).not.toContain('d-value');
  });
});

describe('addKey', () => {
  it('adds below keys that are there', () => {
    const yaml =
      '# top\na: [b, c] # side\n\n# keys\nkeys:\n  - publicKey: x\n    status: accepted # old\n';
    expect(addKey(yaml, 'y')).toBe(`${yaml}  - publicKey: y\n    status: current\n`);
  });
});

describe('plain key files', () => {
  beforeEach(prepare);
  afterEach(clear);

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
  beforeEach(prepare);
  afterEach(clear);

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

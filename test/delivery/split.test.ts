import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import jsQR from 'jsqr';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryError, explain } from '../../src/delivery/errors.ts';
import { type KeyFile, makeKeyPair, readKeyFiles } from '../../src/delivery/key-file.ts';
import { readOptions } from '../../src/delivery/keys-options.ts';
import { readShareFile, typedShares } from '../../src/delivery/split/gather.ts';
import { handOut, proveShares } from '../../src/delivery/split/hand-out.ts';
import {
  lineCount,
  readLine,
  readShare,
  type Share,
  writeShare,
} from '../../src/delivery/split/share.ts';
import { combineShares, splitKey } from '../../src/delivery/split/split-key.ts';
import { startBrowser } from '../browser.ts';
import { type Ended, runCommand } from './command.ts';
import { combineByHand } from './lagrange.ts';
import { answer, lockQuickly, passphrase } from './locked.ts';
import { campaign, changeSettings } from './stage.ts';

let folder: string;
let content: string;
let passphraseFile: string;
let key: KeyFile;
let keyFile: string;
let keyFolder: string;

const newFolder = (name: string) => mkdtempSync(join(folder, `${name}-`));
const command = (keys: string, ...options: string[]) =>
  runCommand('src/delivery/keys.ts', [...options, '--passphrase-file', passphraseFile], {
    UNDERSIGNED_CONTENT: content,
    UNDERSIGNED_KEYS: keys,
  });
const pagesOf = (shares: string) => readdirSync(shares).map((name) => join(shares, name));

/** A file with the lines of a share, as somebody scanned or typed them. */
function keep(share: Share, change = (text: string) => text): string {
  const file = join(newFolder('share'), 'share.txt');
  writeFileSync(file, change(writeShare(share).join('\n')));
  return file;
}

/** What is said of shares in files, and what stands in the folder afterwards. */
async function combineFiles(...files: string[]): Promise<[Ended, string[]]> {
  const restored = newFolder('restored');
  return [await command(restored, '--combine', ...files), readdirSync(restored)];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'undersigned-'));
  content = join(folder, 'content');
  keyFolder = join(folder, 'keys');
  passphraseFile = join(folder, 'passphrase.txt');
  writeFileSync(passphraseFile, `${passphrase}\n`);
  key = await makeKeyPair(campaign);
  cpSync('src/content/campaign.yaml', join(content, 'campaign.yaml'));
  changeSettings(
    content,
    /^keys:[^]*/m,
    `keys:\n  - publicKey: ${key.publicKey}\n    status: current\n`,
  );
  keyFile = await lockQuickly(keyFolder, key);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('npm run keys -- --split 3/5', () => {
  let ended: Ended;
  let before: string;
  let shares: string;
  let browser: Browser;
  beforeAll(async () => {
    before = readFileSync(keyFile, 'utf8');
    ended = await command(keyFolder, '--split', '3/5');
    const name = readdirSync(keyFolder).find((one) => one.includes('.shares-')) ?? '';
    shares = join(keyFolder, name);
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('writes a page for each holder, for this user alone, and says what to do with them', () => {
    expect([ended.code, ended.errors]).toEqual([0, '']);
    expect(readdirSync(shares)).toEqual([1, 2, 3, 4, 5].map((one) => `share-${one}-of-5.html`));
    const modes = [shares, ...pagesOf(shares)].map((one) => statSync(one).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600, 0o600, 0o600]);
    expect(ended.output).toContain(shares);
    expect(ended.output).toMatch(/each choice of 3 gave the key \(tried: 10\)[^]*Delete/);
  });

  it('leaves the key file as it was, and nothing else', () => {
    expect(readFileSync(keyFile, 'utf8')).toBe(before);
    expect(readdirSync(keyFolder)).toHaveLength(2);
  });

  it('prints no share, and no private key on any page', () => {
    const pages = pagesOf(shares);
    const printed = pages.map((page) => readFileSync(page, 'utf8')).join('');
    for (const line of pages.flatMap((page) => writeShare(readShareFile(page))))
      expect(ended.output).not.toContain(line);
    expect(printed + ended.output).not.toContain(key.privateKey.d);
    expect(printed).not.toContain(passphrase);
  });

  it('gives each page one share: what it is, and what its holder does with it', () => {
    const text = readFileSync(join(shares, 'share-2-of-5.html'), 'utf8');
    expect(text).toContain('Share 2 of 5; any 3 open');
    expect(text).toContain(`Campaign <b>${campaign}</b>, key <b>${key.id}</b>`);
    expect(text).toMatch(/Show it to nobody[^]*If it is lost[^]*keys -- --combine/);
    const other = writeShare(readShareFile(join(shares, 'share-3-of-5.html'))).slice(1);
    for (const line of other) expect(text).not.toContain(line);
  });

  it('can be scanned and typed from the page, which is one sheet and asks nothing of a network', async () => {
    const file = join(shares, 'share-4-of-5.html');
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`file://${file}`);
    const png = sharp(await page.locator('svg').screenshot());
    const { data, info } = await png.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const scanned = jsQR(new Uint8ClampedArray(data), info.width, info.height)?.data ?? '';
    const typed = (await page.locator('.text li').allInnerTexts()).join('\n');
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    await page.close();
    expect([scanned, asked]).toEqual([typed, [`file://${file}`]]);
    expect(typed).toBe(writeShare(readShareFile(file)).join('\n'));
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  });

  it('lets any 3 of the pages open: --combine writes the key with a new passphrase', async () => {
    const [one = '', , three = '', , five = ''] = pagesOf(shares);
    const restored = newFolder('restored');
    const combined = await command(restored, '--combine', five, one, three);
    expect([combined.code, combined.errors]).toEqual([0, '']);
    expect(combined.output).toContain('The shares 1, 3, 5 gave the key');
    expect(readdirSync(restored)).toEqual([`${campaign}-${key.id}.age`]);
    const [opened] = await readKeyFiles(restored, { ask: answer(passphrase) });
    expect(opened).toMatchObject({ campaign, publicKey: key.publicKey });
    const again = await command(restored, '--combine', five, one, three);
    expect([again.code, again.errors]).toEqual([1, expect.stringMatching(/is never overwritten/)]);
  });

  it('does not open with 2, and says how many are needed', async () => {
    const [{ code, errors }, left] = await combineFiles(...pagesOf(shares).slice(0, 2));
    expect([code, left]).toEqual([1, []]);
    expect(errors).toMatch(/Too few shares: 2 given, and 3 of 5 are needed/);
    const [none] = await combineFiles(join(folder, 'nowhere'));
    expect([none.code, none.errors]).toEqual([1, expect.stringMatching(/Could not read/)]);
  });

  it('is told by --check, for as long as the pages lie beside the key', async () => {
    const { code, output } = await command(keyFolder, '--check');
    expect([code, output]).toEqual([0, expect.stringMatching(/PAGES OF A SPLIT KEY[^]*delete/)]);
  });

  it('does not disturb those who read the keys of the folder', async () => {
    expect(await readKeyFiles(keyFolder, { ask: answer(passphrase) })).toHaveLength(1);
  });
});

describe('npm run keys -- --split, where it cannot be done,', () => {
  it.each(['1/5', '6/5', '0/0', '3/13', '2/256', '3', '3/5/7', 'three/five', '-1/5', ''])(
    'refuses %j, and says what can be',
    (among) => {
      expect(() => readOptions([`--split=${among}`])).toThrow(/at least 2 holders[^]*any 3 of 5/);
    },
  );

  it('writes nothing then', async () => {
    const before = readdirSync(keyFolder);
    const { code, errors } = await command(keyFolder, '--split', '1/5');
    expect([code, errors]).toEqual([1, expect.stringMatching(/--split 3\/5 means any 3 of 5/)]);
    expect(readdirSync(keyFolder)).toEqual(before);
  });

  it('refuses a second command, and names of files beside it', async () => {
    const two = await command(keyFolder, '--split', '3/5', '--check');
    expect([two.code, two.errors]).toEqual([1, expect.stringMatching(/two commands/)]);
    const file = await command(keyFolder, '--split', '3/5', 'share.txt');
    expect([file.code, file.errors]).toEqual([1, expect.stringMatching(/Only --combine takes/)]);
  });

  it('splits no key that is damaged or absent', async () => {
    const keys = newFolder('keys');
    const none = await command(keys, '--split', '2/3');
    expect([none.code, none.errors]).toEqual([1, expect.stringMatching(/holds no protected key/)]);
    const file = await lockQuickly(keys, key);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -60));
    const damaged = await command(keys, '--split', '2/3');
    expect([damaged.code, damaged.errors]).toEqual([1, expect.stringMatching(/is damaged/)]);
    expect(readdirSync(keys)).toHaveLength(1);
  });

  it('leaves nothing when what it wrote is not the key', async () => {
    const keys = newFolder('keys');
    const other = await makeKeyPair(campaign);
    const mixed = { ...key, privateKey: other.privateKey };
    await expect(handOut(keys, mixed, { needed: 2, holders: 3 }, 'today')).rejects.toThrow(
      /did not give the key/,
    );
    expect(readdirSync(keys)).toEqual([]);
  });

  it('does not say done of shares of which too few give the key', async () => {
    const shares = await splitKey(key, { needed: 2, holders: 3 });
    expect(await proveShares(key, shares, 2)).toBe(3);
    await expect(proveShares(key, shares, 3)).rejects.toThrow(/too few shares gave the key/);
  });

  it('leaves nothing when it is interrupted', async () => {
    const keys = newFolder('keys');
    await lockQuickly(keys, key);
    const env = { ...process.env, UNDERSIGNED_CONTENT: content, UNDERSIGNED_KEYS: keys };
    const options = ['--split', '6/12', '--passphrase-file', passphraseFile];
    const child = spawn(process.execPath, ['src/delivery/keys.ts', ...options], { env });
    const exited = once(child, 'exit');
    while (readdirSync(keys).length === 1) await new Promise((next) => setTimeout(next, 1));
    child.kill('SIGINT');
    expect(await exited).toEqual([130, null]);
    expect(readdirSync(keys)).toEqual([`${campaign}-${key.id}.age`]);
  });
});

describe('a share in a file', () => {
  let shares: Share[];
  beforeAll(async () => {
    shares = await splitKey(key, { needed: 2, holders: 3 });
  });
  const share = (number: number): Share => {
    const [found] = shares.filter((one) => one.number === number);
    if (!found) throw new Error('there is no such share');
    return found;
  };

  it('is read in any way of typing it', async () => {
    const small = keep(share(1), (text) => text.toLowerCase().replaceAll('-', ' '));
    const bare = keep(share(3), (text) => text.replaceAll('-', '').replaceAll('0', 'o'));
    const [{ code, errors }, left] = await combineFiles(small, bare);
    expect([code, errors, left]).toEqual([0, '', [`${campaign}-${key.id}.age`]]);
  });

  it('is refused where a character is mistyped, with the line it stands in', async () => {
    const mistype = (text: string) => {
      const at = text.split('\n', 3).join('\n').length + 3;
      return text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1);
    };
    const file = keep(share(2), mistype);
    const [{ code, errors }, left] = await combineFiles(keep(share(1)), file);
    expect([code, left]).toEqual([1, []]);
    expect(errors).toContain(`${file}: line 4 of the share is mistyped`);
    for (const line of readFileSync(file, 'utf8').split('\n')) expect(errors).not.toContain(line);
  });

  it('is refused where a line is missing, and where there is none', async () => {
    const cut = keep(share(2), (text) => text.split('\n').slice(1).join('\n'));
    const [missing] = await combineFiles(keep(share(1)), cut);
    expect([missing.code, missing.errors]).toEqual([1, expect.stringMatching(/has 4 lines of a/)]);
    const [none] = await combineFiles(passphraseFile);
    expect([none.code, none.errors]).toEqual([1, expect.stringMatching(/has 0 lines of a/)]);
    expect(none.errors).not.toContain(passphrase);
  });

  it('counts once', async () => {
    const [{ code, errors }, left] = await combineFiles(keep(share(1)), keep(share(1)));
    expect([code, left, errors]).toEqual([1, [], expect.stringMatching(/share 1 of 3 again/)]);
  });

  it('of another split of the same key is told apart', async () => {
    const [other] = await splitKey(key, { needed: 2, holders: 3 });
    const [{ code, errors }, left] = await combineFiles(keep(share(2)), keep(other ?? share(1)));
    expect([code, left, errors]).toEqual([1, [], expect.stringMatching(/split more than once/)]);
  });

  it('of another key is told apart, and that of another campaign is refused at once', async () => {
    const foreign = await makeKeyPair('other-campaign');
    const [one, two] = await splitKey(foreign, { needed: 2, holders: 3 });
    const [beside] = await combineFiles(keep(share(2)), keep(one ?? share(1)));
    expect([beside.code, beside.errors]).toEqual([1, expect.stringMatching(/of the key/)]);
    const [alone, left] = await combineFiles(keep(one ?? share(1)), keep(two ?? share(1)));
    expect([alone.code, left]).toEqual([1, []]);
    expect(alone.errors).toMatch(`${foreign.id}, which is no key of the campaign ${campaign}`);
  });

  it('that somebody made up opens nothing, however right it looks', async () => {
    const part = new Uint8Array(share(2).part);
    part[5] = (part[5] ?? 0) ^ 1;
    const [{ code, errors }, left] = await combineFiles(
      keep(share(1)),
      keep({ ...share(2), part }),
    );
    expect([code, left, errors]).toEqual([1, [], expect.stringMatching(/is not genuine/)]);
  });

  it('is never one that would be the key alone', () => {
    const part = new Uint8Array(share(2).part);
    part[part.length - 1] = 0;
    const data = (one: Share) =>
      writeShare(one).reduce((before, line) => before + (readLine(before, line) ?? ''), '');
    expect(readShare(data(share(2)))).toEqual(share(2));
    expect(readShare(data({ ...share(2), part }))).toBeUndefined();
    expect(readShare(data({ ...share(2), needed: 1 }))).toBeUndefined();
    expect(readShare(data(share(2)).replace(/^1/, '2'))).toBeUndefined();
  });
});

describe('a share on the terminal', () => {
  /** A terminal on which somebody answers each question with the next of these. */
  function sitAt(...answers: string[]) {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    let shown = '';
    output.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown.endsWith(': ')) setImmediate(() => input.write(answers.shift() ?? '\x03'));
    });
    return { terminal: { input, output }, shown: () => shown };
  }
  const type = (share: Share | undefined) =>
    (share ? writeShare(share) : []).map((line) => `${line.toLowerCase()}\r`);
  const welcome = () => undefined;

  it('is typed without being shown, and a wrong line or paper is asked for again', async () => {
    const shares = await splitKey(key, { needed: 2, holders: 3 });
    const [one, two] = shares;
    const [first = '', ...rest] = type(one);
    const { terminal, shown } = sitAt('what is this\r', first, ...rest, ...type(one), ...type(two));
    const gathered = await typedShares(terminal)(welcome);
    expect(gathered).toEqual([one, two]);
    expect(shown()).toMatch(/line 1: \nThat is not line 1 as it is printed. Type it again/);
    expect(shown()).toMatch(/Share 1 of 3 is read. Still needed: 1.[^]*share 1 of 3 again/);
    for (const line of shares.flatMap(type))
      expect(shown().toLowerCase()).not.toContain(line.trim().slice(5));
  });

  it('may be pasted at once', async () => {
    const shares = await splitKey(key, { needed: 2, holders: 2 });
    const { terminal } = sitAt(...shares.map((share) => type(share).join('')));
    expect(await typedShares(terminal)(welcome)).toEqual(shares);
  });

  it('is not waited for after Ctrl-C, nor when the first is of no use here', async () => {
    const [share] = await splitKey(key, { needed: 2, holders: 2 });
    const stopped = typedShares(sitAt(...type(share), '\x03').terminal)(welcome);
    await expect(stopped).rejects.toThrow(/Stopped before all was typed/);
    const useless = typedShares(sitAt(...type(share)).terminal)(() => {
      throw new DeliveryError('keys', 'of no use', '');
    });
    expect(await useless.catch(explain)).toMatch(/of no use/);
  });

  it('needs a terminal, or files', async () => {
    const { code, errors } = await command(newFolder('restored'), '--combine');
    expect([code, errors]).toEqual([1, expect.stringMatching(/no terminal[^]*--combine FILE/)]);
  });
});

describe('splitting a key', () => {
  it.each([
    [2, 2],
    [2, 3],
    [3, 5],
    [12, 12],
  ])('gives it back from any %d of %d, and never from one fewer', async (needed, holders) => {
    const shares = await splitKey(key, { needed, holders });
    for (let turn = 0; turn < holders; turn++) {
      const turned = [...shares.slice(turn), ...shares.slice(0, turn)];
      const whole = await combineShares(campaign, turned.slice(0, needed));
      expect(whole).toEqual(key);
      expect(await combineShares(campaign, turned.slice(0, needed - 1))).toBeUndefined();
    }
    expect(await combineShares(campaign, shares)).toEqual(key);
  });

  it('excludes nothing: a share may hold any byte, also the one that the key has there', async () => {
    const secret = Buffer.from(key.privateKey.d, 'base64url');
    let same = 0;
    for (let turn = 0; turn < 300; turn++) {
      const [share] = await splitKey(key, { needed: 2, holders: 2 });
      same += secret.filter((byte, at) => share?.part[at] === byte).length;
    }
    // 9,600 bytes, of which one in 256 is so by chance: 37.5, and at most 5 once in 10^10.
    expect(same).toBeGreaterThan(5);
  });

  it('gives it back to somebody who has only the description of the format', async () => {
    const shares = await splitKey(key, { needed: 4, holders: 7 });
    const lines = shares.slice(2, 6).map(writeShare);
    expect(combineByHand(lines)).toBe(Buffer.from(key.privateKey.d, 'base64url').toString('hex'));
  });

  it('is described in docs/keys.md with an example that is true', async () => {
    const text = readFileSync('docs/keys.md', 'utf8');
    const lines = text.match(/^(?:[\dA-Z]{4}-){4}[\dA-Z]{4}$/gm) ?? [];
    const [, example = ''] = /^([\da-f]{64})$/m.exec(text) ?? [];
    const written = [lines.slice(0, lineCount), lines.slice(lineCount)];
    expect(combineByHand(written)).toBe(example);
    const read = written.map((share) =>
      readShare(share.reduce((before, line) => before + (readLine(before, line) ?? ''), '')),
    );
    const shares = read.filter((share) => share !== undefined);
    const whole = await combineShares('example', shares);
    expect(Buffer.from(whole?.privateKey.d ?? '', 'base64url').toString('hex')).toBe(example);
  });
});

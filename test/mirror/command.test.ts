import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeKeyPair } from '../../src/delivery/key-file.ts';
import { editionOf } from '../../src/mirror/edition.ts';
import { verifyMirror } from '../../src/mirror/verify.ts';
import { good, type MirrorStage, openMirrorStage, today } from './stage.ts';

let stage: MirrorStage;
let mirror: string;
let told: string;
let publicKey: string;
beforeAll(async () => {
  stage = await openMirrorStage();
  mirror = join(stage.folder, 'mirror');
  await good(stage.command(['--new-key']));
  told = await good(stage.command(['--out', mirror, '--date', today]));
  publicKey = stage.settings().mirrorKey ?? '';
}, 240_000);
afterAll(() => stage.close());

const manifestSchema = z.object({
  serial: z.number(),
  made: z.string(),
  expires: z.string(),
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() })),
});
const manifest = () =>
  manifestSchema.parse(JSON.parse(readFileSync(join(mirror, 'manifest.json'), 'utf8')));
const bytesOf = (folder: string) =>
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]);

/** A copy of the mirror, as somebody received it. */
let copies = 0;
function copy(change: (folder: string) => void = () => undefined): string {
  const folder = join(stage.folder, `copy-${String((copies += 1))}`);
  cpSync(mirror, folder, { recursive: true });
  change(folder);
  return folder;
}
/** Replaces a text in a file of a copy. */
const change = (name: string, from: string | RegExp, to: string) => (folder: string) => {
  const before = readFileSync(join(folder, name), 'utf8');
  const after = before.replace(from, to);
  expect(after, 'the test changes something').not.toBe(before);
  writeFileSync(join(folder, name), after);
};

describe('npm run mirror -- --new-key', () => {
  it('wrote the public key into campaign.yaml, where all else stays, and the private one into a file for its owner alone', () => {
    const file = join(stage.keys, 'mirror', readdirSync(join(stage.keys, 'mirror'))[0] ?? '');
    expect(publicKey).toMatch(/^[\w-]{87}$/);
    expect(stage.settingsText()).toMatch(/\n# The key that signs the mirror.*\nmirrorKey: /);
    expect(stage.settingsText()).toContain('# Name inside the sealed signatures.');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = /"d": "([\w-]{43})"/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    expect(secret).toHaveLength(43);
    expect(stage.settingsText() + told).not.toContain(secret);
  });

  it('refuses a second key, and one whose public half was lost; nothing changes', async () => {
    const settings = stage.settingsText();
    const second = await stage.command(['--new-key']);
    expect([second.code, second.errors]).toEqual([
      1,
      expect.stringContaining('already has a mirrorKey'),
    ]);
    stage.writeSettings(settings.replace(/^mirrorKey: .*\n/m, ''));
    const orphan = await stage.command(['--new-key']);
    expect([orphan.code, orphan.errors]).toEqual([
      1,
      expect.stringContaining(`mirrorKey: ${publicKey}`),
    ]);
    expect(readdirSync(join(stage.keys, 'mirror'))).toHaveLength(1);
    stage.writeSettings(settings);
  });

  it('may not be the key that signatures are sealed to', async () => {
    const settings = stage.settingsText();
    const sealing = stage.settings().keys[0]?.publicKey ?? '';
    stage.writeSettings(settings.replace(/^mirrorKey: .*$/m, `mirrorKey: ${sealing}`));
    expect((await stage.command(['--out', mirror])).code).toBe(1);
    stage.writeSettings(settings);
  });
});

describe('npm run mirror', () => {
  it('writes a file a language, their list, hashes, manifest and signature, and says what it wrote', () => {
    const names = stage.settings().languages.map((language) => `${language}.html`);
    const files = ['SHA256SUMS', 'index.html', ...names];
    expect(readdirSync(mirror).sort()).toEqual(
      [...files, 'manifest.json', 'manifest.json.sig'].sort(),
    );
    expect(Object.keys(manifest().files).sort()).toEqual(files.sort());
    for (const name of files) {
      const { size } = statSync(join(mirror, name));
      expect(manifest().files[name]?.bytes).toBe(size);
      expect(told).toMatch(new RegExp(`${name} +${String(size)} bytes`));
    }
    expect(told).toContain(`Edition ${String(manifest().serial)}, made on ${today}`);
    expect(told).toContain(`good until ${manifest().expires}`);
    expect(told).toMatch(/SHA-256 of manifest\.json.*\n( *[0-9a-f]{4}){16}\n/);
  });

  it('writes nothing that is secret', () => {
    const [file = ''] = readdirSync(join(stage.keys, 'mirror'));
    const secret = /"d": "([\w-]{43})"/.exec(
      readFileSync(join(stage.keys, 'mirror', file), 'utf8'),
    )?.[1];
    for (const name of readdirSync(mirror))
      expect(readFileSync(join(mirror, name), 'utf8')).not.toContain(secret);
  });

  it('again changes no byte, the signature included', async () => {
    const before = bytesOf(mirror);
    const again = await good(stage.command(['--out', mirror, '--date', today]));
    expect(again).toContain('already holds this edition');
    expect(bytesOf(mirror)).toEqual(before);
  });

  it('never overwrites an edition with an older one, nor with another of its number', async () => {
    const before = bytesOf(mirror);
    const older = await stage.command(['--out', mirror, '--date', today, '--serial', '5']);
    expect([older.code, older.errors]).toEqual([1, expect.stringContaining('Nothing was written')]);
    const petition = join(stage.content, 'en/safety.md');
    const text = readFileSync(petition, 'utf8');
    appendFileSync(petition, '\nOne more line.\n');
    const same = await stage.command(['--out', mirror, '--date', today]);
    writeFileSync(petition, text);
    expect([same.code, same.errors]).toEqual([1, expect.stringContaining('is not the same')]);
    expect(bytesOf(mirror)).toEqual(before);
  });

  it('takes away what the last edition had and a newer one has not, and signs anew', async () => {
    const folder = copy();
    const language = join(stage.content, 'fr');
    cpSync(language, join(stage.folder, 'fr'), { recursive: true });
    rmSync(language, { recursive: true });
    const serial = String(manifest().serial + 1);
    await good(stage.command(['--out', folder, '--date', today, '--serial', serial]));
    cpSync(join(stage.folder, 'fr'), language, { recursive: true });
    expect(existsSync(join(folder, 'fr.html'))).toBe(false);
    expect(await good(stage.command(['--verify', folder]))).toContain(`Edition ${serial}`);
  });

  it('touches no file that it did not write', async () => {
    const folder = copy((one) => writeFileSync(join(one, 'notes.txt'), 'mine'));
    const { code, errors } = await stage.command(['--out', folder, '--date', today]);
    expect([code, errors]).toEqual([1, expect.stringContaining('notes.txt')]);
  });

  const refusals: [string, string[], Record<string, string>, RegExp][] = [
    ['without the private key', ['--key-folder', '/nowhere'], {}, /private key .* is not in/],
    ['on a machine that builds for others', [], { CI: 'true' }, /CI is set/],
    ['for a day that does not exist', ['--date', '2026-02-30'], {}, /is no day/],
    ['for a number that is none', ['--serial', 'two'], {}, /is no serial number/],
    ['for a day so long ago that it is too old', ['--date', '2026-01-02'], {}, /too old since/],
    ['for a day after the end', ['--date', '2031-01-01'], {}, /campaign closes on/],
    ['for an option that there is not', ['--send'], {}, /--help/],
  ];
  it.each(refusals)('%s says so and writes nothing', async (_, options, environment, words) => {
    const out = join(stage.folder, 'never');
    const { code, errors } = await stage.command(
      ['--out', out, '--date', today, ...options],
      environment,
    );
    expect([code, errors]).toEqual([1, expect.stringMatching(words)]);
    expect(existsSync(out)).toBe(false);
  });

  it('refuses where nothing could be sealed yet', async () => {
    const settings = stage.settingsText();
    stage.writeSettings(settings.replace('status: current', 'status: accepted'));
    const { code, errors } = await stage.command(['--date', today]);
    stage.writeSettings(settings);
    expect([code, errors]).toEqual([1, expect.stringContaining('npm run keys')]);
  });

  it('without a key of its own shows the way to one, and writes an unsigned mirror only when asked', async () => {
    const settings = stage.settingsText();
    stage.writeSettings(settings.replace(/^mirrorKey: .*$/m, ''));
    const refused = await stage.command(['--date', today]);
    const out = join(stage.folder, 'look');
    const look = await good(
      stage.command(['--unsigned', '--out', out, '--date', today], { CI: '1' }),
    );
    stage.writeSettings(settings);
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining('--new-key')]);
    expect(look).toContain('NOT SIGNED');
    expect(existsSync(join(out, 'manifest.json.sig'))).toBe(false);
    expect((await stage.command(['--verify', out])).code).toBe(1);
  });

  it('leaves a signed mirror alone when it is to write an unsigned one', async () => {
    const { code, errors } = await stage.command(['--unsigned', '--out', mirror, '--date', today]);
    expect([code, errors]).toEqual([1, expect.stringContaining('holds a signed mirror')]);
  });
});

describe('an edition', () => {
  const closes = '2027-03-31';
  const commit = Date.parse('2026-11-23T22:10:00Z') / 1000;

  it('takes number and day from the commit, and is good for 90 days', () => {
    expect(editionOf({}, commit, closes)).toEqual({
      serial: commit,
      made: '2026-11-23',
      expires: '2027-02-21',
    });
  });

  it('is not good beyond the day on which the campaign closes', () => {
    expect(editionOf({ date: '2027-03-01' }, commit, closes).expires).toBe(closes);
  });

  it('of a later day has a larger number', () => {
    const { serial } = editionOf({ date: '2026-11-24' }, commit, closes);
    expect(serial).toBeGreaterThan(editionOf({}, commit, closes).serial);
  });

  it('without a commit asks for the day', () => {
    expect(() => editionOf({}, undefined, closes)).toThrow(/no git commit.*\n.*--date/);
    expect(editionOf({ date: '2026-11-23', serial: '7' }, undefined, closes).serial).toBe(7);
  });
});

describe('npm run mirror -- --verify', () => {
  /** Exit code and words of a check with the key of the clone. */
  async function verify(path: string, options: readonly string[] = []) {
    const { code, output, errors } = await stage.command(['--verify', path, ...options]);
    return { code, said: output + errors };
  }

  it('finds a mirror as it was signed, and reads out whose, which and until when', async () => {
    const { code, said } = await verify(mirror);
    expect(code).toBe(0);
    expect(said).toContain('what the campaign belarus-2020 signed: 14 files, none changed');
    expect(said).toContain(`good until ${manifest().expires}`);
    expect(said).toMatch(/SHA-256 of manifest\.json: [0-9a-f]{64}/);
  });

  it('knows a single file by what it holds, whatever a messenger called it', async () => {
    const folder = copy();
    cpSync(join(folder, 'be.html'), join(folder, 'be (1).html'));
    const renamed = await verify(join(folder, 'be (1).html'));
    expect([renamed.code, renamed.said]).toEqual([
      0,
      expect.stringContaining('be (1).html is its be.html'),
    ]);
    change('be.html', '</h1>', '!</h1>')(folder);
    const changed = await verify(join(folder, 'be.html'));
    expect([changed.code, changed.said]).toEqual([1, expect.stringContaining('was changed')]);
  });

  it.each([
    ['a changed byte', change('be.html', 'name=consent', 'name=Consent'), /be\.html was changed/],
    ['a missing file', (one: string) => rmSync(join(one, 'ru.html')), /ru\.html is missing/],
    [
      'an extra file',
      (one: string) => writeFileSync(join(one, 'app.js'), ''),
      /app\.js is no part of the mirror/,
    ],
    ['an extra folder', (one: string) => mkdirSync(join(one, 'be')), /be is no part of the mirror/],
    [
      'a file put in another’s place',
      (one: string) => cpSync(join(one, 'ru.html'), join(one, 'be.html')),
      /be\.html was changed/,
    ],
    ['changed hashes', change('SHA256SUMS', /^./, 'x'), /SHA256SUMS was changed/],
    [
      'a manifest in which a number was changed',
      change('manifest.json', '"bytes": ', '"bytes": 1'),
      /changed or cut, or somebody else/,
    ],
    ['a cut manifest', change('manifest.json', /\}\s*$/, ''), /changed or cut/],
    [
      'a manifest without a signature',
      (one: string) => rmSync(join(one, 'manifest.json.sig')),
      /no manifest\.json\.sig/,
    ],
    [
      'an empty signature',
      (one: string) => writeFileSync(join(one, 'manifest.json.sig'), ''),
      /not that of the key/,
    ],
    ['no manifest', (one: string) => rmSync(join(one, 'manifest.json')), /no manifest\.json in/],
  ])('finds %s', async (_, spoil, words) => {
    const { code, said } = await verify(copy(spoil));
    expect(said).toMatch(words);
    expect(code).toBe(1);
  });

  it('names every fault of the files, not only the first', async () => {
    const { said } = await verify(
      copy((one) => {
        rmSync(join(one, 'ru.html'));
        appendFileSync(join(one, 'be.html'), ' ');
        writeFileSync(join(one, 'app.js'), '');
      }),
    );
    expect(said.trim().split('\n')).toHaveLength(3);
  });

  it('finds a mirror that another key signed', async () => {
    const other = await makeKeyPair('belarus-2020');
    const { code, said } = await verify(mirror, ['--key', other.publicKey]);
    expect([code, said]).toEqual([1, expect.stringContaining(`not that of the key ${other.id}`)]);
  });

  it('finds a signed mirror of another campaign', async () => {
    const finding = await verifyMirror(mirror, { publicKey, campaign: 'other-2021', today });
    expect(finding.good).toBe(false);
    expect(finding.lines[0]).toBe(
      'This is a mirror of the campaign belarus-2020, not of other-2021.',
    );
  });

  it('finds one that is too old from the day after its last', async () => {
    const { expires } = manifest();
    const after = new Date(Date.parse(expires) + 86_400_000).toISOString().slice(0, 10);
    expect((await verifyMirror(mirror, { publicKey, today: expires })).good).toBe(true);
    const finding = await verifyMirror(mirror, { publicKey, today: after });
    expect([finding.good, finding.lines]).toEqual([
      false,
      [`It was good until ${expires}, and today is ${after}: ask for a newer edition.`],
    ]);
  });

  it('asks for a key where it knows none, and says when there is nothing to check', async () => {
    expect((await verify(mirror, ['--key', 'short'])).said).toContain('--key KEY');
    expect((await verify(join(stage.folder, 'nowhere'))).said).toContain('There is nothing at');
  });
});

/** The commands of the guide, as they stand in it. */
const guide = readFileSync('docs/mirror.md', 'utf8');
const [, commands = ''] = /```sh\n(T=[^]*?)```/.exec(guide) ?? [];
const openssl = await promisify(execFile)('openssl', ['version']).then(
  () => true,
  () => false,
);

describe.runIf(openssl)('the guide’s way to check without our software', () => {
  const check = (folder: string, key: string) =>
    promisify(execFile)('sh', ['-c', commands], {
      cwd: folder,
      env: { ...process.env, KEY: key },
    }).then(
      ({ stdout }) => stdout,
      (error: unknown) => String(error),
    );

  it('finds a mirror as it was signed', async () => {
    const said = await check(mirror, publicKey);
    expect(said).toContain('Verified OK');
    expect(said.match(/: OK$/gm)).toHaveLength(13);
  });

  it.each([
    ['a changed file', change('be.html', 'name=consent', 'name=Consent')],
    ['a changed manifest', change('manifest.json', '"serial": ', '"serial": 1')],
    [
      'changed hashes',
      (one: string) => {
        appendFileSync(join(one, 'be.html'), ' ');
        rmSync(join(one, 'SHA256SUMS'));
        writeFileSync(join(one, 'SHA256SUMS'), '');
      },
    ],
  ])('finds %s', async (_, spoil) => {
    expect(await check(copy(spoil), publicKey)).toMatch(/^Error: Command failed/);
  });

  it('finds another key', async () => {
    const { publicKey: other } = await makeKeyPair('belarus-2020');
    expect(await check(mirror, other)).toMatch(/^Error: Command failed/);
  });
});

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCloudflare } from './cloudflare.ts';
import { runCommand } from './command.ts';
import { lockQuickly, passphrase } from './locked.ts';
import { changeSettings, openStage, readDelivery, type Signing, type Stage } from './stage.ts';

let stage: Stage;
let cloudflare: Awaited<ReturnType<typeof startCloudflare>>;
let out: string;
let runs = 0;
beforeAll(async () => {
  stage = await openStage();
  cloudflare = await startCloudflare(stage.db);
});
beforeEach(async () => {
  await stage.clear();
  out = join(stage.folder, `run-${runs++}`);
});
afterAll(async () => {
  await cloudflare.stop();
  await stage.close();
});

/** `npm run deliver` on the stage's database, keys and settings. No run may print what was entered. */
async function deliver(
  options: string[] = [],
  environment: Record<string, string | undefined> = {},
) {
  const own = ['--database', stage.state, '--key-folder', stage.keyFolder, '--folder', out];
  const form = options.some((one) => unprinted.includes(one)) ? [] : ['--without-pdf'];
  const settings = { UNDERSIGNED_CONTENT: stage.content };
  const command = 'src/delivery/cli.ts';
  const ended = await runCommand(command, [...own, ...form, ...options], {
    ...settings,
    ...environment,
  });
  expect(ended.output + ended.errors).not.toMatch(typed);
  // How far it is, is told beside what goes wrong.
  const told = /^(?:Reading|Opening|Marking): [\d,]+ of [\d,]+(?:, [\d,]+ a second)?\n/gm;
  return { ...ended, errors: ended.errors.replace(told, '') };
}

/** A printed PDF takes a browser, and is tested elsewhere. */
const unprinted = ['--help', '--confirm', '--drop', '--contacts', '--upload'];

/** The first batch, as a run left it beside its own copies. */
function delivered() {
  const names = ['.lock', 'batch-001', 'opened.sqlite', 'rows.sqlite'];
  expect(readdirSync(out).sort()).toEqual(names);
  return readDelivery(join(out, 'batch-001'));
}

const signed: Signing[] = [
  {
    content: {
      level: 'initials',
      name: 'Ганна Бойка',
      email: 'hanna@mailbox.example',
      country: 'Польшча',
    },
  },
  { content: { level: 'count', name: 'Secret Person', email: 'secret@mailbox.example' } },
  { content: { level: 'initials', name: 'Held Person', country: 'Latvia' }, state: 'held' },
];
/** Every word that somebody entered. */
const typed = /Ганна|Бойка|hanna|mailbox\.example|Secret|Person|Польшча|Latvia/;

describe('npm run deliver', () => {
  it('delivers from the database of this machine, also while another process has it open', async () => {
    for (const signing of signed) await stage.sign(signing);
    const { code, output, errors } = await deliver();
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/signatures +3\n +handed over by this batch +2\n/);
    expect(output).toContain(join(out, 'batch-001'));
    expect(output).toContain('Next: check by hand what is held (1): npm run review');
    expect(delivered().lines).toHaveLength(2);
  });

  it('goes the whole way, step by step, in the deployed database', async () => {
    await stage.sign(signed[0]);
    const remote = (...options: string[]) =>
      deliver(['--remote', ...options], cloudflare.environment);
    for (const step of ['fetch', 'open', 'write'])
      expect(await remote('--only', step)).toMatchObject({ code: 0, errors: '' });
    expect(delivered().lines).toHaveLength(1);
    expect((await deliver(['--confirm'])).errors).toMatch(/--confirm --remote/);
    const confirmed = await remote('--confirm');
    expect([confirmed.code, confirmed.errors]).toEqual([0, '']);
    expect(confirmed.output).toMatch(/Batch 1 is confirmed: 1 rows are marked/);
    const again = await remote('--again', '1');
    expect(again.output).toContain('what they were, bit for bit');
    expect((await remote('--drop')).output).toMatch(/no batch whose confirming/);
    expect(cloudflare.refused).toEqual([]);
  });

  it('writes contacts for the campaigner alone, and only when told so', async () => {
    await stage.sign({ content: { ...signed[0]?.content, level: 'count', news: 'on' } });
    await deliver();
    expect(readdirSync(out).some((name) => name.startsWith('contacts'))).toBe(false);
    const { code, output } = await deliver(['--contacts']);
    expect([code, output]).toEqual([0, expect.stringMatching(/contacts written +1\n/)]);
    const folder = readdirSync(out).find((name) => name.startsWith('contacts'));
    expect(readFileSync(join(out, folder ?? '', 'civicrm.csv'), 'utf8')).toContain('hanna@');
  });

  it('delivers from the deployed database, page by page, asking Cloudflare for nothing else', async () => {
    const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
      INSERT INTO signature SELECT randomblob(32), x'', '2026-11-23', NULL, NULL, 'withdrawn', 0, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL FROM n`;
    await stage.db.prepare(many).run();
    for (const signing of signed) await stage.sign(signing);
    const before = cloudflare.answered();
    const { code, output, errors } = await deliver(['--remote'], cloudflare.environment);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/rows in the database +1,203\n/);
    expect(delivered().lines).toHaveLength(2);
    // What there is, the batches, the numbers beside, and two pages.
    expect([cloudflare.answered() - before, cloudflare.refused]).toEqual([5, []]);
  });

  it('asks again when the deployed database fails in passing', async () => {
    await stage.sign();
    cloudflare.stumble();
    const { code, errors } = await deliver(['--remote'], cloudflare.environment);
    expect([code, errors]).toEqual([0, '']);
    expect(delivered().lines).toHaveLength(1);
  });

  it('says so when nobody is logged in to Cloudflare, and how to log in', async () => {
    const home = join(stage.folder, 'home');
    mkdirSync(home);
    const nobody = { HOME: home, XDG_CONFIG_HOME: home, CLOUDFLARE_API_TOKEN: undefined };
    const { code, output, errors } = await deliver(['--remote'], nobody);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain('npx wrangler login');
  });

  it('says so when Cloudflare refuses', async () => {
    const wrong = { ...cloudflare.environment, CLOUDFLARE_API_TOKEN: 'wrong' };
    const { code, errors } = await deliver(['--remote'], wrong);
    expect(code).toBe(1);
    expect(errors).toMatch(/Could not read the deployed database: .*\n.*npx wrangler login/);
  });

  it('ends with 2 and prints the id hash when a row does not open', async () => {
    for (const signing of signed) await stage.sign(signing);
    const idHash = await stage.sign({ spoiled: true });
    const { code, output } = await deliver();
    expect(code).toBe(2);
    expect(output).toMatch(/did not open +1\n/);
    expect(output).toContain(`Rows of these ids did not open:\n  ${idHash}`);
    expect(delivered().lines).toHaveLength(2);
  });

  it('prints nothing that anybody entered, also when it fails', async () => {
    for (const signing of signed) await stage.sign(signing);
    await stage.sign({ content: { level: 'Secret', name: 'Person' } });
    const { code, errors } = await deliver(['--folder', '/dev/null/nowhere']);
    expect(code).toBe(1);
    expect(errors).toMatch(/ENOTDIR.*\n.*run this command again/);
  });

  it('says kindly that nobody has signed yet, and writes no batch', async () => {
    const { code, output } = await deliver();
    expect([code, output]).toEqual([0, expect.stringContaining('Nobody has signed yet')]);
    expect(readdirSync(out).sort()).toEqual(['.lock', 'opened.sqlite', 'rows.sqlite']);
  });

  it('says which key it lacks when the key folder is empty', async () => {
    await stage.sign();
    const { code, errors } = await deliver(['--key-folder', join(stage.folder, 'nowhere')]);
    expect([code, errors]).toEqual([1, expect.stringContaining('--key-folder FOLDER')]);
    expect(() => readdirSync(out)).toThrow();
  });

  it('opens a key that is locked with a passphrase, and says so where the passphrase is wrong', async () => {
    const locked = join(stage.folder, 'locked');
    const words = join(stage.folder, 'words.txt');
    await lockQuickly(locked, stage.key);
    const listed = `keys:\n  - publicKey: ${stage.key.publicKey}\n    status: current\n`;
    changeSettings(stage.content, 'keys: []\n', listed);
    for (const signing of signed) await stage.sign(signing);
    const options = ['--key-folder', locked, '--passphrase-file', words];

    writeFileSync(words, `not ${passphrase}\n`);
    const refused = await deliver(options);
    expect([refused.code, refused.output]).toEqual([1, '']);
    expect(refused.errors).not.toContain(passphrase);

    writeFileSync(words, `${passphrase}\n`);
    const { code, errors } = await deliver(options);
    changeSettings(stage.content, listed, 'keys: []\n');
    expect([code, errors]).toEqual([0, '']);
    expect(delivered().lines).toHaveLength(2);
  });

  it('says what to do when the database was never prepared', async () => {
    const { code, errors } = await deliver(['--database', join(stage.folder, 'empty', 'v3')]);
    expect([code, errors]).toEqual([1, expect.stringMatching(/no such table[^]*npm start/)]);
  });

  it('does not start with an option that it does not know', async () => {
    const { code, errors } = await deliver(['--upload']);
    expect([code, errors]).toEqual([1, expect.stringMatching(/--upload[^]*--help/)]);
  });

  it('explains itself', async () => {
    const { code, output } = await deliver(['--help']);
    expect(code).toBe(0);
    for (const option of ['--remote', '--confirm', '--key-folder', '--folder', '--contacts'])
      expect(output).toContain(option);
  });
});

import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keyIdOf } from '../../src/site/campaign.ts';
import { readSettings, type Settings } from '../../src/site/settings.ts';
import { readTranslations, type Translation } from '../../src/site/translations.ts';
import { findings, type Plan, type Worker, workerSchema } from '../../src/operation/preflight.ts';
import { productionSite } from '../sites.ts';
import { startCloudflare } from './cloudflare.ts';
import { copyProject, leaving, runDeploy } from './project.ts';

const settings = readSettings(productionSite.content);
const publicKey = settings.keys[0]?.publicKey ?? '';
const worker = workerSchema.parse({
  main: 'functions/worker.ts',
  observability: { enabled: false },
  d1_databases: [
    { database_name: 'undersigned', database_id: '6f1d2c3b-4a59-4687-9a0b-1c2d3e4f5a6b' },
  ],
  kv_namespaces: [{ binding: 'SNAPSHOT', id: '0f2ac74b498b48028cb68387c421e279' }],
  queues: {
    producers: [{ queue: 'undersigned' }],
    consumers: [{ queue: 'undersigned', dead_letter_queue: 'undersigned-dead' }],
  },
});
const ready: Plan = {
  settings,
  worker,
  secrets: { ok: true, names: ['PEPPER', 'TURNSTILE_SECRET'] },
  developmentKey: 'AAAAAAAAAAA',
  promised: settings.deletedBy,
  unpublished: [],
  translations: readTranslations(productionSite.content, settings),
  today: '2026-12-01',
};
const set = (change: Partial<Settings>): Plan => ({
  ...ready,
  settings: { ...settings, ...change },
});
const configure = (change: Partial<Worker>): Plan => ({
  ...ready,
  worker: { ...worker, ...change },
});
const translated = (change: Partial<Translation>): Plan => ({
  ...ready,
  translations: ready.translations.map((one) =>
    one.language === 'be' ? { ...one, ...change } : one,
  ),
});
const named = (name: string) => set({ controller: { ...settings.controller, name } });
const reached = (contact: string) => set({ controller: { ...settings.controller, contact } });
const key = (status: 'current' | 'accepted', letter: string) => ({
  publicKey: letter.repeat(87),
  status,
});

describe('the preflight', () => {
  it('lets a campaign pass that is ready', () => {
    expect(findings(ready)).toEqual([]);
  });

  it('asks for no secrets once nothing more can come, and not a day before', () => {
    const secrets = { ok: true as const, names: [] };
    const at = (today: string) => findings({ ...set({ closes: '2026-11-20' }), secrets, today });
    expect(at('2026-11-30')).toHaveLength(2);
    expect(at('2026-12-01')).toEqual([]);
  });

  it('lets a language pass that is published half-translated', () => {
    const files = [{ file: 'safety.md', state: 'missing' }] as const;
    const half = translated({ partly: true, files: [...files], missingWords: ['share.title'] });
    expect(findings(half)).toEqual([]);
  });

  it.each<[string, Plan, RegExp, RegExp]>([
    [
      'an example as the name of who runs the campaign',
      named('Example Campaign'),
      /controller\.name.*Example/,
      /npm run publish-texts/,
    ],
    [
      'a name that says "replace me"',
      named('Our group (replace me)'),
      /controller\.name/,
      /campaign\.yaml/,
    ],
    [
      'an example as the contact',
      reached('contact@petition.example'),
      /controller\.contact/,
      /campaign\.yaml/,
    ],
    [
      'an example as the authority',
      set({ authority: 'Example Authority' }),
      /authority/,
      /campaign\.yaml/,
    ],
    [
      'the example host',
      set({ host: 'https://petition.example' }),
      /host.*petition\.example/,
      /Cloudflare account/,
    ],
    ['a host under .test', set({ host: 'https://petition.test' }), /host/, /campaign\.yaml/],
    ['a host under .invalid', set({ host: 'https://petition.invalid' }), /host/, /campaign\.yaml/],
    ['this machine as the host', set({ host: 'https://localhost' }), /host/, /campaign\.yaml/],
    ['a network address as the host', set({ host: 'https://192.0.2.1' }), /host/, /campaign\.yaml/],
    [
      'a port in the host',
      set({ host: 'https://sign.example.org:8443' }),
      /host/,
      /campaign\.yaml/,
    ],
    ['a host on workers.dev', set({ host: 'https://a.b.workers.dev' }), /host/, /campaign\.yaml/],
    [
      'a Turnstile key that passes everybody',
      set({ turnstileSiteKey: '1x00000000000000000000AA' }),
      /turnstileSiteKey/,
      /widget/,
    ],
    [
      'a Turnstile key that blocks everybody',
      set({ turnstileSiteKey: '2x00000000000000000000AB' }),
      /turnstileSiteKey/,
      /widget/,
    ],
    [
      'a Turnstile key that always challenges',
      set({ turnstileSiteKey: '3x00000000000000000000FF' }),
      /turnstileSiteKey/,
      /widget/,
    ],
    ['no key', set({ keys: [] }), /no current key/, /npm run keys/],
    [
      'only a key that was replaced',
      set({ keys: [key('accepted', 'B')] }),
      /no current key/,
      /npm run keys/,
    ],
    [
      'two current keys',
      set({ keys: [key('current', 'B'), key('current', 'C')] }),
      /2 current keys/,
      /accepted/,
    ],
    [
      "this machine's development key",
      { ...ready, developmentKey: keyIdOf(publicKey) },
      /development key/,
      /npm run keys/,
    ],
    [
      'a later day of deletion than people agreed to',
      { ...ready, promised: '2027-06-29' },
      /published texts promise 2027-06-29/,
      /2027-06-29 or an earlier day/,
    ],
    [
      'a text that was changed and not published',
      { ...ready, unpublished: ['be-0123456789ab'] },
      /be-0123456789ab/,
      /npm run publish-texts/,
    ],
    [
      'a translation that is older than the source',
      translated({ files: [{ file: 'safety.md', state: 'stale' }] }),
      /say the same as en as it stands now: be\.$/,
      /npm run translations -- --confirm be$/,
    ],
    [
      'a page that is not translated',
      translated({ files: [{ file: 'safety.md', state: 'missing' }] }),
      /Not everything is written: be\.$/,
      /npm run translations$/,
    ],
    [
      'a missing warning, also in a language that is published half-translated',
      translated({ missingWords: ['warning.text'], partly: true }),
      /Not everything is written: be\.$/,
      /npm run translations$/,
    ],
    [
      'a warning that no native speaker has checked',
      translated({ checked: undefined }),
      /No native speaker .*: be\.$/,
      /npm run translations -- --checked be --by/,
    ],
    [
      'a warning that was changed after it was checked',
      translated({ checked: { by: 'Somebody', on: '2026-11-01', current: false } }),
      /No native speaker .*: be\.$/,
      /npm run translations -- --checked be --by/,
    ],
    [
      'no id of the database',
      configure({
        d1_databases: [
          { database_name: 'undersigned', database_id: '00000000-0000-0000-0000-000000000000' },
        ],
      }),
      /database_id/,
      /d1 create undersigned --jurisdiction eu -c wrangler\.toml\n.*queues create undersigned .*\n.*queues create undersigned-dead /,
    ],
    [
      'an id of the database that was left out',
      configure({ d1_databases: [{ database_name: 'undersigned', database_id: '' }] }),
      /database_id/,
      /d1 create/,
    ],
    [
      'no id of the KV namespace',
      configure({ kv_namespaces: [{ binding: 'SNAPSHOT', id: '0'.repeat(32) }] }),
      /KV namespace SNAPSHOT/,
      /kv namespace create SNAPSHOT -c wrangler\.toml/,
    ],
    [
      'logs that are on',
      configure({ observability: { enabled: true } }),
      /logs/,
      /enabled = false/,
    ],
    [
      'logs that nobody switched off',
      configure({ observability: workerSchema.shape.observability.parse(undefined) }),
      /logs/,
      /enabled = false/,
    ],
    [
      'logs that are on in a section of their own',
      configure({ observability: { enabled: false, logs: { enabled: true } } }),
      /logs/,
      /logs/,
    ],
    ['logs that are pushed', configure({ logpush: true }), /logs/, /logpush/],
    [
      'another Worker that listens',
      configure({ tail_consumers: [{ service: 'listener' }] }),
      /logs/,
      /tail_consumers/,
    ],
    [
      'a second address on workers.dev',
      configure({ workers_dev: true }),
      /second address/,
      /workers_dev = false/,
    ],
    ['addresses of previews', configure({ preview_urls: true }), /second address/, /preview_urls/],
    [
      'a secret that everybody can read',
      configure({ vars: { PEPPER: 'x' } }),
      /PEPPER where everybody/,
      /\[vars\]/,
    ],
    [
      'no pepper',
      { ...ready, secrets: { ok: true, names: ['TURNSTILE_SECRET'] } },
      /PEPPER is not set/,
      /randomBytes.*\| npx wrangler secret put PEPPER -c wrangler\.toml/,
    ],
    [
      'no Turnstile secret',
      { ...ready, secrets: { ok: true, names: ['PEPPER'] } },
      /TURNSTILE_SECRET is not set/,
      /wrangler secret put TURNSTILE_SECRET -c wrangler\.toml/,
    ],
    [
      'secrets that could not be asked for',
      { ...ready, secrets: { ok: false, reason: 'fetch failed' } },
      /PEPPER and TURNSTILE_SECRET.*fetch failed/,
      /wrangler login/,
    ],
  ])('refuses %s, and says how to mend it', (_, plan, what, mend) => {
    const [found, ...others] = findings(plan);
    expect(others).toEqual([]);
    expect(found?.what).toMatch(what);
    expect(found?.mend).toMatch(mend);
  });
});

describe('npm run deploy', () => {
  const project = copyProject();
  const out = join(project.folder, 'dist');
  const content = { UNDERSIGNED_CONTENT: productionSite.content };
  const all = ['PEPPER', 'TURNSTILE_SECRET'];
  afterAll(project.remove);

  /** Deploys a ready campaign to a Cloudflare that knows these secrets. */
  async function deploy(secrets: readonly string[] | undefined, options: readonly string[] = []) {
    const cloudflare = await startCloudflare(secrets);
    const environment = { ...content, ...cloudflare.environment, UNDERSIGNED_LOCAL: '1' };
    const ended = await runDeploy(project, options, environment);
    await cloudflare.stop();
    return { ...ended, asked: cloudflare.asked, refused: cloudflare.refused };
  }

  it('names every example in the settings of the repository, and builds nothing', async () => {
    const { code, output } = await runDeploy({ ...project, folder: '.' }, ['--out', out]);
    expect(code).toBe(1);
    for (const example of [
      /controller\.name is still an example/,
      /controller\.contact is still an example/,
      /authority is still an example/,
      /host is not a domain of yours: https:\/\/petition\.example/,
      /turnstileSiteKey is Cloudflare's test key/,
      /No native speaker has checked warning and consent as they stand: en, /,
      /no current key/,
      /no database_id for undersigned/,
      /no id for the KV namespace SNAPSHOT/,
      /whether PEPPER and TURNSTILE_SECRET are set: nobody is logged in\./,
    ])
      expect(output).toMatch(example);
    expect(output).toMatch(/In the way: 10$/m);
    expect(existsSync(out)).toBe(false);
  });

  it('reads texts and keys as they are on this machine', async () => {
    const changed = join(project.home, 'content');
    cpSync(productionSite.content, changed, { recursive: true });
    appendFileSync(join(changed, 'ru/petition.md'), 'One more demand.\n');
    const keys = join(project.home, 'keys');
    mkdirSync(keys);
    writeFileSync(join(keys, 'development.private.json'), JSON.stringify({ publicKey }));
    const environment = { UNDERSIGNED_CONTENT: changed, UNDERSIGNED_KEYS: keys };
    const { code, output } = await runDeploy(project, [], environment);
    expect(code).toBe(1);
    expect(output).toMatch(/changed and not published: ru-[0-9a-f]{12}\.$/m);
    expect(output).toMatch(/development key of this machine/);
    expect(output).toMatch(/In the way: 3$/m);
  });

  it('rehearses the deployment of a ready campaign, changes nothing and says what to run', async () => {
    const { code, output, asked, refused } = await deploy(all);
    expect(output).toMatch(/Worker {2}[\d.]+ KiB \/ gzip: [\d.]+ KiB\n {2}Pages {3}\d+\n/);
    expect(output).toContain(`
  npx wrangler d1 migrations apply DB --remote -c wrangler.toml
  npx wrangler deploy -c dist/server/wrangler.json --domain sign.example.org --domain form.example.com

Nothing was changed. To deploy: npm run deploy -- --yes`);
    expect([code, asked.length, refused]).toEqual([0, 1, []]);
    expect(filesWith(out, leaving)).toEqual([]);
    expect(readdirSync(join(out, 'server'))).not.toContain('.dev.vars');
    expect(filesWith(join(out, 'client/be/index.html'), productionSite.host)).toHaveLength(1);
  });

  it('deploys when it is told to, and stops at the first command that fails', async () => {
    const { code, output, refused } = await deploy(all, ['--yes']);
    expect(code).toBe(1);
    expect(output).toMatch(/This failed \(exit code 1\), and nothing was run after it\.$/m);
    expect(refused[0]).toMatch(
      /^POST .*\/d1\/database\/6f1d2c3b-4a59-4687-9a0b-1c2d3e4f5a6b\/query$/,
    );
    expect(refused.filter((request) => request.includes('/workers/'))).toEqual([]);
  });

  it.each([
    ['one secret', ['PEPPER'], [/TURNSTILE_SECRET is not set/]],
    ['a Worker, the first time', undefined, [/PEPPER is not set/, /TURNSTILE_SECRET is not set/]],
  ])('refuses while Cloudflare lacks %s', async (_, secrets, missing) => {
    const { code, output } = await deploy(secrets);
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`In the way: ${missing.length}$`, 'm'));
    for (const secret of missing) expect(output).toMatch(secret);
  });

  it.each([
    [
      'cannot be reached',
      { CLOUDFLARE_API_BASE_URL: 'http://127.0.0.1:9' },
      /are set: fetch failed\./,
    ],
    ['does not know the token', { CLOUDFLARE_API_TOKEN: 'another' }, /Authentication error/],
  ])('refuses while Cloudflare %s', async (_, environment, reason) => {
    const cloudflare = await startCloudflare(all);
    const { code, output } = await runDeploy(project, [], {
      ...content,
      ...cloudflare.environment,
      ...environment,
    });
    await cloudflare.stop();
    expect(code).toBe(1);
    expect(output).toMatch(/In the way: 1$/m);
    expect(output).toMatch(reason);
  });

  it('says what it can be told', async () => {
    expect((await runDeploy(project, ['--help'])).output).toContain('--yes');
    const { code, output } = await runDeploy(project, ['--now']);
    expect(code).toBe(1);
    expect(output).toContain('npm run deploy -- --help');
  });
});

/** The files under a path that hold a text. */
function filesWith(path: string, text: string): string[] {
  const files = statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
  return files.filter((file) => readFileSync(file, 'utf8').includes(text));
}

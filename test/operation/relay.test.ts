import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';
import { run } from '../../src/operation/run.ts';
import { startCloudflare } from './cloudflare.ts';

const relayFile = 'functions/relay/wrangler.toml';
const campaign = ['--host', 'https://sign.example.org'];

let cloudflare: Awaited<ReturnType<typeof startCloudflare>>;
beforeAll(async () => {
  cloudflare = await startCloudflare(undefined);
});
afterAll(() => cloudflare.stop());

/** `npm run relay -- …` */
function relay(...options: string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, ...cloudflare.environment };
  const command = ['src/operation/relay.ts', ...options];
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { env }, (_, output, errors) =>
      done({ code: child.exitCode, output: output + errors }),
    );
  });
}

describe('npm run relay', () => {
  it('rehearses, prints the one command of a deployment, and changes nothing', async () => {
    const { code, output } = await relay(...campaign, '--domain', 'relay.example.net');
    expect(code).toBe(0);
    expect(output).toContain(
      `npx wrangler deploy -c ${relayFile} --var HOST:https://sign.example.org --domain relay.example.net\n`,
    );
    expect(output).toContain('Nothing was changed.');
    expect([...cloudflare.asked, ...cloudflare.refused]).toEqual([]);
  });

  it('says that it failed when Cloudflare does not take it', async () => {
    const { code, output } = await relay(...campaign, '--yes');
    expect(code).toBe(1);
    expect(output).toContain('This failed');
    expect(output).not.toContain('Deployed');
  });

  it.each<[string, string[], RegExp]>([
    ['no campaign is named', [], /--host https:/],
    ['the host has a path', ['--host', 'https://sign.example.org/be'], /nothing behind it/],
    ['the host is not encrypted', ['--host', 'http://sign.example.org'], /such as https/],
    ['the domain is an address', [...campaign, '--domain', 'https://relay.example.net'], /bare/],
    [
      "the domain is one of the campaign's own",
      [...campaign, '--domain', 'relay.example.org'],
      /blocked together/,
    ],
    ['an option is unknown', ['--host'], /--help/],
  ])('refuses when %s, and says what to do', async (_, options, words) => {
    const { code, output } = await relay(...options);
    expect(code).toBe(1);
    expect(output).toMatch(words);
  });
});

describe('what is deployed', () => {
  it('has logs switched off, and nothing to keep anything in', () => {
    const config: unknown = readConfig({ config: relayFile });
    expect(config).toMatchObject({
      preview_urls: false,
      observability: { enabled: false },
      d1_databases: [],
      kv_namespaces: [],
      r2_buckets: [],
      vars: {},
      queues: { producers: [], consumers: [] },
    });
    for (const name of ['logpush', 'tail_consumers', 'assets'])
      expect(config).toHaveProperty(name, undefined);
  });

  it('is small, and holds no library', async () => {
    const out = mkdtempSync(join(tmpdir(), 'undersigned-relay-'));
    await run('wrangler', ['deploy', '-c', relayFile, '--dry-run', '--outdir', out]);
    const bundle = readFileSync(join(out, 'worker.js'), 'utf8');
    rmSync(out, { recursive: true });
    expect(bundle.length).toBeLessThan(4000);
    expect(bundle).not.toMatch(/node_modules|console|caches/);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { run } from '../../src/operation/run.ts';
import { makeBody, post } from '../signer.ts';
import { formHost, productionSite } from '../sites.ts';
import { secret, startWorker } from '../worker.ts';

const goodPepper = 'Zm9yLXRlc3RzLW9ubHktbm90LWEtcmVhbC1wZXBwZXI';
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** The configuration that is deployed, as the build wrote it. */
function readConfig() {
  const file = join(productionSite.dist, 'server/wrangler.json');
  return z
    .object({ main: z.string(), observability: z.object({ enabled: z.boolean() }) })
    .parse(JSON.parse(readFileSync(file, 'utf8')));
}

describe('a deployed Worker', () => {
  it.each([
    ['no pepper', { TURNSTILE_SECRET: secret }],
    ['an empty pepper', { PEPPER: '', TURNSTILE_SECRET: secret }],
    ['a short pepper', { PEPPER: 'short', TURNSTILE_SECRET: secret }],
    [
      'the pepper of a development machine',
      { PEPPER: `development-${goodPepper}`, TURNSTILE_SECRET: secret },
    ],
    ['no Turnstile secret', { PEPPER: goodPepper }],
    ['a short Turnstile secret', { PEPPER: goodPepper, TURNSTILE_SECRET: '0x4AAA' }],
    [
      'a test secret of Turnstile',
      { PEPPER: goodPepper, TURNSTILE_SECRET: '1x0000000000000000000000000000000AA' },
    ],
  ])('with %s answers 503, stores nothing and still shows the page', async (_, secrets) => {
    const worker = await startWorker({ dist: productionSite.dist, secrets });
    try {
      const sealed = await worker.fetch('/api/sign', post(await makeBody()));
      expect([sealed.status, await sealed.text()]).toEqual([503, '{"retry":true}']);
      const page = await (await worker.fetch('/be/')).text();
      const text = /name=text value=([\w-]+)/.exec(page)?.[1] ?? '';
      const plain = await worker.fetch('/be/sign', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ level: 'count', consent: 'on', text, name: 'Ann' }).toString(),
      });
      expect(plain.status).toBe(503);
      expect(await plain.text()).toContain('value="Ann"');
      expect(await worker.rows()).toEqual([]);
    } finally {
      await worker.stop();
    }
  });

  it('takes a form without JavaScript at the campaign’s other domain, where the page sends it', async () => {
    const secrets = { PEPPER: goodPepper, TURNSTILE_SECRET: secret };
    const worker = await startWorker({ dist: productionSite.dist, secrets });
    try {
      const response = await worker.fetch('/en/');
      const page = await response.text();
      expect(page).toContain(`action=${formHost}/en/sign `);
      expect(page).not.toContain('Sending may hang');
      expect(response.headers.get('content-security-policy')).toContain(
        `form-action 'self' ${formHost};`,
      );
      const text = /name=text value=([\w-]+)/.exec(page)?.[1] ?? '';
      const sent = await worker.fetch(`${formHost}/en/sign`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ level: 'count', consent: 'on', text }).toString(),
      });
      expect(sent.status).toBe(200);
      expect(await worker.rows()).toMatchObject([{ lane: 'unchecked', state: 'held' }]);
    } finally {
      await worker.stop();
    }
  });

  it('whose campaign has no key answers 503 and stores nothing', async () => {
    const dist = join(productionSite.dist, '../keyless');
    await run('astro', ['build', '--outDir', dist], { UNDERSIGNED_LOCAL: '' });
    const worker = await startWorker({
      dist,
      secrets: { PEPPER: goodPepper, TURNSTILE_SECRET: secret },
    });
    try {
      expect((await worker.fetch('/api/sign', post(await makeBody()))).status).toBe(503);
      expect(await worker.rows()).toEqual([]);
    } finally {
      await worker.stop();
    }
  });

  it('is told that a development key is not ours', async () => {
    const worker = await startWorker({
      dist: productionSite.dist,
      secrets: { PEPPER: goodPepper, TURNSTILE_SECRET: secret },
    });
    try {
      const answer = await worker.fetch('/api/sign', post(await makeBody()));
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ answer: 'failed', reason: 'old' });
    } finally {
      await worker.stop();
    }
  });
});

describe('what is deployed', () => {
  it('has a Worker, of less than 60 KiB gzipped', () => {
    const config = readConfig();
    expect(config.main).toBeTruthy();
    const code = files(join(productionSite.dist, 'server')).filter((file) => /\.m?js$/.test(file));
    const size = gzipSync(Buffer.concat(code.map((file) => readFileSync(file)))).length;
    expect(size).toBeLessThan(60 * 1024);
  });

  it('keeps no log', () => {
    const config = readConfig();
    expect(config.observability).toMatchObject({ enabled: false });
  });

  it('holds no secret, no private key, and nothing of the delivery tool', () => {
    expect(existsSync(join(productionSite.dist, 'server/.dev.vars'))).toBe(false);
    for (const file of files(productionSite.dist)) {
      const text = readFileSync(file, 'utf8');
      expect(text, file).not.toMatch(
        /"d":|privateKey.{0,20}"[\w-]{43}"|createRecipientContext|1x0{20}|TURNSTILE_SECRET=/,
      );
    }
  });
});

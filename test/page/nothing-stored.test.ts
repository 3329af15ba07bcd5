import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBrowser } from '../browser.ts';
import { makeBody, newSigner, post, texts } from '../signer.ts';
import { pageSecond } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';
import { pagesOfEachKind } from './kinds.ts';

const turnstile = 'https://challenges.cloudflare.com';
/** Page seconds that somebody reads: longer than any clock that starts with the page. */
const reading = 25;

let worker: TestWorker;
let browser: Browser;
beforeAll(async () => {
  worker = await startWorker();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await worker.stop();
});
beforeEach(() => worker.clear());

/** A visitor; `origins` are those that the browser asked, in the order of the first request. */
async function visit(path: string, javaScriptEnabled = true) {
  const context = await browser.newContext({ javaScriptEnabled });
  const origins = new Set<string>();
  context.on('request', (request) => origins.add(new URL(request.url()).origin));
  await context.route(
    (url) => url.origin !== worker.url.origin,
    (route) =>
      route.request().url().startsWith(turnstile)
        ? route.fulfill({ contentType: 'text/javascript', body: 'turnstile = { render() {} }' })
        : route.abort(),
  );
  const page = await context.newPage();
  await page.goto(new URL(path, worker.url).href);
  return { context, page, origins };
}

/** What stays on the device: names and numbers of everything that a site can keep. */
async function kept(context: BrowserContext, page: Page) {
  const inPage = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    registrations: (await navigator.serviceWorker.getRegistrations()).length,
    bytes: (await navigator.storage.estimate()).usage,
  }));
  return { cookies: (await context.cookies()).length, ...inPage };
}
const nothing = {
  ...{ cookies: 0, local: 0, session: 0, databases: 0, caches: 0, registrations: 0, bytes: 0 },
};

describe('nothing is stored on the device, and nobody else is asked', () => {
  it('after reading the campaign page for a while', async () => {
    const { context, page, origins } = await visit('/en/');
    await page.mouse.wheel(0, 2000);
    await page.waitForTimeout(reading * pageSecond);
    expect(await kept(context, page)).toEqual(nothing);
    expect([...origins]).toEqual([worker.url.origin]);
    await context.close();
  });

  it('after signing; of others only Turnstile was asked, once the form was touched', async () => {
    const { context, page, origins } = await visit('/en/');
    expect([...origins]).toEqual([worker.url.origin]);
    await page.locator('[name=email]').fill('ales@example.org');
    await page.locator('[name=consent]').check();
    await page.locator('form button').click();
    await page.locator('#status code:not(:empty)').waitFor({ timeout: 20_000 });
    expect(await worker.rows()).toHaveLength(1);
    await page.waitForTimeout(reading * pageSecond);
    expect(await kept(context, page)).toEqual(nothing);
    // Not the relay: our own host answered.
    expect([...origins]).toEqual([worker.url.origin, turnstile]);
    await context.close();
  });

  it('after signing without JavaScript', async () => {
    const { context, page, origins } = await visit('/en/', false);
    await page.locator('[name=consent]').check();
    await page.locator('form button').click();
    await page.locator('#code').waitFor();
    expect(await context.cookies()).toEqual([]);
    expect([...origins]).toEqual([worker.url.origin]);
    await context.close();
  });

  it.each(pagesOfEachKind)('by %s', async (path) => {
    const { context, page, origins } = await visit(path);
    await page.waitForLoadState('networkidle');
    expect(await kept(context, page)).toEqual(nothing);
    expect([...origins]).toEqual([worker.url.origin]);
    await context.close();
  });

  it('is told apart from something, if anything is stored', async () => {
    const { context, page } = await visit('/en/');
    await page.evaluate(async () => {
      document.cookie = 'seen=1';
      localStorage.setItem('seen', '1');
      sessionStorage.setItem('seen', '1');
      const opening = indexedDB.open('seen');
      await new Promise((done) => (opening.onsuccess = done));
      await caches.open('seen');
    });
    const { registrations, bytes, ...rest } = await kept(context, page);
    expect(Object.values(rest)).toEqual([1, 1, 1, 1, 1]);
    expect([registrations, bytes]).not.toEqual([0, 0]);
    await context.close();
  });
});

describe('no answer sets a cookie', () => {
  const form = (fields: Record<string, string>) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
  it.each([
    ['the way to a language', '/', { redirect: 'manual' as const }],
    ['the number', '/api/count', {}],
    ['a refused signature', '/api/sign', post('{}')],
    ['a form', '/en/sign', form({ level: 'count', consent: 'on', text: texts['en'] ?? '' })],
    ['a form to be mended', '/en/sign', form({})],
    ['a withdrawal by form', '/en/withdraw', form({ code: 'wrong' })],
    ['an address that leads nowhere', '/nowhere/', {}],
  ])('%s', async (_, path, request) => {
    const { headers } = await worker.fetch(path, request);
    expect(headers.getSetCookie()).toEqual([]);
  });

  it('a signature and its withdrawal', async () => {
    const signer = await newSigner();
    for (const [path, request] of [
      ['/api/sign', post(await makeBody({ signer }))],
      ['/api/withdraw', post(signer.code)],
    ] as const) {
      const { status, headers } = await worker.fetch(path, request);
      expect(status, path).toBe(200);
      expect(headers.getSetCookie(), path).toEqual([]);
    }
  });
});

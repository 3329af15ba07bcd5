/** Browsers that refuse what ours allow. See sign.test.ts for those without JavaScript, WebCrypto or Turnstile. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/site/settings.ts';
import { startBrowser } from '../browser.ts';
import { openRow } from '../opened.ts';
import { localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';
import { pagesOfEachKind } from './kinds.ts';

const { leaveTo } = readSettings(localSite.content);

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

/** A visitor whose browser runs a script before any of ours; `complaints` is what its console says. */
async function visit(path: string, hardening = '') {
  const context = await browser.newContext();
  await context.addInitScript(hardening);
  await context.route(
    (url) => url.origin !== worker.url.origin,
    (route) =>
      route.request().url() === leaveTo ? route.fulfill({ body: 'Sunny' }) : route.abort(),
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // That Turnstile is out of reach is the network's word, not ours.
    if (message.type() === 'error' && !message.text().includes('net::ERR_FAILED'))
      complaints.push(message.text());
  });
  await page.goto(new URL(path, worker.url).href);
  return { context, page, complaints };
}

async function sign(page: Page) {
  await page.locator('[value=initials]').check();
  await page.locator('[name=name]').fill('Алесь Пушкін');
  await page.locator('[name=country]').fill('Беларусь');
  await page.locator('[name=consent]').check();
  await page.locator('form button').click();
  await page.locator('#status code:not(:empty), #code:not(:empty)').waitFor({ timeout: 20_000 });
}

async function expectSigned() {
  const [row, ...others] = await worker.rows();
  expect(others).toEqual([]);
  if (!row) throw new Error('There is no row.');
  const { content, sealedBy } = await openRow(row);
  expect(content).toMatchObject({ level: 'initials', name: 'Алесь Пушкін', country: 'Беларусь' });
  return { sealedBy, lane: row.lane, state: row.state };
}

const held = { sealedBy: 'worker', lane: 'unchecked', state: 'held' };
const counted = { sealedBy: 'page', lane: 'stamp', state: 'counted' };
const throwing = (owner: string, name: string) =>
  `Object.defineProperty(${owner}, '${name}', { get() { throw new DOMException('no', 'SecurityError'); } });`;
/** As in a sandboxed frame, or where site data is blocked. */
const storageThrows =
  ['localStorage', 'sessionStorage', 'indexedDB', 'caches']
    .map((name) => throwing('window', name))
    .join('') +
  throwing('navigator', 'serviceWorker') +
  throwing('document', 'cookie');
describe('signing in a hardened browser', () => {
  it.each([
    ['without any crypto', `Object.defineProperty(window, 'crypto', { value: undefined });`, held],
    ['whose storage throws', storageThrows, counted],
  ])('%s works', async (_, hardening, expected) => {
    const { context, page } = await visit('/en/', hardening);
    await sign(page);
    expect(await expectSigned()).toEqual(expected);
    await context.close();
  });

  it('without AbortController works', async () => {
    const { context, page } = await visit('/en/', 'delete window.AbortController;');
    await sign(page);
    await expectSigned();
    await context.close();
  });
});

describe('leaving a hardened browser', () => {
  it.each([
    ['whose storage throws', storageThrows],
    [
      'that has no caches and no workers',
      `delete window.caches; delete Navigator.prototype.serviceWorker;`,
    ],
    ['without any crypto', `Object.defineProperty(window, 'crypto', { value: undefined });`],
    ['without fetch', 'delete window.fetch;'],
  ])('%s works from every kind of page', async (_, hardening) => {
    for (const path of pagesOfEachKind) {
      const { context, page } = await visit(path, hardening);
      await page.locator('#leave').click();
      await page.waitForURL(leaveTo);
      await context.close();
    }
  });
});

describe('our own policy', () => {
  it('blocks nothing of ours, on any kind of page', async () => {
    for (const path of pagesOfEachKind) {
      const { context, page, complaints } = await visit(path);
      await page.waitForLoadState('networkidle');
      const expected = path === '/nowhere/' ? ['404'] : [];
      expect(
        complaints.map((one) => /404/.exec(one)?.[0] ?? one),
        path,
      ).toEqual(expected);
      await context.close();
    }
  });

  it('blocks nothing while somebody signs', async () => {
    const { context, page, complaints } = await visit('/en/');
    await sign(page);
    await expectSigned();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

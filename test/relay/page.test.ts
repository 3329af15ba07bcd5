import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chainOf, readCode } from '../../src/signature/code.ts';
import { startBrowser } from '../browser.ts';
import { openRow } from '../opened.ts';
import { relay } from '../sites.ts';
import { type Doors, startDoors } from './doors.ts';

let doors: Doors;
let browser: Browser;
beforeAll(async () => {
  doors = await startDoors();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await doors.stop();
});
beforeEach(async () => {
  doors.left.length = 0;
  await doors.worker.clear();
});

/** The page, before both doors; what becomes of each try at the campaign's own host is the test's. */
async function openPage(own: (route: Route, tries: number) => unknown): Promise<Page> {
  const context = await browser.newContext();
  let tries = 0;
  await context.route(
    (url) => url.origin !== doors.worker.url.origin,
    (route) => route.abort(),
  );
  await context.route(`${relay}/api/sign`, async (route) => {
    const { status, headers, text } = await throughRelay(route.request().postData() ?? '');
    await route.fulfill({ status, headers, body: text });
  });
  await context.route(
    (url) => url.origin === doors.worker.url.origin && url.pathname === '/api/sign',
    (route) => own(route, ++tries),
  );
  const page = await context.newPage();
  await page.goto(new URL('/en/', doors.worker.url).href);
  await page.locator('[value=initials]').check();
  await page.locator('[name=name]').fill('Алесь Пушкін');
  await page.locator('[name=email]').fill('ales@example.org');
  await page.locator('[name=country]').fill('Беларусь');
  await page.locator('[name=consent]').check();
  return page;
}

async function throughRelay(body: string) {
  const response = await doors.relay.fetch('/api/sign', {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8' },
    body,
  });
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

const press = (page: Page) => page.locator('form button').click();
const status = (page: Page) => page.locator('#status').textContent();
const waiting = { timeout: 30_000 };

/** The one row of the code that the page shows, with what opens in it. */
async function rowOfShownCode(page: Page) {
  const code = readCode((await page.locator('#status code').textContent()) ?? '') ?? '';
  const [row, ...others] = await doors.worker.rows();
  if (!row || others.length > 0) throw new Error(`There are ${others.length + 1} rows.`);
  expect(row.id_hash).toBe((await chainOf(code))[2]);
  return { ...row, ...(await openRow(row)) };
}

describe('a page whose own host does not answer', () => {
  it('says “handed on” on the relay’s word, and “signed” once its own host answers', async () => {
    const page = await openPage((route, tries) => (tries === 1 ? undefined : route.continue()));
    await press(page);
    await expect.poll(() => status(page), waiting).toContain('Handed on');
    expect(await rowOfShownCode(page)).toMatchObject({ lane: 'stamp', state: 'counted' });
    expect(await page.locator('[name=name]').inputValue()).toBe('Алесь Пушкін');
    await expect.poll(() => status(page), waiting).toContain('You have signed');
    expect(await rowOfShownCode(page)).toMatchObject({
      state: 'counted',
      content: { level: 'initials', name: 'Алесь Пушкін' },
    });
    const [handed, ...others] = doors.left;
    expect(others).toEqual([]);
    expect(Object.keys(z.looseObject({}).parse(JSON.parse(handed?.body ?? ''))).sort()).toEqual([
      'consent',
      'id',
      'key',
      'sealed',
      'stamp',
      'text',
    ]);
    await page.context().close();
  });

  it('keeps to “handed on”, the code and the entries, and offers nothing to carry', async () => {
    const page = await openPage((route) => route.abort());
    await press(page);
    const button = page.locator('form button');
    const focused = () => button.evaluate((one) => document.activeElement === one);
    await expect.poll(focused, waiting).toBe(false);
    expect(await status(page)).toContain('Handed on');
    expect(await rowOfShownCode(page)).toMatchObject({ lane: 'stamp', state: 'counted' });
    expect(await page.locator('#area').count()).toBe(0);
    expect(await page.locator('[name=name]').inputValue()).toBe('Алесь Пушкін');
    await page.context().close();
  });
});

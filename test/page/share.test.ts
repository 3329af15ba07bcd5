import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readLanguages } from '../../src/site/settings.ts';
import { startBrowser } from '../browser.ts';
import { builtCount, localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

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

async function openPage(path: string) {
  const context = await browser.newContext();
  await context.route(
    (url) => url.origin !== worker.url.origin,
    (route) => route.abort(),
  );
  const page = await context.newPage();
  await page.goto(new URL(path, worker.url).href);
  return page;
}
async function sign(page: Page) {
  await page.locator('[name=consent]').check();
  await page.locator('form button').click();
  await page.locator('#status code:not(:empty)').waitFor({ timeout: 20_000 });
}
const count = (page: Page) => page.locator('#count').textContent();

describe('the number on the page', () => {
  it('moves with the answer to a signature, one’s own at once', async () => {
    await worker.snapshot.put('count', String(builtCount + 300));
    const page = await openPage('/be/');
    expect(await count(page)).toBe('123\u00a0400');
    await sign(page);
    expect(await count(page)).toBe('123\u00a0700 + 1');
    await page.context().close();
  });
});

describe('sharing', () => {
  it('is asked after signing, and a no takes the question away and keeps the code', async () => {
    const page = await openPage('/en/');
    const question = page.getByText('Do you want to share the petition?');
    expect(await question.count()).toBe(0);
    await sign(page);
    expect(await question.isVisible()).toBe(true);
    await page.getByRole('link', { name: 'No', exact: true }).click();
    expect(await question.count()).toBe(0);
    expect(await page.locator('#status code').textContent()).not.toBe('');
    await page.context().close();
  });

  it('leads, after a yes, to a page of its own that does not take the code away', async () => {
    const page = await openPage('/en/');
    await sign(page);
    const opening = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Yes', exact: true }).click();
    const other = await opening;
    await other.waitForURL('**/en/share/');
    expect(await page.locator('#status code').textContent()).not.toBe('');
    await page.context().close();
  });

  it.each(readLanguages(localSite.content))(
    'in %s warns first, then links to each messenger, with the address and nothing that tracks',
    async (language) => {
      const address = `https://petition.example/${language}/`;
      const page = await openPage(`/${language}/share/`);
      const links = await page
        .locator('main a')
        .evaluateAll((all) =>
          all.map((link) => (link instanceof HTMLAnchorElement ? link.href : '')),
        );
      expect(links.map((link) => new URL(link).protocol + new URL(link).host)).toEqual([
        'https:t.me',
        'https:wa.me',
        'viber:forward',
        'mailto:',
        'https:petition.example',
      ]);
      for (const link of links) {
        expect(decodeURIComponent(link)).toContain(address);
        expect(link).not.toMatch(/utm_|fbclid|ref=|source=/);
      }
      expect(await page.locator('textarea').inputValue()).toMatch(new RegExp(`^\\S.* ${address}$`));
      const [warning, first] = await Promise.all(
        ['aside', 'main a'].map((part) => page.locator(part).first().boundingBox()),
      );
      expect(warning?.y).toBeLessThan(first?.y ?? NaN);
      expect(await page.locator('script[src], img, iframe').count()).toBe(0);
      await page.context().close();
    },
  );

  it('copies the text, where the browser lets it', async () => {
    const page = await openPage('/en/share/');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      await page.locator('textarea').inputValue(),
    );
    await page.context().close();
  });
});

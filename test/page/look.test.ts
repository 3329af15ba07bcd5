import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser } from '../browser.ts';
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

async function openPage(path: string, width = 320, height = 568) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(new URL(path, worker.url).href);
  return page;
}

describe.each(['be', 'ru', 'en'])('the campaign page in %s', (language) => {
  it('shows title, lead and "Sign" at once on the smallest phone', async () => {
    const page = await openPage(`/${language}/`);
    for (const part of ['h1', 'h1 ~ p', 'main > a']) {
      const box = await page.locator(part).first().boundingBox();
      expect((box?.y ?? 1000) + (box?.height ?? 0), part).toBeLessThanOrEqual(568);
    }
    await page.close();
  });

  it('never scrolls sideways', async () => {
    for (const path of ['', 'privacy/', 'safety/', 'withdraw/']) {
      const page = await openPage(`/${language}/${path}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(320);
      await page.close();
    }
  });

  it('has its parts in one order in bytes, for a reader and on the screen', async () => {
    const page = await openPage(`/${language}/`, 390, 844);
    const order = await page.evaluate(() => {
      const parts = [
        'h1',
        'h1 ~ p',
        'main > a',
        'h2 + p',
        '[name=level]',
        '[name=name]',
        '[name=email]',
        '[name=country]',
        '[name=consent]',
        '[name=news]',
        'form button',
        'ol',
      ];
      return parts.map((part) => document.querySelector(part)?.getBoundingClientRect().top ?? NaN);
    });
    expect(order).toEqual([...order].sort((one, other) => one - other));
    const bytes = await (await worker.fetch(`/${language}/`)).text();
    const places = [
      '<h1',
      'href=#form',
      '<h2',
      'name=level',
      'name=name',
      'name=consent',
      '<button',
      '<script',
      '<ol',
    ].map((part) => bytes.indexOf(part));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places[0]).toBeGreaterThan(0);
    await page.close();
  });

  it('leads to its privacy page, to what protects a signer, to withdrawing and to the other languages', async () => {
    const page = await openPage(`/${language}/`);
    const links = await page
      .locator('a[href]')
      .evaluateAll((all) =>
        all.map((link) => (link instanceof HTMLAnchorElement ? link.href : '')),
      );
    for (const link of links.filter((one) => !one.includes('#')))
      expect((await worker.fetch(link)).status, link).toBe(200);
    for (const end of ['privacy/', 'safety/', 'withdraw/', 'languages/'])
      expect(
        links.some((link) => link.endsWith(end)),
        end,
      ).toBe(true);
    await page.close();
  });
});

it('the first radio is the choice that shows nothing, and it is chosen', async () => {
  const page = await openPage('/en/');
  expect(await page.locator('[name=level]').first().getAttribute('value')).toBe('count');
  expect(await page.locator('[value=count]').isChecked()).toBe(true);
  expect(
    await page
      .locator('[name=consent], [name=news]')
      .evaluateAll((all) => all.some((box) => box.matches(':checked'))),
  ).toBe(false);
  await page.close();
});

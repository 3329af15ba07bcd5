import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLanguages } from '../../src/site/settings.ts';
import { startBrowser } from '../browser.ts';
import { localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

const languages = readLanguages(localSite.content);
const paths = ['', 'privacy/', 'safety/', 'withdraw/', 'share/', 'paper/'];

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

/** Places of parts on the laid-out page, in the order in which their selectors are given. */
async function boxesOf(path: string, width: number, selectors: string[]) {
  const page = await openPage(path, width, 844);
  const boxes = await page.evaluate(
    (all) =>
      all.map((selector) => {
        const range = document.createRange();
        const part = document.querySelector(selector);
        if (part) range.selectNodeContents(part);
        const box = part?.childNodes.length
          ? range.getBoundingClientRect()
          : part?.getBoundingClientRect();
        return { left: box?.left ?? NaN, right: box?.right ?? NaN, top: box?.top ?? NaN };
      }),
    selectors,
  );
  await page.close();
  return boxes;
}
const rising = (numbers: number[]) => [...numbers].sort((one, other) => one - other);

describe.each(languages)('the campaign page in %s', (language) => {
  it('shows title, lead and "Sign" at once on the smallest phone', async () => {
    const page = await openPage(`/${language}/`);
    for (const part of ['h1', 'header p', 'header > a']) {
      const box = await page.locator(part).first().boundingBox();
      expect((box?.y ?? 1000) + (box?.height ?? 0), part).toBeLessThanOrEqual(568);
    }
    await page.close();
  });

  it('never scrolls sideways, like all pages of its language, also with letters of twice the size', async () => {
    for (const path of paths) {
      const page = await openPage(`/${language}/${path}`);
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await width(), path).toBeLessThanOrEqual(320);
      if (path === '') {
        await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
        expect(await width(), 'twice the size').toBeLessThanOrEqual(320);
      }
      await page.close();
    }
  });

  it('has its parts in one order in bytes, for a reader and on the screen', async () => {
    const boxes = await boxesOf(`/${language}/`, 390, [
      'h1',
      'header p',
      'header > a',
      'aside',
      '[name=level]',
      '[name=name]',
      '[name=email]',
      '[name=country]',
      '[name=consent]',
      '[name=news]',
      'form button',
      'progress',
      'ol',
    ]);
    const tops = boxes.map((box) => box.top);
    expect(tops).toEqual(rising(tops));
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
      '<progress',
      '<ol',
    ].map((part) => bytes.indexOf(part));
    expect(places).toEqual(rising(places));
    expect(places[0]).toBeGreaterThan(0);
  });

  it('leads to every page of its language, and to the other languages', async () => {
    const page = await openPage(`/${language}/`);
    const links = await page
      .locator('a[href]')
      .evaluateAll((all) =>
        all.map((link) => (link instanceof HTMLAnchorElement ? link.href : '')),
      );
    for (const link of links.filter((one) => !one.includes('#')))
      expect((await worker.fetch(link)).status, link).toBe(200);
    for (const end of ['privacy/', 'safety/', 'withdraw/', 'paper/', '/languages/'])
      expect(
        links.some((link) => link.endsWith(end)),
        end,
      ).toBe(true);
    await page.close();
  });

  it('has language, direction, title, description and its own address on each of its pages', async () => {
    const host = 'https://petition.example';
    for (const path of paths) {
      const page = await openPage(`/${language}/${path}`);
      const head = await page.evaluate(() => ({
        lang: document.documentElement.lang,
        direction: getComputedStyle(document.documentElement).direction,
        title: document.title,
        description: document.querySelector('[name=description]')?.getAttribute('content') ?? '',
        address: document.querySelector('[rel=canonical]')?.getAttribute('href'),
      }));
      expect(head).toMatchObject({
        lang: language,
        direction: language === 'ar' ? 'rtl' : 'ltr',
        address: `${host}/${language}/${path}`,
      });
      expect(head.title.length, path).toBeGreaterThan(5);
      expect(head.description.length, path).toBeGreaterThan(15);
      await page.close();
    }
  });
});

describe('from right to left', () => {
  /** Distances from the side where a line begins. */
  const starts = async (language: string, width: number, selectors: string[]) => {
    const boxes = await boxesOf(`/${language}/`, width, selectors);
    return boxes.map((box) => (language === 'ar' ? width - box.right : box.left));
  };

  it('each part of the Arabic page begins at the right as the English one does at the left', async () => {
    const parts = ['h1', 'header p', '[value=count]', '[name=consent]', 'form button', 'article p'];
    const [arabic, english] = [await starts('ar', 390, parts), await starts('en', 390, parts)];
    for (const [index, part] of parts.entries())
      expect(Math.abs((arabic[index] ?? NaN) - (english[index] ?? NaN)), part).toBeLessThan(6);
  });

  it('boxes to tick stand right of their words, the mark and the numbers of the demands at the right', async () => {
    const [box, words, mark, title, demand, list] = await boxesOf('/ar/', 390, [
      '[name=consent]',
      'label:has([name=consent])',
      'svg',
      'h1',
      'ol li',
      'article',
    ]);
    expect(box?.right).toBeGreaterThanOrEqual((words?.right ?? NaN) - 6);
    expect(mark?.right).toBeGreaterThan(320);
    expect(title?.right).toBeGreaterThan(360);
    expect((list?.right ?? NaN) - (demand?.right ?? NaN)).toBeGreaterThan(30);
  });

  it('on a wide screen the form stands left of the text, in other languages right of it', async () => {
    for (const [language, side] of [
      ['ar', -1],
      ['de', 1],
    ] as const) {
      const [form, text] = await boxesOf(`/${language}/`, 1280, ['form', 'article']);
      expect(Math.sign((form?.left ?? NaN) - (text?.left ?? NaN)), language).toBe(side);
    }
  });

  it('the withdrawal code keeps its order', async () => {
    const page = await openPage('/ar/withdraw/');
    const typed = page.locator('[name=code]');
    expect(await typed.evaluate((one) => getComputedStyle(one).direction)).toBe('ltr');
    await page.goto(new URL('/ar/', worker.url).href);
    const shown = await page
      .locator('template')
      .evaluateAll((all) =>
        all.flatMap((one) =>
          one instanceof HTMLTemplateElement
            ? Array.from(one.content.querySelectorAll('code'), ({ dir }) => dir)
            : [],
        ),
      );
    expect(shown).toEqual(['ltr', 'ltr', 'ltr']);
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

it('nothing on any page moves by itself', async () => {
  for (const path of paths) {
    const html = await (await worker.fetch(`/en/${path}`)).text();
    expect(html, path).not.toMatch(/animation|transition|scroll-behavior|<marquee|autoplay/);
  }
});

it.each(languages)('the sheet for signing by hand is one page of A4 in %s', async (language) => {
  const page = await openPage(`/${language}/paper/`, 800, 1000);
  const sheet = (await page.pdf({ format: 'A4' })).toString('latin1');
  expect(sheet.match(/\/Type \/Page\b/g)).toHaveLength(1);
  await page.emulateMedia({ media: 'print' });
  for (const part of ['aside', 'ol', 'table'])
    expect(await page.locator(part).isVisible(), part).toBe(true);
  for (const part of ['footer', 'button', 'svg'])
    expect(await page.locator(part).first().isVisible(), part).toBe(false);
  await page.close();
});

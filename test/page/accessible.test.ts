import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readLanguages } from '../../src/site/settings.ts';
import { startBrowser } from '../browser.ts';
import { carriedText } from '../carried.ts';
import { makeBody } from '../signer.ts';
import { localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const languages = readLanguages(localSite.content);

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

let network = 0;
/** A visitor from a network of their own, on the smallest phone; Turnstile is out of reach. */
async function visit(path: string, javaScriptEnabled = true): Promise<Page> {
  network += 1;
  const context = await browser.newContext({
    javaScriptEnabled,
    bypassCSP: true,
    viewport: { width: 320, height: 568 },
    extraHTTPHeaders: { 'cf-connecting-ip': `10.77.${String(network)}.1` },
  });
  await closeOff(context);
  const page = await context.newPage();
  await page.goto(new URL(path, worker.url).href);
  return page;
}
const closeOff = (context: BrowserContext) =>
  context.route(
    (url) => url.origin !== worker.url.origin,
    (route) => route.abort(),
  );

const resultSchema = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});
/** Every rule, one of which axe leaves out by itself; in the dark those that look at colours. */
const rules = {
  light: "{ rules: { 'target-size': { enabled: true } } }",
  dark: "{ runOnly: ['color-contrast', 'link-in-text-block'] }",
};
/** What axe finds, in light and in dark: rule and elements. */
async function findings(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Axe takes a ground that nobody painted for white; the browser paints this one.
    await page.evaluate("document.documentElement.style.background = 'Canvas'");
    // What lies under the button "Leave now" can be scrolled out from under it.
    await page.evaluate("document.querySelector('nav').style.position = 'static'");
    await page.evaluate(axe);
    const result = await page.evaluate(
      `axe.run({ ...${rules[colorScheme]}, resultTypes: ['violations'] })`,
    );
    for (const { id, nodes } of resultSchema.parse(result).violations)
      found.push(`${colorScheme} ${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' ')}`);
  }
  return found;
}
/** Looks with axe also where the page runs no script of its own. */
async function findingsWithoutScripts(page: Page): Promise<string[]> {
  const html = await page.content();
  const other = await visit('/404');
  await other.setContent(html);
  const found = await findings(other);
  await other.context().close();
  return found;
}
const press = (page: Page) => page.locator('form button:visible').click();
const status = (page: Page) => page.locator('#status').textContent();
const focused = (page: Page) => page.evaluate('document.activeElement.id');

describe.each(languages)('axe finds nothing in %s', (language) => {
  it('on the campaign page, while it sends, and where no answer comes', async () => {
    const page = await visit(`/${language}/`);
    expect(await findings(page)).toEqual([]);
    const wire = new AbortController();
    await page.route('**/api/sign', async (route) => {
      if (!wire.signal.aborted) await once(wire.signal, 'abort');
      await route.abort();
    });
    await page.locator('[name=consent]').check();
    const before = await status(page);
    await press(page);
    await expect.poll(() => status(page)).not.toBe(before);
    expect(await findings(page)).toEqual([]);
    const sending = await status(page);
    wire.abort();
    await expect.poll(() => status(page), { timeout: 20_000 }).not.toBe(sending);
    expect(await focused(page)).toBe('status');
    await page.locator('#area').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });

  it('when it is signed, and when it is held', async () => {
    const page = await visit(`/${language}/`);
    await page.locator('[name=consent]').check();
    await press(page);
    await page.locator('#status code:not(:empty)').waitFor({ timeout: 20_000 });
    expect(await focused(page)).toBe('status');
    await page.locator('form li').nth(3).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.context().close();

    const plain = await visit(`/${language}/`, false);
    await plain.locator('[name=consent]').check();
    await press(plain);
    await plain.locator('#code:not(:empty)').waitFor();
    expect(await findingsWithoutScripts(plain)).toEqual([]);
    await plain.context().close();
  });

  it('where a form is to be mended, whose summary leads to its fields', async () => {
    const page = await visit(`/${language}/`, false);
    await page.locator('[value=initials]').check();
    await page.locator('[name=email]').fill('a@b');
    await page.locator('[name=consent]').check();
    await press(page);
    const links = page.locator('[role=alert] a');
    await links.first().waitFor();
    const targets = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(targets).toEqual(['#field-name', '#field-email', '#field-country']);
    for (const target of targets) expect(await page.locator(target ?? '').count()).toBe(1);
    expect(await findingsWithoutScripts(page)).toEqual([]);
    await page.context().close();
  });

  it('in every step of withdrawing', async () => {
    const page = await visit(`/${language}/withdraw/`);
    expect(await findings(page)).toEqual([]);
    await page.locator('[name=code]').fill('wrong');
    await press(page);
    await page.locator('[data-news=wrong]').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.locator('[name=code]').fill('0'.repeat(27));
    await press(page);
    await page.locator('[data-news=confirm]').waitFor();
    expect(await findings(page)).toEqual([]);
    await press(page);
    await page.locator('[data-news=done]').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });

  it('where a courier posts, and in what is said of each text', async () => {
    const page = await visit(`/${language}/carry/`);
    expect(await findings(page)).toEqual([]);
    const sealed = await makeBody({ stamp: undefined });
    const text = (stamp: string) => carriedText(sealed, { stamp });
    await page.locator('textarea').fill(`${await text('2026-01-01.1')}\nHello`);
    await page.route('**/api/sign', (route) => route.abort());
    await press(page);
    await page.locator('#answers .damaged').waitFor();
    expect(await page.locator('#answers .failed').count()).toBe(1);
    expect(await focused(page)).toBe('answers');
    expect(await findings(page)).toEqual([]);
    await page.context().close();

    const plain = await visit(`/${language}/carry/`, false);
    expect(await findingsWithoutScripts(plain)).toEqual([]);
    await plain.context().close();
  });

  it.each(['privacy/', 'safety/', 'share/', 'paper/'])('on %s', async (path) => {
    const page = await visit(`/${language}/${path}`);
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });
});

it('axe finds nothing on the list of languages, nor at an address that leads nowhere', async () => {
  for (const path of ['/languages/', '/nowhere/']) {
    const page = await visit(path);
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  }
});

it('axe finds what is wrong, if anything is', async () => {
  const page = await visit('/en/');
  await page.evaluate(
    "document.querySelector('[name=email]').closest('label').replaceWith(document.createElement('input'))",
  );
  expect((await findings(page)).join()).toContain('label');
  await page.context().close();
});

describe('with the keyboard alone', () => {
  it('a visitor gets from the head of the page to the answer, in the order of the page', async () => {
    const page = await visit('/en/');
    const reached: string[] = [];
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // "Sign" leads past everything to the form
    for (let step = 0; step < 9; step++) {
      await page.keyboard.press('Tab');
      const name = z
        .string()
        .parse(
          await page.evaluate(
            '((e) => e.name || e.getAttribute("href") || e.localName)(document.activeElement)',
          ),
        );
      reached.push(name);
      if (name === 'consent') await page.keyboard.press('Space');
      if (name === 'button') break;
    }
    expect(reached).toEqual([
      'level',
      'name',
      'email',
      'country',
      'consent',
      'news',
      'privacy/',
      'button',
    ]);
    await page.keyboard.press('Enter');
    await page.locator('#status code:not(:empty)').waitFor({ timeout: 20_000 });
    expect(await focused(page)).toBe('status');
    await page.context().close();
  });
});

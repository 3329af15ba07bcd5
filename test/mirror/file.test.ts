import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import jsQR from 'jsqr';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { weighSite } from '../../src/operation/weigh.ts';
import { readLanguages } from '../../src/site/settings.ts';
import { readCarried } from '../../src/signature/carried.ts';
import { openRow } from '../opened.ts';
import { startBrowser } from '../browser.ts';
import { formHost, localSite, productionSite, relay } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';
import { good, type MirrorStage, openMirrorStage, today } from './stage.ts';
import { startWorld, type World } from './world.ts';

/** In brotli 4, with all texts and the QR script; nothing waits for a file, but it travels by messenger. */
const fileBudget = 14_000;

const { host } = productionSite;
const ipfs = 'https://gw.example/ipfs/bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/';
const subFolder = 'https://volunteer.example/some/where/';
const languages = readLanguages(localSite.content);

let stage: MirrorStage;
let mirror: string;
let worker: TestWorker;
let world: World;
let browser: Browser;
beforeAll(async () => {
  stage = await openMirrorStage();
  mirror = join(stage.folder, 'mirror');
  await good(stage.command(['--new-key']));
  await good(stage.command(['--out', mirror, '--date', today]));
  worker = await startWorker();
  world = await startWorld(worker, mirror, [ipfs, subFolder]);
  browser = await startBrowser({ flags: world.flags });
}, 240_000);
afterAll(async () => {
  await browser.close();
  world.stop();
  await worker.stop();
  stage.close();
});
beforeEach(async () => {
  await worker.clear();
  world.asked.length = 0;
});

const onDisk = (name: string) => pathToFileURL(`${mirror}/${name}`).href;
const read = (name: string) => readFileSync(join(mirror, name), 'utf8');

async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 320, height: 568 },
    ...options,
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
const entered = {
  level: 'initials',
  name: 'Алесь Пушкін',
  email: 'ales@example.org',
  country: 'Беларусь',
  news: 'on',
};
async function fill(page: Page) {
  await page.locator('[value=initials]').check();
  await page.locator('[name=name]').fill(entered.name);
  await page.locator('[name=email]').fill(entered.email);
  await page.locator('[name=country]').fill(entered.country);
  await page.locator('[name=consent]').check();
  await page.locator('[name=news]').check();
}
async function onlyRow() {
  const [row, ...others] = await worker.rows();
  expect(others).toEqual([]);
  if (!row) throw new Error('There is no row.');
  return { ...row, ...(await openRow(row)) };
}

describe('a file of the mirror', () => {
  it('opened from a disk signs in the stamp lane, and its one row opens to what was typed', async () => {
    const page = await openPage(onDisk('be.html'));
    await fill(page);
    await page.locator('form button').click();
    await page.locator('#status code:not(:empty)').waitFor({ timeout: 30_000 });
    expect(await onlyRow()).toMatchObject({
      lane: 'stamp',
      state: 'counted',
      sealedBy: 'page',
      content: entered,
    });
    await page.context().close();
  });

  it('asks the network for nothing until it sends, then posts once, from no origin, without a tag', async () => {
    const page = await openPage(onDisk('ru.html'));
    await fill(page);
    await page.waitForTimeout(500);
    expect(world.asked).toEqual([]);
    await page.locator('form button').click();
    await page.locator('#status code:not(:empty)').waitFor({ timeout: 30_000 });
    const [post, ...others] = world.asked;
    expect(others).toEqual([]);
    expect(post).toMatchObject({ method: 'POST', url: `${host}/api/sign`, origin: 'null' });
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse(post?.body ?? ''));
    expect(body).toHaveProperty('stamp');
    expect(body).not.toHaveProperty('tag');
    expect(body).not.toHaveProperty('cf-turnstile-response');
    expect((await onlyRow()).tag).toBeNull();
    await page.context().close();
  });

  it('signs from a gateway of IPFS too', async () => {
    const page = await openPage(`${ipfs}ar.html?filename=ar.html`);
    await page.locator('[name=consent]').check();
    await page.locator('form button').click();
    await page.locator('#status code:not(:empty)').waitFor({ timeout: 30_000 });
    expect(await onlyRow()).toMatchObject({ lane: 'stamp', state: 'counted', language: 'ar' });
    await page.context().close();
  });

  it('without JavaScript sends its form to the campaign’s host for forms, which holds it', async () => {
    const page = await openPage(onDisk('en.html'), { javaScriptEnabled: false });
    await page.locator('[name=consent]').check();
    await page.locator('form button').click();
    await page.locator('#code:not(:empty)').waitFor();
    expect(page.url()).toBe(`${formHost}/en/sign`);
    expect(await onlyRow()).toMatchObject({ lane: 'unchecked', state: 'held' });
    await page.context().close();
  });

  it('may ask the campaign’s hosts alone, and says nothing of where a reader came from', async () => {
    const page = await openPage(onDisk('en.html'));
    const reached = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      'https://elsewhere.example/',
    );
    expect([reached, world.asked]).toEqual([false, []]);
    expect(read('en.html')).toContain(
      `connect-src ${host} ${relay};form-action ${host} ${formHost};`,
    );
    expect(read('en.html')).toContain('<meta name=referrer content=no-referrer>');
    await page.context().close();
  });

  it('knows nothing of Turnstile and of the number of signatures', () => {
    for (const language of languages)
      expect(read(`${language}.html`)).not.toMatch(
        /turnstile|cloudflare\.com|api\/count|<progress/,
      );
  });

  it('is in UTF-8, and says so before anything else', async () => {
    for (const language of languages) {
      expect(read(`${language}.html`)).toMatch(/^<!doctype html><html [^>]*><meta charset=utf-8>/i);
      expect(read(`${language}.html`)).not.toContain('\uFFFD');
    }
    const page = await openPage(onDisk('be.html'));
    expect(await page.evaluate(() => document.characterSet)).toBe('UTF-8');
    await page.context().close();
  });

  it('weighs no more than a short message, texts and QR code included', () => {
    const weights = weighSite(mirror);
    expect(weights).toHaveLength(languages.length + 1);
    for (const { file, brotli4 } of weights) expect(brotli4, file).toBeLessThanOrEqual(fileBudget);
  });
});

describe('what protects a signer', () => {
  it('stands in the file, where links inside it lead', async () => {
    const page = await openPage(onDisk('en.html'));
    for (const [link, words] of [
      ['aside a', 'What protects you.'],
      ['form a', 'Who is responsible.'],
    ] as const) {
      const target = (await page.locator(link).getAttribute('href')) ?? '';
      await page.locator(link).click();
      const part = page.locator(target);
      expect(await part.textContent()).toContain(words);
      expect((await part.boundingBox())?.y).toBeLessThan(568);
    }
    expect(await page.locator('#code').textContent()).toContain(
      'it contains neither name nor e-mail'.slice(3),
    );
    expect(world.asked).toEqual([]);
    await page.context().close();
  });

  it('is said of the file itself: on which day it was made, and what a changed one can do', async () => {
    const page = await openPage(onDisk('en.html'));
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
    const note = page.locator('p.file:visible');
    expect(await note.count()).toBe(1);
    expect(await note.textContent()).toContain(`made on ${day.format(new Date(today))}`);
    expect(await note.textContent()).toContain('A changed copy can steal what you type');
    await page.context().close();
  });

  it.each([
    ['on its last day nothing', 0, false],
    ['a day later that it is too old', 1, true],
  ])('says by the clock of the device %s', async (_, later, shown) => {
    const { expires } = z.object({ expires: z.string() }).parse(JSON.parse(read('manifest.json')));
    const page = await openPage('about:blank');
    await page.clock.setFixedTime(Date.parse(`${expires}T22:00:00Z`) + later * 86_400_000);
    await page.goto(onDisk('uk.html'));
    expect(await page.locator('#expired').isVisible()).toBe(shown);
    await page.context().close();
  });
});

describe('the links of every file', () => {
  const places = [
    ['on a disk', () => onDisk('')],
    ['behind a gateway of IPFS', () => ipfs],
    ['in a folder of any host', () => subFolder],
  ] as const;

  it.each(places)('lead somewhere %s', async (_, base) => {
    const page = await openPage('about:blank');
    const files = readdirSync(mirror).filter((name) => name.endsWith('.html'));
    expect(files).toHaveLength(languages.length + 1);
    const elsewhere = new Set<string>();
    for (const name of files) {
      await page.goto(base() + name);
      const links = await page.evaluate(() => {
        const roots = [
          document,
          ...Array.from(document.querySelectorAll('template'), (one) => one.content),
        ];
        return roots.flatMap((root) =>
          Array.from(root.querySelectorAll('a[href]'), (link) => link.getAttribute('href') ?? ''),
        );
      });
      for (const link of links)
        if (link.startsWith('#')) expect(await page.locator(link).count(), link).toBe(1);
        else elsewhere.add(new URL(link, page.url()).href);
    }
    for (const language of languages) expect(elsewhere).toContain(`${base()}${language}.html`);
    for (const link of elsewhere)
      if (link.startsWith(base())) expect(files, link).toContain(link.slice(base().length));
      else if (link !== stage.settings().leaveTo) {
        expect(link.startsWith(`${host}/`), link).toBe(true);
        expect((await worker.fetch(new URL(link).pathname)).status, link).toBe(200);
      }
    await page.context().close();
  });

  it('lead from a language to the list and on to another', async () => {
    const page = await openPage(onDisk('be.html'));
    await page.locator('footer a[href="index.html"]').click();
    await page.locator('a[href="ar.html"]').click();
    await page.locator('#form').waitFor();
    expect(page.url()).toBe(onDisk('ar.html'));
    expect(world.asked).toEqual([]);
    await page.context().close();
  });
});

describe('a file looks', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const resultSchema = z.object({
    violations: z.array(
      z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
    ),
  });

  it.each(['index', ...languages])('well to axe, in light and in dark: %s', async (name) => {
    const page = await openPage(onDisk(`${name}.html`), { bypassCSP: true });
    await page.evaluate(
      "document.querySelectorAll('.file').forEach((one) => (one.hidden = false))",
    );
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate("document.documentElement.style.background = 'Canvas'");
      await page.evaluate(axe);
      const found = resultSchema.parse(
        await page.evaluate("axe.run({ rules: { 'target-size': { enabled: true } } })"),
      );
      expect(found.violations).toEqual([]);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      320,
    );
    await page.context().close();
  });

  it('from right to left in Arabic, and addresses from left to right', async () => {
    const page = await openPage(onDisk('ar.html'));
    const directionOf = (part: string) =>
      page
        .locator(part)
        .first()
        .evaluate((one) => getComputedStyle(one).direction);
    for (const part of ['html', 'p.file', '#safety', '#privacy', '#code'])
      expect(await directionOf(part), part).toBe('rtl');
    expect(await directionOf('p.file a')).toBe('ltr');
    await page.context().close();
  });
});

describe('the QR code of a sealed signature', () => {
  /** Signs where nobody is to be reached; resolves to the link that is offered then. */
  async function failToSign(page: Page): Promise<string> {
    await page.locator('[name=consent]').check();
    world.cut(true);
    await page.locator('form button').click();
    await page.locator('.qr').waitFor({ timeout: 90_000 });
    world.cut(false);
    return page.locator('#to').evaluate((link) => link.getAttribute('href') ?? '');
  }

  async function scan(page: Page): Promise<string | undefined> {
    const png = sharp(await page.locator('.qr').screenshot());
    const { data, info } = await png.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    return jsQR(new Uint8ClampedArray(data), info.width, info.height)?.data;
  }

  it('is read by a scanner in light, in dark and on any screen, and posted by a second phone', async () => {
    const page = await openPage(onDisk('be.html'));
    const link = await failToSign(page);
    expect(link).toMatch(new RegExp(`^${host}/be/carry/#`));
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [320, 1280]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        expect(await scan(page), `${colorScheme} ${String(width)}`).toBe(link);
        const [drawn, modules, whole] = await page
          .locator('.qr')
          .evaluate((svg) => [
            svg.getBoundingClientRect().width,
            Number(svg.getAttribute('viewBox')?.split(' ')[2]),
            document.documentElement.scrollWidth,
          ]);
        expect((drawn ?? 0) / (modules ?? NaN), 'pixels a module').toBeGreaterThanOrEqual(3);
        expect(whole).toBeLessThanOrEqual(width);
      }
    expect(await readCarried(link)).toBeDefined();
    expect(await worker.rows()).toEqual([]);
    const second = await openPage(link);
    await second.locator('form button').click();
    await expect.poll(() => worker.rows(), { timeout: 30_000 }).toHaveLength(1);
    expect(await onlyRow()).toMatchObject({ lane: 'stamp', state: 'counted', tag: null });
    await second.context().close();
    await page.context().close();
  }, 150_000);

  it('is read also with a long name, in an Arabic page; it follows the signature', async () => {
    const page = await openPage(onDisk('ar.html'), { deviceScaleFactor: 2 });
    await page.locator('[value=initials]').check();
    await page.locator('[name=name]').fill('عبد الرحمن '.repeat(9));
    await page.locator('[name=email]').fill(`${'long.'.repeat(12)}address@example.org`);
    await page.locator('[name=country]').fill('Беларусь');
    const link = await failToSign(page);
    expect(link.length).toBeGreaterThan(850);
    expect(await scan(page)).toBe(link);
    const box = await page.locator('.qr').boundingBox();
    expect([box?.x, box?.width]).toEqual([0, 320]);
    const next = link.replace(/.$/, '~');
    await page.locator('#to').evaluate((to, href) => to.setAttribute('href', href), next);
    await expect.poll(() => scan(page)).toBe(next);
    expect(await page.locator('.qr').count()).toBe(1);
    await page.context().close();
  }, 150_000);

  it('costs the site nothing: only a file has its script', () => {
    const page = readFileSync(join(localSite.dist, 'client/en/index.html'), 'latin1');
    expect(page).not.toContain('MutationObserver');
    expect(read('en.html')).toContain('MutationObserver');
  });
});

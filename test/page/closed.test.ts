import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/operation/run.ts';
import { readLanguages, readSettings } from '../../src/site/settings.ts';
import { dayOf } from '../../src/signature/stamp.ts';
import { startBrowser } from '../browser.ts';
import { siteThatCloses } from '../closed.ts';
import { builtCount, localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

const day = 86_400_000;
const yesterday = dayOf(new Date(Date.now() - day));
const { closes } = readSettings(localSite.content);
const languages = readLanguages(localSite.content);

let browser: Browser;
let worker: TestWorker;
/** The site as it is built on the day after the last one. */
beforeAll(async () => {
  browser = await startBrowser();
  const content = `${localSite.content}-closed`;
  cpSync(localSite.content, content, { recursive: true });
  const settings = readFileSync(`${content}/campaign.yaml`, 'utf8');
  writeFileSync(`${content}/campaign.yaml`, settings.replace(closes, yesterday));
  const dist = `${localSite.dist}-closed`;
  await run('astro', ['build', '--outDir', dist], {
    UNDERSIGNED_CONTENT: content,
    UNDERSIGNED_LOCAL: '1',
    UNDERSIGNED_KEYS: localSite.keys,
    UNDERSIGNED_COUNT: String(builtCount),
  });
  worker = await startWorker({ dist });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await worker.stop();
});

async function openPage(path: string, at: TestWorker = worker): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 320, height: 568 } });
  await page.goto(new URL(path, at.url).href);
  return page;
}

describe('the campaign page after the last day', () => {
  it.each(languages)(
    'says so in %s, keeps text and result, and has nothing to fill in',
    async (language) => {
      const open = readFileSync(`${localSite.dist}/client/${language}/index.html`);
      const page = await openPage(`/${language}/`);
      const charset = /charset="?([\w-]+)/.exec(open.toString('latin1'))?.[1] ?? 'utf-8';
      const before = new TextDecoder(charset).decode(open);
      for (const part of await page.locator('h1, article li').allTextContents())
        expect(before).toContain(part.trim().slice(0, 20));
      expect(await page.locator('aside').innerText()).toMatch(/\S{3,}[^]*\d/u);
      expect(await page.locator('section p b').innerText()).toMatch(
        /^[\d\s.,’ \u066b\u066c٠-٩]+$/u,
      );
      expect(await page.locator('form, input, textarea, #status').count()).toBe(0);
      expect(await page.locator('a[href="withdraw/"]').count()).toBeGreaterThan(0);
      expect(await page.locator('a[href="paper/"]').count()).toBe(0);
      expect(await page.locator('#leave').count()).toBe(1);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        320,
      );
      await page.close();
    },
  );

  it('says it in words', async () => {
    const page = await openPage('/en/');
    expect(await page.locator('aside').innerText()).toMatch(
      /The campaign has ended\s+Signatures were taken up to and including .+ a signature can still be withdrawn/,
    );
    await page.locator('aside a').click();
    expect(await page.title()).toBe('Withdraw a signature');
    await page.close();
  });

  it('is shown in place of the sheet to sign on paper too', async () => {
    const page = await openPage('/en/paper/');
    expect(await page.locator('aside h2').innerText()).toBe('The campaign has ended');
    expect(await page.locator('table').count()).toBe(0);
    await page.close();
  });
});

describe('a page that was built before', () => {
  it('says that the campaign has ended as soon as somebody begins to fill it in', async () => {
    const open = await startWorker();
    const page = await browser.newPage();
    await page.clock.setFixedTime(Date.parse(closes) + day);
    await page.goto(new URL('/en/', open.url).href);
    await page.locator('[name=name]').focus();
    await expect.poll(() => page.locator('#status').innerText()).toBe('The campaign has ended');
    await page.close();
    await open.stop();
  });

  it('says nothing of it on the last day itself', async () => {
    const open = await startWorker();
    const page = await browser.newPage();
    await page.clock.setFixedTime(Date.parse(closes) + day - 1000);
    await page.goto(new URL('/en/', open.url).href);
    const loaded = page.waitForResponse(/more\.js/);
    await page.locator('[name=name]').focus();
    await (await loaded).finished();
    expect(await page.locator('#status').innerText()).toBe('');
    await page.close();
    await open.stop();
  });

  it('is answered that nothing was stored, whatever its clock says', async () => {
    const closed = await startWorker({ dist: siteThatCloses(yesterday) });
    const page = await openPage('/en/', closed);
    await page.locator('[name=consent]').check();
    await page.locator('form button').click();
    await expect
      .poll(() => page.locator('#status').innerText(), { timeout: 20_000 })
      .toContain('The campaign has ended. Nothing was stored.');
    expect(await closed.rows()).toEqual([]);
    await page.close();
    await closed.stop();
  });
});

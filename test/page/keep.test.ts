import { appendFileSync, cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isTooHeavy, weighSite } from '../../src/operation/weigh.ts';
import { readLanguages } from '../../src/site/settings.ts';
import { startBrowser } from '../browser.ts';
import { localSite, productionSite } from '../sites.ts';
import { type KeepStage, openKeepStage } from './keep-stage.ts';

const { host } = productionSite;
const languages = readLanguages(localSite.content);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let stage: KeepStage;
let browser: Browser;
beforeAll(async () => {
  stage = await openKeepStage();
  // Chromium starts no service worker behind a certificate that it does not know.
  browser = await startBrowser({ flags: [...stage.world.flags, '--ignore-certificate-errors'] });
}, 240_000);
afterAll(async () => {
  await browser.close();
  await stage.close();
});
beforeEach(async () => {
  await stage.worker.clear();
  stage.world.reset();
  stage.world.asked.length = 0;
});

/** A visitor on the smallest phone, whose seconds a test can let pass. */
async function visit(path = '/be/keep/', hardening = ''): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 320, height: 568 } });
  context.setDefaultTimeout(15_000);
  await context.addInitScript(hardening);
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(host + path);
  return page;
}
const keepButton = (page: Page) => page.locator('#keep');
const forgetButton = (page: Page) => page.locator('#forget');
/** What the page says, by the names of the words. */
const said = (page: Page) =>
  page.locator('[role=status] p:visible').evaluateAll((all) => all.map(({ id }) => id));

async function keep(page: Page): Promise<void> {
  await keepButton(page).click();
  await page.clock.fastForward(12_000);
  await page.locator('#kept').waitFor();
}
/** Opens a page; whether it came from the phone. */
async function open(page: Page, path: string): Promise<boolean | undefined> {
  return (await page.goto(host + path))?.fromServiceWorker();
}
/** Everything that a site can keep. */
async function traces(page: Page) {
  const inPage = await page.evaluate(async () => ({
    caches: await caches.keys(),
    registrations: (await navigator.serviceWorker.getRegistrations()).length,
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
  }));
  return { ...inPage, cookies: (await page.context().cookies()).length };
}
const none = { caches: [], registrations: 0, local: 0, session: 0, databases: 0, cookies: 0 };
/** What lies in the cache: addresses, and headers of the Belarusian page. */
const inCache = (page: Page) =>
  page.evaluate(async () => {
    const cache = await caches.open('kept');
    const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    const { headers } = (await cache.match('/be/')) ?? new Response();
    return { paths, serial: headers.get('serial'), looked: headers.get('looked') };
  });
/** The last look for a newer edition was yesterday. */
const letADayPass = (page: Page) =>
  page.evaluate(async () => {
    const cache = await caches.open('kept');
    const old = (await cache.match('/be/')) ?? new Response();
    const headers = new Headers(old.headers);
    headers.set('looked', '2020-08-09');
    await cache.put('/be/', new Response(await old.arrayBuffer(), { headers }));
  });
/** The mark of the edition in the page; empty for the one that was built. */
const mark = (page: Page) =>
  page.evaluate(() => document.getElementById('mark')?.textContent ?? '');
const asked = (path: string) => stage.world.asked.filter(({ url }) => url === host + path);
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** Rules that axe finds broken on a page into which it was put; see accessible.test.ts. */
const violations = (page: Page, colorScheme: 'light' | 'dark') =>
  page.evaluate<string[]>(
    `axe.run(${colorScheme === 'light' ? "{ rules: { 'target-size': { enabled: true } } }" : "{ runOnly: ['color-contrast', 'link-in-text-block'] }"})
      .then(({ violations }) => violations.map(({ id, nodes }) => id + nodes.map(({ html }) => html.slice(0, 200)).join(' ')))`,
  );

async function sign(page: Page): Promise<void> {
  await page.locator('[name=consent]').check();
  await page.locator('form button').click();
  await page.locator('#status code:not(:empty)').waitFor({ timeout: 30_000 });
}

describe('a deployment with a mirror', () => {
  it('serves its files as they were signed, in UTF-8, under a name that does not redirect', async () => {
    for (const [path, file] of [
      ['/mirror/be', 'be.html'],
      ['/mirror/', 'index.html'],
      ['/mirror/manifest.json', 'manifest.json'],
      ['/mirror/manifest.json.sig', 'manifest.json.sig'],
      ['/mirror/SHA256SUMS', 'SHA256SUMS'],
    ] as const) {
      const answer = await stage.worker.fetch(path, { redirect: 'manual' });
      expect(answer.status, path).toBe(200);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.equals(readFileSync(join(stage.mirror, file))), path).toBe(true);
      if (file.endsWith('.html'))
        expect(answer.headers.get('content-type'), path).toMatch(/^text\/html; charset=utf-8$/i);
      expect(answer.headers.get('content-security-policy'), path).toBe(`frame-ancestors 'none'`);
    }
    const { status, headers } = await stage.worker.fetch('/mirror/be.html', { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([307, '/mirror/be']);
  });

  it('offers the file and the way to keep it where one shares the petition', async () => {
    const page = await visit('/be/share/');
    const downloading = page.waitForEvent('download');
    await page.locator('[download]').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('be.html');
    expect(readFileSync(await download.path())).toEqual(
      readFileSync(join(stage.mirror, 'be.html')),
    );
    await page.locator('[href="../keep/"]').click();
    await page.waitForURL(`${host}/be/keep/`);
  });

  it('has a page for it that our own policy does not hinder, and whose parts keep to their budgets', async () => {
    const complaints: string[] = [];
    const page = await visit('/be/share/');
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${host}/be/keep/`);
    await keep(page);
    await forgetButton(page).click();
    await page.locator('#forgotten').waitFor();
    expect(complaints).toEqual([]);
    const weights = weighSite(join(stage.dist, 'client'));
    expect(weights.map(({ file }) => file)).toContain('mirror/be.html');
    expect(weights.filter(isTooHeavy)).toEqual([]);
  });

  it('is as light on the campaign page as one without', () => {
    const blocks = (dist: string) =>
      readFileSync(join(dist, 'client/_headers'), 'utf8').split(/\n(?=\/)/);
    const [block = ''] = blocks(stage.dist).filter((one) => one.startsWith('/be/'));
    expect(block).not.toMatch(/worker-src|mirror|keep/);
    expect(blocks(stage.dist)).toHaveLength(blocks(productionSite.dist).length + 1);
  });

  it.each(languages)(
    'has that page free of what axe finds, in light and dark: %s',
    async (language) => {
      const page = await visit(`/${language}/keep/`, axe);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate("document.documentElement.style.background = 'Canvas'");
        for (const state of ['', 'failed', 'kept']) {
          await page.evaluate((shown) => {
            for (const words of document.querySelectorAll<HTMLElement>('[role=status] p'))
              words.hidden = words.id !== shown;
            for (const button of document.querySelectorAll<HTMLElement>('main button'))
              button.hidden = (button.id === 'forget') !== (shown === 'kept');
          }, state);
          // At its end, where the way out covers nothing.
          await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
          expect(await violations(page, colorScheme), state).toEqual([]);
        }
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    },
  );
});

describe('a build', () => {
  const spoilt = (change: (folder: string) => void | Promise<void>) => async () => {
    const folder = join(stage.stage.folder, 'spoilt');
    rmSync(folder, { recursive: true, force: true });
    cpSync(stage.mirror, folder, { recursive: true });
    await change(folder);
    return folder;
  };
  it.each([
    [
      'was changed',
      'be.html was changed: do not open it',
      spoilt((folder) => appendFileSync(join(folder, 'be.html'), ' ')),
    ],
    [
      'is not signed',
      'There is no manifest.json.sig',
      spoilt((folder) => rmSync(join(folder, 'manifest.json.sig'))),
    ],
    [
      'is too old',
      'It was good until 2026-08-09',
      spoilt((folder) => stage.signAgain(folder, { expires: '2026-08-09' })),
    ],
    [
      'was made for another host',
      'Its files post to https://other.example, not to https://sign.example.org.',
      spoilt((folder) => stage.signAgain(folder, { host: 'https://other.example' })),
    ],
    [
      'is none',
      'There is no manifest.json',
      spoilt((folder) => rmSync(join(folder, 'manifest.json'))),
    ],
  ])('ends, and says why, where the mirror %s', async (_, why, makeFolder) => {
    const folder = await makeFolder();
    const building = stage.build(join(stage.stage.folder, 'never'), folder);
    await expect(building).rejects.toThrow(why);
    await expect(building).rejects.toThrow('To deploy without one, move the folder away.');
    expect(existsSync(join(stage.stage.folder, 'never'))).toBe(false);
  });

  it('without a mirror publishes none: no file, no page to keep it, no link, and the kill switch', () => {
    for (const { dist } of [localSite, productionSite]) {
      const client = join(dist, 'client');
      expect(existsSync(join(client, 'mirror'))).toBe(false);
      expect(existsSync(join(client, 'be/keep'))).toBe(false);
      expect(readFileSync(join(client, 'be/share/index.html'), 'utf8')).not.toMatch(/keep|mirror/);
      const script = readFileSync(join(client, 'keep.js'), 'utf8');
      expect(script).toContain('unregister');
      expect(script).not.toContain('fetch');
    }
  });
});

describe('"Keep on this phone"', () => {
  it('warns beside the button, and does nothing by itself', async () => {
    const page = await visit();
    const order = await page
      .locator('main aside, main button:visible')
      .evaluateAll((all) => all.map(({ tagName }) => tagName));
    expect(order).toEqual(['ASIDE', 'BUTTON']);
    await page.clock.fastForward(60_000);
    expect(await said(page)).toEqual([]);
    expect(await traces(page)).toEqual(none);
    expect(asked('/keep.js?be')).toEqual([]);
  });

  it('keeps this language after twelve seconds of silence and not before, asking without cookies', async () => {
    const page = await visit();
    await page.context().addCookies([{ name: 'any', value: 'one', url: host }]);
    stage.world.asked.length = 0;
    await keepButton(page).click();
    expect(await said(page)).toEqual(['wait']);
    await page.clock.fastForward(11_000);
    expect(stage.world.asked).toEqual([]);
    expect(await traces(page)).toMatchObject({ caches: [], registrations: 0 });
    await page.clock.fastForward(1000);
    await page.locator('#kept').waitFor();
    const paths = ['/mirror/manifest.json', '/mirror/manifest.json.sig', '/mirror/be'];
    expect(stage.world.asked.map(({ url }) => url)).toEqual(
      ['/keep.js?be', ...paths].map((path) => host + path),
    );
    for (const path of paths) expect(asked(path)[0]?.cookie, path).toBeUndefined();
    expect(await said(page)).toEqual(['kept']);
    expect(await traces(page)).toMatchObject({ caches: ['kept'], registrations: 1 });
    expect(await inCache(page)).toMatchObject({ paths: ['/be/'], serial: String(stage.serial) });
  });

  it('opens the petition without a network, which signs once there is one: the POST reaches the Worker', async () => {
    const page = await visit();
    await keep(page);
    stage.world.cut(true);
    for (const path of ['/be/', '/be', '/be/?from=a-friend']) {
      expect(await open(page, path), path).toBe(true);
      expect(await page.locator('h1').innerText(), path).not.toBe('');
    }
    expect(await page.locator('#expired').isVisible()).toBe(false);
    await page.locator('[name=consent]').check();
    stage.world.cut(false);
    await sign(page);
    const [row, ...others] = await stage.worker.rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ lane: 'stamp', state: 'counted', language: 'be' });
  });

  it('touches nothing else: no other page, no other language, no form', async () => {
    const page = await visit();
    await keep(page);
    await open(page, '/be/');
    for (const path of ['/be/share/', '/be/keep/', '/ru/', '/mirror/be', '/languages/'])
      expect(await open(page, path), path).toBe(false);
    stage.world.asked.length = 0;
    await page.goto(`${host}/ru/`);
    await page.evaluate(() => {
      // A form as a page without scripts sends it, to the kept address itself.
      const form = document.createElement('form');
      form.method = 'post';
      form.action = '/be/';
      document.body.append(form);
      form.submit();
    });
    await page.waitForURL(`${host}/be/`);
    expect(asked('/be/').map(({ method }) => method)).toEqual(['POST']);
  });

  it('leads from the kept page to the other languages, which are not kept', async () => {
    const page = await visit();
    await keep(page);
    await open(page, '/be/');
    await page.locator('footer [href="index.html"]').click();
    await page.waitForURL(`${host}/languages/`);
  });

  it('says so when the page is opened again, and offers only to forget', async () => {
    const page = await visit();
    await keep(page);
    await page.goto(`${host}/be/keep/`);
    await page.locator('#kept').waitFor();
    expect(await keepButton(page).isVisible()).toBe(false);
    expect(await forgetButton(page).isVisible()).toBe(true);
  });

  it('keeps another language in place of the first, if that is wanted', async () => {
    const page = await visit();
    await keep(page);
    await page.goto(`${host}/ru/keep/`);
    await forgetButton(page).waitFor();
    await keep(page);
    expect((await inCache(page)).paths).toEqual(['/ru/']);
    expect(await open(page, '/be/')).toBe(false);
    expect(await open(page, '/ru/')).toBe(true);
  });
});

describe('keeping fails, says so and leaves nothing', () => {
  const attempt = async () => {
    const page = await visit();
    await keepButton(page).click();
    await page.clock.fastForward(12_000);
    return page;
  };
  const expectFailed = async (page: Page) => {
    await page.locator('#failed').waitFor();
    expect(await said(page)).toEqual(['failed']);
    expect(await traces(page)).toEqual(none);
    expect(await keepButton(page).isVisible()).toBe(true);
    expect(await forgetButton(page).isVisible()).toBe(false);
  };
  const next = () => ({ mark: 'spoilt', serial: stage.serial + 1 });

  it('without a network', async () => {
    const page = await visit();
    stage.world.cut(true);
    await keepButton(page).click();
    await page.clock.fastForward(12_000);
    await expectFailed(page);
  });

  it.each([
    ['of another key', () => ({ ...next(), key: stage.foreignKey })],
    ['of another campaign', () => ({ ...next(), campaign: 'another-2020' })],
    ['that is too old', () => ({ ...next(), expires: '2026-08-09' })],
    ['whose page was changed', () => ({ ...next(), spoil: (page: string) => `${page} ` })],
    ['with an empty page', () => ({ ...next(), spoil: () => '' })],
  ])('with an edition %s', async (_, edition) => {
    await stage.publish(edition());
    await expectFailed(await attempt());
  });

  it('where a provider answers everything with a page of its own', async () => {
    for (const path of ['manifest.json', 'manifest.json.sig', 'be'])
      stage.world.instead.set(`${host}/mirror/${path}`, '<h1>Blocked');
    await expectFailed(await attempt());
  });

  it('where nothing answers for 45 seconds, also if it answers afterwards', async () => {
    const hanging = stage.world.hang(`${host}/mirror/be`);
    const page = await attempt();
    await expect.poll(() => asked('/mirror/be').length).toBe(1);
    expect(await said(page)).toEqual(['wait']);
    await page.clock.fastForward(44_000);
    expect(await said(page)).toEqual(['wait']);
    await page.clock.fastForward(1000);
    await page.locator('#failed').waitFor();
    hanging();
    await page.waitForTimeout(500);
    await expectFailed(page);
  });

  it('where even the script comes after the page was told so', async () => {
    const hanging = stage.world.hang(`${host}/keep.js?be`);
    const page = await attempt();
    await expect.poll(() => asked('/keep.js?be').length).toBe(1);
    await page.clock.fastForward(45_000);
    hanging();
    await expect.poll(() => said(page)).toEqual(['failed']);
    await page.waitForTimeout(1000);
    await expectFailed(page);
  });

  it('where the page was closed before the script came', async () => {
    const hanging = stage.world.hang(`${host}/keep.js?be`);
    const page = await attempt();
    await expect.poll(() => asked('/keep.js?be').length).toBe(1);
    await page.goto(`${host}/ru/`);
    hanging();
    await expect.poll(() => asked('/mirror/be').length).toBe(1);
    await expect.poll(() => traces(page)).toEqual(none);
  });

  it.each([
    ['lacks service workers', `delete Navigator.prototype.serviceWorker;`],
    ['lacks caches', 'delete window.caches;'],
    ['lacks WebCrypto', `Object.defineProperty(window, 'crypto', { value: {} });`],
    [
      'is private and throws',
      `Object.defineProperty(window, 'caches', { get() { throw new DOMException('no', 'SecurityError'); } });`,
    ],
  ])('where the browser %s: there is no button', async (_, hardening) => {
    const page = await visit('/be/keep/', hardening);
    expect(await said(page)).toEqual(['failed']);
    expect(await page.locator('main button:visible').count()).toBe(0);
  });

  it('without JavaScript: there is no button', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${host}/be/keep/`);
    expect(await page.locator('#failed').isVisible()).toBe(true);
    expect(await page.locator('main button:visible').count()).toBe(0);
  });
});

describe('what is kept', () => {
  /** Somebody whose last look was yesterday opens the kept page; resolves once it has looked. */
  const openNextDay = async (page: Page, last: string) => {
    await letADayPass(page);
    stage.world.asked.length = 0;
    expect(await open(page, '/be/')).toBe(true);
    await expect.poll(() => asked(last).length).toBe(1);
  };

  it('is replaced by a newer edition, but only asked for once a day', async () => {
    const page = await visit();
    await keep(page);
    await stage.publish({ mark: 'second', serial: stage.serial + 1 });
    expect(await open(page, '/be/')).toBe(true);
    await openNextDay(page, '/mirror/be');
    // Still the one that was there: nothing is waited for.
    expect(await mark(page)).toBe('');
    await expect.poll(() => inCache(page)).toMatchObject({ serial: String(stage.serial + 1) });
    for (const path of ['/mirror/manifest.json', '/mirror/be'])
      expect(asked(path)[0]?.cookie, path).toBeUndefined();
    await open(page, '/be/');
    expect(await mark(page)).toBe('second');
    await stage.publish({ mark: 'third', serial: stage.serial + 2 });
    await open(page, '/be/');
    await open(page, '/be/');
    expect(await mark(page)).toBe('second');
    expect(asked('/mirror/manifest.json')).toHaveLength(1);
  });

  const manifest = '/mirror/manifest.json';
  const signature = `${manifest}.sig`;
  const file = '/mirror/be';
  it.each([
    ['an older edition', signature, () => ({ serial: 1 })],
    ['another edition of the same number', signature, () => ({ serial: stage.serial })],
    ['one of another key', signature, () => ({ key: stage.foreignKey })],
    ['one that is too old', signature, () => ({ expires: '2026-08-09' })],
    ['one of another campaign', signature, () => ({ campaign: 'another-2020' })],
    ['a changed page', file, () => ({ spoil: (page: string) => `${page} ` })],
  ])('stays as it was when the network offers %s', async (_, last, change) => {
    const page = await visit();
    await keep(page);
    await stage.publish({ mark: 'bad', serial: stage.serial + 1, ...change() });
    await openNextDay(page, last);
    await page.waitForTimeout(500);
    expect(asked(file)).toHaveLength(last === file ? 1 : 0);
    expect(await inCache(page)).toMatchObject({ paths: ['/be/'], serial: String(stage.serial) });
    expect(await open(page, '/be/')).toBe(true);
    expect(await mark(page)).toBe('');
  });

  it('stays as it was when a provider answers with a page of its own, or nobody does', async () => {
    const page = await visit();
    await keep(page);
    stage.world.instead.set(`${host}${manifest}`, '<h1>Blocked');
    await openNextDay(page, signature);
    await page.waitForTimeout(300);
    await letADayPass(page);
    stage.world.cut(true);
    stage.world.asked.length = 0;
    expect(await open(page, '/be/')).toBe(true);
    await expect.poll(() => asked(manifest).length).toBeGreaterThan(0);
    await page.waitForTimeout(300);
    expect(await inCache(page)).toMatchObject({ paths: ['/be/'], serial: String(stage.serial) });
  });

  it('says itself when it has become too old', async () => {
    const page = await visit();
    await keep(page);
    await page.clock.setFixedTime('2031-01-01');
    expect(await open(page, '/be/')).toBe(true);
    expect(await page.locator('#expired').isVisible()).toBe(true);
  });

  it('is let go by the kill switch: the script that a build without a mirror has', async () => {
    const page = await visit();
    await keep(page);
    expect(await open(page, '/be/')).toBe(true);
    stage.world.instead.set(
      `${host}/keep.js?be`,
      readFileSync(join(localSite.dist, 'client/keep.js')),
    );
    // Browsers ask for it by themselves, after the page was opened.
    expect(await open(page, '/be/')).toBe(true);
    await expect.poll(() => traces(page), { timeout: 20_000 }).toEqual(none);
    expect(await open(page, '/be/')).toBe(false);
  });
});

describe('forgetting', () => {
  const expectForgotten = async (page: Page) => {
    expect(await traces(page)).toEqual(none);
    stage.world.cut(false);
    expect(await open(page, '/be/')).toBe(false);
    expect(await traces(page)).toEqual(none);
  };

  it('leaves no trace, also where the network is gone', async () => {
    const page = await visit();
    await keep(page);
    stage.world.cut(true);
    await forgetButton(page).click();
    await page.locator('#forgotten').waitFor();
    expect(await said(page)).toEqual(['forgotten']);
    expect(await forgetButton(page).isVisible()).toBe(false);
    await expectForgotten(page);
  });

  it('leaves no trace of a page that was opened many times, and it can be kept again', async () => {
    const page = await visit();
    await keep(page);
    await open(page, '/be/');
    await page.goto(`${host}/be/keep/`);
    await forgetButton(page).click();
    await page.locator('#forgotten').waitFor();
    expect(await traces(page)).toEqual(none);
    expect(await keepButton(page).isVisible()).toBe(false);
    await page.goto(`${host}/be/keep/`);
    await keep(page);
    expect(await inCache(page)).toMatchObject({ paths: ['/be/'] });
    await forgetButton(page).click();
    await page.locator('#forgotten').waitFor();
    await expectForgotten(page);
  });

  it('ends what has only begun', async () => {
    const page = await visit();
    await keepButton(page).click();
    await page.clock.fastForward(5000);
    await forgetButton(page).click();
    await page.locator('#forgotten').waitFor();
    await page.clock.fastForward(60_000);
    expect(asked('/keep.js?be')).toEqual([]);
    await expectForgotten(page);
  });

  it('ends what is on its way', async () => {
    const hanging = stage.world.hang(`${host}/mirror/be`);
    const page = await visit();
    await keepButton(page).click();
    await page.clock.fastForward(12_000);
    await expect.poll(() => asked('/mirror/be').length).toBe(1);
    await forgetButton(page).click();
    await page.locator('#forgotten').waitFor();
    hanging();
    await page.waitForTimeout(500);
    await expectForgotten(page);
  });

  it.each(['/be/', '/be/keep/', '/ru/'])(
    'happens by "Leave now" on %s as well, without a network too',
    async (path) => {
      const page = await visit();
      await keep(page);
      await page
        .context()
        .route('https://www.google.com/', (route) => route.fulfill({ status: 204 }));
      await open(page, path);
      stage.world.cut(true);
      await page.locator('#leave').click({ noWaitAfter: true });
      await expect.poll(() => traces(page)).toEqual(none);
      await expectForgotten(page);
    },
  );
});

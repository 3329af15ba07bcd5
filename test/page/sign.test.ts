import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { idHashOf } from '../../src/delivery/open.ts';
import { chainOf, readCode } from '../../src/signature/code.ts';
import { readCarried } from '../../src/signature/carried.ts';
import { openRow } from '../opened.ts';
import { startBrowser } from '../browser.ts';
import { relay } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

const turnstile = 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit';

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
beforeEach(async () => {
  worker.answerSiteverify();
  await worker.clear();
});

/** A stand-in for Turnstile's script: answers at once with a token, for the cdata that it was given. */
const passing = `window.turnstile = { render(container, options) {
  if (options.action !== 'sign' || !/^[\\w-]{43}$/.test(options.cData)) throw new Error('undocumented');
  const input = document.createElement('input');
  input.type = 'hidden'; input.name = 'cf-turnstile-response';
  input.value = 'token-for-' + options.cData; container.append(input); return 'widget'; } }`;

/** A browser that seals and cannot stamp. */
const withoutStamp = `const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
  crypto.subtle.deriveBits = (by, key, bits) =>
    by.name === 'PBKDF2' ? Promise.reject(new Error('unknown')) : derive(by, key, bits);`;

type Network = 'answers' | 'blocked' | 'hangs';

async function openPage(
  language: string,
  options: { javaScript?: boolean; network?: Network; lie?: string } = {},
) {
  const context = await browser.newContext({ javaScriptEnabled: options.javaScript ?? true });
  const page = await context.newPage();
  await context.route(
    (url) => url.origin !== worker.url.origin,
    (route) => {
      // The relay cannot be reached, or is hostile; an honest one stands in test/relay.
      if (route.request().url() === `${relay}/api/sign`)
        return options.lie
          ? route.fulfill({
              body: options.lie,
              headers: { 'access-control-allow-origin': '*' },
            })
          : route.abort();
      if (route.request().url() !== turnstile)
        throw new Error(`The page reached for ${route.request().url()}`);
      if (options.network === 'answers')
        return route.fulfill({ contentType: 'text/javascript', body: passing });
      if (options.network === 'hangs') return undefined;
      return route.abort();
    },
  );
  await page.goto(new URL(`/${language}/`, worker.url).href);
  return page;
}

async function fill(page: Page) {
  await page.locator('[value=initials]').check();
  await page.locator('[name=name]').fill('Алесь Пушкін');
  await page.locator('[name=email]').fill('ales@example.org');
  await page.locator('[name=country]').fill('Беларусь');
  await page.locator('[name=consent]').check();
  await page.locator('[name=news]').check();
}
const contentSchema = z.looseObject({ mark: z.string() });
const entered = {
  level: 'initials',
  name: 'Алесь Пушкін',
  email: 'ales@example.org',
  country: 'Беларусь',
  news: 'on',
};
/** Only our own host's, not the relay's. */
const own = (url: URL) => url.origin === worker.url.origin && url.pathname === '/api/sign';
const post = (body: string) =>
  worker.fetch('/api/sign', { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
const press = (page: Page) => page.locator('form button').click();
async function shownCode(page: Page) {
  const shown = await page.locator('#status code').textContent({ timeout: 20_000 });
  return readCode(shown ?? '') ?? '';
}
/** The one row in the database, opened; the mark, which nobody entered, apart. */
async function onlyRow() {
  const [row, ...others] = await worker.rows();
  expect(others).toEqual([]);
  if (!row) throw new Error('There is no row.');
  const { content, ...opened } = await openRow(row);
  const { mark, ...entries } = contentSchema.parse(content);
  expect(idHashOf(mark)).toBe(row.id_hash);
  return { ...row, ...opened, content: entries };
}

describe('signing in a browser', () => {
  it('with JavaScript and Turnstile ends in one row of its lane that opens to what was typed', async () => {
    const page = await openPage('be', { network: 'answers' });
    worker.answerSiteverify((request) =>
      Response.json({
        success: true,
        hostname: worker.url.hostname,
        action: 'sign',
        cdata: request.response.replace('token-for-', ''),
      }),
    );
    await page.locator('[name=name]').focus();
    await page.waitForSelector('[name=cf-turnstile-response]', { state: 'attached' });
    await fill(page);
    await press(page);
    const code = await shownCode(page);
    const row = await onlyRow();
    expect(row).toMatchObject({
      lane: 'turnstile',
      state: 'counted',
      content: entered,
      sealedBy: 'page',
    });
    expect(row.id_hash).toBe((await chainOf(code))[2]);
    expect(row.tag).not.toBeNull();
    await page.context().close();
  });

  it.each(['blocked', 'hangs'] as const)(
    'with Turnstile %s ends in one row of the stamp lane',
    async (network) => {
      const page = await openPage('ru', { network });
      await fill(page);
      await press(page);
      expect(await shownCode(page)).not.toBe('');
      expect(await onlyRow()).toMatchObject({ lane: 'stamp', state: 'counted', content: entered });
      await page.context().close();
    },
  );

  it('without JavaScript ends in one held row that opens to what was typed', async () => {
    const page = await openPage('be', { javaScript: false });
    expect(await page.locator('#status').textContent()).toMatch(/JavaScript.*можа завіснуць/s);
    expect(await page.locator('form').getAttribute('action')).toBe('sign');
    await fill(page);
    await press(page);
    await page.waitForSelector('#code');
    expect(new URL(page.url()).search).toBe('');
    const code = readCode((await page.locator('#code').textContent()) ?? '') ?? '';
    const row = await onlyRow();
    expect(row).toMatchObject({
      lane: 'unchecked',
      state: 'held',
      content: entered,
      sealedBy: 'worker',
    });
    expect(row.id_hash).toBe((await chainOf(code))[2]);
    await page.context().close();
  });

  it('without WebCrypto posts the plain form', async () => {
    const page = await openPage('en');
    await page.addInitScript(() => {
      Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });
    });
    await page.reload();
    await fill(page);
    await press(page);
    await page.waitForSelector('#code');
    expect(await onlyRow()).toMatchObject({ lane: 'unchecked', state: 'held', sealedBy: 'worker' });
    await page.context().close();
  });

  it('says what happens, moves the focus to it, clears the form, and keeps nothing', async () => {
    const page = await openPage('en');
    const { promise: waiting, resolve: release } = Promise.withResolvers<undefined>();
    await page.route(own, async (route) => {
      await waiting;
      await route.continue();
    });
    await fill(page);
    await press(page);
    await expect.poll(() => page.locator('#status').textContent()).toContain('Sending');
    release(undefined);
    await shownCode(page);
    const status = page.locator('#status');
    expect(await status.textContent()).toContain('You have signed');
    await page
      .locator('form')
      .getByText('To change your choice, withdraw and sign again.')
      .waitFor();
    expect((await status.boundingBox())?.y).toBeGreaterThanOrEqual(0);
    expect(await status.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.locator('form input:visible').count()).toBe(0);
    const kept = await page.evaluate(async () => [
      document.cookie,
      localStorage.length,
      sessionStorage.length,
      (await caches.keys()).length,
      (await navigator.serviceWorker.getRegistrations()).length,
    ]);
    expect(kept).toEqual(['', 0, 0, 0, 0]);
    await page.context().close();
  });

  it('asks nothing of the network before the form is touched', async () => {
    const page = await openPage('be');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await page.waitForTimeout(500);
    expect(asked).toEqual([new URL('/be/', worker.url).href]);
    await page.context().close();
  });

  it('needs a name and a country only where they are shown', async () => {
    const page = await openPage('en');
    await page.locator('[name=consent]').check();
    await page.locator('[value=initials]').check();
    await press(page);
    expect(await page.locator('[name=name]:invalid, [name=country]:invalid').count()).toBe(2);
    expect(await worker.rows()).toEqual([]);
    await page.locator('[value=count]').check();
    await press(page);
    await shownCode(page);
    expect(await onlyRow()).toMatchObject({ content: { level: 'count' }, tag: null });
    await page.context().close();
  });

  it('tries again after silence, with the same bytes, and is one signature', async () => {
    const page = await openPage('ru');
    const bodies: string[] = [];
    await page.route(own, async (route) => {
      bodies.push(route.request().postData() ?? '');
      // The first request reaches us and its answer is lost.
      if (bodies.length === 1) await post(bodies[0] ?? '');
      else await route.continue();
    });
    await fill(page);
    await press(page);
    await shownCode(page);
    expect(bodies.length).toBe(2);
    expect(bodies[0]).toBe(bodies[1]);
    await onlyRow();
    await page.context().close();
  });

  it('keeps both rows of one code when the choice changed between two tries: delivery takes the safer one', async () => {
    const page = await openPage('en');
    let tries = 0;
    await page.route(own, async (route) => {
      // The first try arrives, and all of its answers are lost.
      if (++tries === 1) await post(route.request().postData() ?? '');
      await route.abort();
    });
    await fill(page);
    await press(page);
    await page.locator('#area').waitFor({ timeout: 20_000 });
    await page.unroute(own);
    await page.locator('[value=count]').check();
    await press(page);
    await shownCode(page);
    const opened = await Promise.all(
      (await worker.rows()).map(async (row) => ({ ...row, ...(await openRow(row)) })),
    );
    expect(opened.map(({ content }) => z.looseObject({}).parse(content)['level']).sort()).toEqual([
      'count',
      'initials',
    ]);
    expect(opened.map(({ state }) => state).sort()).toEqual(['counted', 'repeat']);
    expect(new Set(opened.map(({ id_hash }) => id_hash)).size).toBe(1);
    await page.context().close();
  });

  it.each([
    '{"answer":"signed"}',
    '{"answer":"failed","say":"Send us your passport"}',
    '{"day":"2020-01-01"}',
    '<h1>no</h1>',
  ])('believes a relay nothing else: %s', async (lie) => {
    const page = await openPage('en', { lie });
    await page.route(own, (route) => route.abort());
    await fill(page);
    await press(page);
    const status = page.locator('#status');
    await expect.poll(() => status.textContent(), { timeout: 20_000 }).toContain('No answer');
    expect(await status.textContent()).not.toContain('passport');
    await page.unroute(own);
    await press(page);
    await shownCode(page);
    expect(await onlyRow()).toMatchObject({ lane: 'stamp', state: 'counted' });
    await page.context().close();
  });

  it('offers the sealed signature as a text where nothing gets through', async () => {
    const page = await openPage('en', { network: 'answers' });
    await page.route(own, (route) => route.abort());
    await fill(page);
    await page.waitForSelector('[name=cf-turnstile-response]', { state: 'attached' });
    await press(page);
    const text = await page.locator('#area').inputValue({ timeout: 20_000 });
    const carried = await readCarried(text);
    if (!carried) throw new Error('The text does not read.');
    expect(await page.locator('#to').getAttribute('href')).toContain('/en/carry/');
    expect(await page.locator('#to').evaluate((link: HTMLAnchorElement) => link.hash)).toBe(
      `#${text}`,
    );
    const code = (await page.locator('#status code').textContent()) ?? '';
    const lastDay = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    expect(await page.locator('#by').textContent()).toBe(lastDay);
    await post(JSON.stringify({ ...carried, consent: 'on' }));
    const { id_hash } = await onlyRow();
    expect((await chainOf(readCode(code) ?? ''))[2]).toBe(id_hash);
    await page.unroute(own);
    await press(page);
    await shownCode(page);
    expect(await onlyRow()).toMatchObject({ id_hash, content: entered });
    await page.context().close();
  });

  it('offers no text to carry where somebody answered', async () => {
    const page = await openPage('en');
    await page.route(own, (route) =>
      route.fulfill({
        json: { answer: 'failed', reason: 'closed', say: 'The campaign has ended.' },
      }),
    );
    await fill(page);
    await press(page);
    await expect.poll(() => page.locator('#status').textContent()).toBe('The campaign has ended.');
    await page.context().close();
  });

  it('stamps while somebody types, not only when they press', async () => {
    const page = await openPage('be');
    await page.evaluate(`const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
      crypto.subtle.deriveBits = (by, key, bits) => {
        if (by.name === 'PBKDF2') window.stamping = true;
        return derive(by, key, bits);
      };`);
    await page.locator('[name=name]').pressSequentially('А');
    await page.waitForFunction('window.stamping');
    await page.context().close();
  });

  it('never says "signed" when somebody else answers, and lets one try again', async () => {
    const page = await openPage('en');
    await page.route(own, (route) =>
      route.fulfill({
        status: 200,
        contentType: 'text/html',
        body: '<h1>This site is blocked</h1>',
      }),
    );
    await fill(page);
    await press(page);
    await expect
      .poll(() => page.locator('#status').textContent(), { timeout: 20_000 })
      .toContain('No answer');
    expect(await page.locator('[name=name]').inputValue()).toBe('Алесь Пушкін');
    await page.unroute(own);
    await press(page);
    await shownCode(page);
    await onlyRow();
    await page.context().close();
  });

  it('stamps for our day when the clock of the phone is wrong by a year', async () => {
    const page = await openPage('be');
    await page.clock.setFixedTime(new Date(Date.now() - 365 * 86_400_000));
    await page.reload();
    await fill(page);
    await press(page);
    await shownCode(page);
    expect(await onlyRow()).toMatchObject({ lane: 'stamp', state: 'counted' });
    await page.context().close();
  });

  it('makes one signature of a double click', async () => {
    const page = await openPage('be');
    await fill(page);
    await page.locator('form button').dblclick();
    await shownCode(page);
    await onlyRow();
    await page.context().close();
  });

  it('says that a copy with an old key is too old', async () => {
    const page = await openPage('en');
    await page.route(own, (route) =>
      route.continue({
        postData: (route.request().postData() ?? '').replace(
          /"key":"[^"]+"/,
          '"key":"AAAAAAAAAAA"',
        ),
      }),
    );
    await fill(page);
    await press(page);
    await expect.poll(() => page.locator('#status').textContent()).toContain('too old');
    expect(await worker.rows()).toEqual([]);
    await page.context().close();
  });

  it('shows words of the Worker as words, whatever they hold', async () => {
    const page = await openPage('en');
    const say = '<img src=x onerror=alert(1)>';
    await page.route(own, (route) => route.fulfill({ json: { answer: 'signed', say } }));
    await fill(page);
    await press(page);
    expect(await shownCode(page)).not.toBe('');
    expect(await page.locator('#status').textContent()).toContain(say);
    expect(await page.locator('img').count()).toBe(0);
    await page.context().close();
  });

  it('is told when no check of a person worked, and is held after pressing again', async () => {
    const page = await openPage('en');
    await page.evaluate(withoutStamp);
    await fill(page);
    await press(page);
    await expect.poll(() => page.locator('#status').textContent()).toContain('Press again');
    expect(await worker.rows()).toEqual([]);
    await press(page);
    expect(await shownCode(page)).not.toBe('');
    expect(await page.locator('#status').textContent()).toContain('counted after a check by hand');
    expect(await onlyRow()).toMatchObject({
      lane: 'unchecked',
      state: 'held',
      content: entered,
      sealedBy: 'page',
    });
    await page.context().close();
  });

  it('is told when a signature is held', async () => {
    const page = await openPage('en', { network: 'answers' });
    worker.answerSiteverify(() => Response.json({ success: false }));
    await fill(page);
    await page.waitForSelector('[name=cf-turnstile-response]', { state: 'attached' });
    await press(page);
    await shownCode(page);
    expect(await page.locator('#status').textContent()).toContain('counted after a check by hand');
    await page.locator('form').getByText('To change your choice').waitFor();
    expect(await onlyRow()).toMatchObject({ state: 'held' });
    await page.context().close();
  });
});

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/site/settings.ts';
import { startBrowser } from '../browser.ts';
import { localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';
import { pagesOfEachKind } from './kinds.ts';

const { leaveTo, languages } = readSettings(localSite.content);

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

/** Where nothing comes back, "no content" leaves a page where it is, and one can still look at it. */
type Neutral = 'answers' | 'unreachable' | 'hangs' | 'no content';
/** What the neutral site was asked: the headers of each request. */
let asked: Record<string, string>[] = [];

/** A visitor on the smallest phone. Nobody but our host and the neutral site can be reached. */
async function visit(
  path: string,
  options: { javaScriptEnabled?: boolean; bypassCSP?: boolean; neutral?: Neutral } = {},
): Promise<Page> {
  const { neutral = 'answers', ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 320, height: 568 }, ...rest });
  asked = [];
  await standIn(context, neutral);
  const page = await context.newPage();
  await page.goto(new URL(path, worker.url).href);
  return page;
}
function standIn(context: BrowserContext, neutral: Neutral) {
  return context.route(
    (url) => url.origin !== worker.url.origin,
    async (route) => {
      if (route.request().url() !== leaveTo) return route.abort();
      asked.push(await route.request().allHeaders());
      if (neutral === 'hangs') return undefined;
      if (neutral === 'unreachable') return route.abort();
      if (neutral === 'no content') return route.fulfill({ status: 204 });
      return route.fulfill({ contentType: 'text/html', body: '<title>Weather</title>Sunny' });
    },
  );
}

const exit = (page: Page) => page.locator('#leave');
const arrived = (page: Page) => page.waitForURL(leaveTo);
const escape = async (page: Page, times: number) => {
  for (let press = 0; press < times; press++) await page.keyboard.press('Escape');
};
async function fill(page: Page) {
  await page.locator('[name=name]').fill('Алесь Пушкін');
  await page.locator('[name=email]').fill('ales@example.org');
  await page.locator('[name=consent]').check();
}
const entries = (page: Page) =>
  page
    .locator('[name=name], [name=email], [name=country]')
    .evaluateAll((all) => all.map((one) => (one instanceof HTMLInputElement ? one.value : '')));
const consent = (page: Page) => page.locator('[name=consent]').isChecked();
/** What a visitor sees: the text of the page and of its tab. */
const seen = (page: Page) =>
  page.evaluate(() => [document.documentElement.innerText, document.title]);
const neutralHost = new URL(leaveTo).host;

/** The button is in the window, at its end and low, and large enough for a thumb. */
async function expectInReach(page: Page, what: string) {
  const box = await exit(page).boundingBox();
  if (!box) throw new Error(`${what} has no button to leave.`);
  expect(box.x, what).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width, what).toBeLessThanOrEqual(320);
  expect(box.y, what).toBeGreaterThan(568 / 2);
  expect(box.y + box.height, what).toBeLessThanOrEqual(568);
  expect(box.height, what).toBeGreaterThanOrEqual(48);
  expect(box.width, what).toBeLessThan(320 * 0.7);
}

describe('the button "Leave now"', () => {
  it('is at the thumb’s reach on every kind of page, at its top and at its end', async () => {
    for (const path of pagesOfEachKind) {
      const page = await visit(path);
      await expectInReach(page, path);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await expectInReach(page, path);
      await page.context().close();
    }
  });

  it.each(languages)(
    'is so on the campaign page in %s, on the side where lines end',
    async (language) => {
      const page = await visit(`/${language}/`);
      await expectInReach(page, language);
      const box = await exit(page).boundingBox();
      if (language === 'ar') expect(box?.x).toBe(0);
      else expect((box?.x ?? 0) + (box?.width ?? 0)).toBe(320);
      await page.context().close();
    },
  );

  it('is on the answers to forms sent without JavaScript', async () => {
    const page = await visit('/en/', { javaScriptEnabled: false });
    const press = () => page.locator('form button:visible').click();
    await page.locator('[name=email]').fill('a@b');
    await page.locator('[name=consent]').check();
    await press();
    await page.locator('[role=alert]').first().waitFor();
    await expectInReach(page, 'the form again');
    await page.locator('[name=email]').fill('');
    await page.locator('[name=consent]').check();
    await press();
    await page.locator('#code').waitFor();
    await expectInReach(page, 'the answer to a signature');
    const code = await page.locator('#code').textContent();
    await page.goto(new URL('/en/withdraw/', worker.url).href);
    await page.locator('[name=code]').fill(code ?? '');
    await press();
    await expectInReach(page, 'the question before a withdrawal');
    await press();
    await expectInReach(page, 'the answer to a withdrawal');
    await page.context().close();
  });

  it('covers nothing at the end of a page, nor all of what the keyboard has reached', async () => {
    for (const path of ['/en/', '/en/privacy/', '/languages/']) {
      const page = await visit(path);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      const free = await page.evaluate(() => {
        const top = document.getElementById('leave')?.getBoundingClientRect().top ?? 0;
        const links = Array.from(document.links).filter((link) => link.id !== 'leave');
        return top - Math.max(...links.map((link) => link.getBoundingClientRect().bottom));
      });
      expect(free, path).toBeGreaterThanOrEqual(0);
      const stops = await page.locator('a, input:not([type=hidden]), button').count();
      await page.evaluate(() => scrollTo(0, 0));
      for (let stop = 0; stop < stops; stop++) {
        await page.keyboard.press('Tab');
        const covered = await page.evaluate(() => {
          const button = document.getElementById('leave')?.getBoundingClientRect();
          const box = document.activeElement?.getBoundingClientRect();
          if (!button || !box || document.activeElement?.id === 'leave') return '';
          const hidden = box.left >= button.left && box.top >= button.top && box.top < innerHeight;
          return hidden ? document.activeElement?.outerHTML : '';
        });
        expect(covered, path).toBe('');
      }
      await page.context().close();
    }
  });

  it('is not printed', async () => {
    for (const path of ['/en/', '/en/paper/', '/languages/']) {
      const page = await visit(path);
      await page.emulateMedia({ media: 'print' });
      expect(await exit(page).isVisible(), path).toBe(false);
      await page.context().close();
    }
  });

  it('says that the history stays', async () => {
    const page = await visit('/en/');
    expect(await exit(page).innerText()).toBe('Leave now\nhistory stays');
    await page.context().close();
  });
});

describe('leaving', () => {
  it('goes to the neutral site, which is not told where from', async () => {
    for (const path of pagesOfEachKind) {
      const page = await visit(path);
      await exit(page).click();
      await arrived(page);
      expect(asked.length, path).toBe(1);
      expect(asked[0], path).not.toHaveProperty('referer');
      expect(await page.evaluate(() => document.referrer), path).toBe('');
      await page.context().close();
    }
  });

  it.each(['unreachable', 'hangs'] as const)(
    'blanks page and tab at once where the neutral site %s',
    async (neutral) => {
      for (const path of ['/en/', '/en/withdraw/', '/languages/']) {
        const page = await visit(path, { neutral });
        // Looks in the same task as the click: nothing was waited for.
        const now = await page.evaluate(() => {
          document.getElementById('leave')?.click();
          return [document.documentElement.innerText, document.title];
        });
        expect(now, path).toEqual(['', neutralHost]);
        await page.context().close();
      }
    },
  );

  it('works where the network is cut', async () => {
    const page = await visit('/en/');
    await fill(page);
    await page.context().setOffline(true);
    await exit(page).click({ noWaitAfter: true });
    await expect.poll(() => seen(page).then(([text]) => text)).not.toContain('Sign');
    await page.context().setOffline(false);
    await page.context().close();
  });

  it('leaves an empty form to whoever reloads a page whose way out leads nowhere', async () => {
    const page = await visit('/en/', { neutral: 'no content' });
    await fill(page);
    await exit(page).click();
    await expect.poll(() => seen(page)).toEqual(['', neutralHost]);
    await page.reload();
    expect(await entries(page)).toEqual(['', '', '']);
    expect(await consent(page)).toBe(false);
    await page.context().close();
  });

  it('replaces the page in the history, so that "back" does not lead to it', async () => {
    const page = await visit('/en/safety/');
    await page.goto(new URL('/en/', worker.url).href);
    await fill(page);
    const before = await page.evaluate(() => history.length);
    await exit(page).click();
    await arrived(page);
    expect(await page.evaluate(() => history.length)).toBe(before);
    await page.goBack();
    expect(new URL(page.url()).pathname).toBe('/en/safety/');
    await page.goForward();
    expect(page.url()).toBe(leaveTo);
    await page.context().close();
  });

  it('works by keyboard: with Enter on the link, or Escape three times', async () => {
    for (const path of ['/en/', '/en/privacy/', '/languages/']) {
      const page = await visit(path);
      await exit(page).focus();
      await page.keyboard.press('Enter');
      await arrived(page);
      await page.goto(new URL(path, worker.url).href);
      await escape(page, 3);
      await arrived(page);
      await page.context().close();
    }
  });

  it('works with Escape while somebody types, and pressing on does not stop it', async () => {
    const page = await visit('/en/', { neutral: 'no content' });
    await fill(page);
    await page.locator('[name=email]').focus();
    await page.evaluate(() => {
      const stopped: boolean[] = [];
      Object.assign(window, { stopped });
      addEventListener('keydown', (event) => stopped.push(event.defaultPrevented));
    });
    await escape(page, 5);
    expect(await seen(page)).toEqual(['', neutralHost]);
    expect(await page.evaluate('stopped')).toEqual([false, false, true, true, true]);
    await page.context().close();
  });

  it('does not begin with Escape twice and a late third time, nor with other keys', async () => {
    const page = await visit('/en/');
    await fill(page);
    await escape(page, 2);
    await page.waitForTimeout(2200);
    await escape(page, 1);
    for (const key of ['Tab', 'Tab', 'Tab', 'Shift']) await page.keyboard.press(key);
    expect(await entries(page)).toEqual(['Алесь Пушкін', 'ales@example.org', '']);
    expect(asked).toEqual([]);
    await page.context().close();
  });

  it('deletes caches and registrations, if there are any', async () => {
    // A script of this address stands in for one that keeps a page; our policy would not let it run.
    const page = await visit('/en/', { bypassCSP: true, neutral: 'no content' });
    await page
      .context()
      .route('**/stand-in.js', (route) =>
        route.fulfill({ contentType: 'text/javascript', body: '// keeps nothing' }),
      );
    const kept = () =>
      page.evaluate(async () => [
        (await caches.keys()).length,
        (await navigator.serviceWorker.getRegistrations()).length,
      ]);
    await page.evaluate(async () => {
      await (await caches.open('kept')).put('/en/', new Response('a page'));
      await caches.open('another');
      await navigator.serviceWorker.register('/en/stand-in.js');
    });
    expect(await kept()).toEqual([2, 1]);
    await exit(page).click();
    await expect.poll(kept).toEqual([0, 0]);
    await page.context().close();
  });

  it('works without JavaScript: the link leads to the neutral site', async () => {
    for (const path of pagesOfEachKind) {
      const page = await visit(path, { javaScriptEnabled: false });
      await exit(page).click();
      await arrived(page);
      expect(asked[0], path).not.toHaveProperty('referer');
      await page.context().close();
    }
  });
});

describe('what was entered', () => {
  it('is gone after going elsewhere and back', async () => {
    for (const link of ['form [href="privacy/"]', 'footer [href="../languages/"]']) {
      const page = await visit('/en/');
      await fill(page);
      await page.locator(link).click();
      await page.waitForURL((url) => url.pathname !== '/en/');
      await page.goBack();
      expect(await entries(page), link).toEqual(['', '', '']);
      expect(await consent(page), link).toBe(false);
      await page.context().close();
    }
  });

  it('is gone before a browser can keep the page for "back"', async () => {
    const page = await visit('/en/');
    await fill(page);
    await page.evaluate(() =>
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })),
    );
    expect(await entries(page)).toEqual(['', '', '']);
    await page.context().close();
  });

  it('stays while the visitor looks into another app', async () => {
    const page = await visit('/en/');
    await fill(page);
    const other = await page.context().newPage();
    await other.goto('about:blank');
    await other.bringToFront();
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
      dispatchEvent(new Event('blur'));
    });
    await page.bringToFront();
    expect(await entries(page)).toEqual(['Алесь Пушкін', 'ales@example.org', '']);
    expect(await consent(page)).toBe(true);
    await page.context().close();
  });

  it('leaves no hash of an e-mail address behind either', async () => {
    const page = await visit('/en/');
    await fill(page);
    const tag = () =>
      page
        .locator('[name=tag]')
        .evaluate((one) => one instanceof HTMLInputElement && one.value.length);
    await expect.poll(tag).toBe(43);
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
    expect(await tag()).toBe(0);
    await page.context().close();
  });

  it('of a withdrawal is gone as well', async () => {
    const page = await visit('/en/withdraw/');
    await page.locator('[name=code]').fill('0000-0000');
    await page.goto(new URL('/en/', worker.url).href);
    await page.goBack();
    expect(await page.locator('[name=code]').inputValue()).toBe('');
    await page.context().close();
  });
});

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dayOf, findStamp } from '../../src/signature/stamp.ts';
import { startBrowser } from '../browser.ts';
import { carriedText } from '../carried.ts';
import { siteThatCloses } from '../closed.ts';
import { openRow } from '../opened.ts';
import { makeBody, newSigner, post } from '../signer.ts';
import { pageSecond } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

let worker: TestWorker;
let browser: Browser;
const opened: BrowserContext[] = [];
beforeAll(async () => {
  worker = await startWorker();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await worker.stop();
});
beforeEach(() => worker.clear());
afterEach(async () => {
  for (const context of opened.splice(0)) await context.close();
});

const daysAway = (days: number) => dayOf(new Date(Date.now() + days * 86_400_000));

let network = 0;
/** A courier from a network of their own. */
async function openPage(
  path = '/en/carry/',
  options: { javaScriptEnabled?: boolean; at?: TestWorker } = {},
): Promise<Page> {
  network += 1;
  const { javaScriptEnabled = true, at = worker } = options;
  const context = await browser.newContext({
    javaScriptEnabled,
    extraHTTPHeaders: { 'cf-connecting-ip': `10.55.${String(network)}.1` },
  });
  opened.push(context);
  const page = await context.newPage();
  await page.goto(new URL(path, at.url).href);
  return page;
}
const field = (page: Page) => page.getByLabel('Texts or links, one a line');
const outcomes = (page: Page) => page.locator('#answers li span').allTextContents();
/** Posts what stands in the field; resolves to what is said of each text. */
async function press(page: Page): Promise<string[]> {
  await page.getByRole('button', { name: 'Post' }).click();
  const busy = page.locator('textarea[readonly]');
  await busy.waitFor({ state: 'detached', timeout: 50_000 });
  return outcomes(page);
}
async function postTexts(page: Page, ...texts: string[]): Promise<string[]> {
  await field(page).fill(texts.join('\n'));
  return press(page);
}
const states = async () => (await worker.rows()).map(({ lane, state }) => [lane, state]);

const arrived = 'Arrived.';
const damaged = 'Damaged or cut off. Ask for it again.';
const foreign = 'Not a signature of this campaign.';
const noAnswer = 'No answer. Nothing is lost: press again.';

describe('a courier', () => {
  it('opens a link and posts the signature that it brought', async () => {
    const content = { level: 'initials', name: 'Ann Bell', email: 'ann@example.org' };
    const text = await carriedText(await makeBody({ content }));
    const page = await openPage(`/en/carry/#${text}`);
    expect(await field(page).inputValue()).toBe(text);
    expect(await press(page)).toEqual([arrived]);
    expect(await field(page).inputValue()).toBe('');
    const [row] = await worker.rows();
    expect(row).toMatchObject({ lane: 'stamp', state: 'counted', language: 'be' });
    expect(row && (await openRow(row)).content).toMatchObject(content);
  });

  it('finds neither in the address nor on the way back what a link brought', async () => {
    const [first, second] = [
      await carriedText(await makeBody()),
      await carriedText(await makeBody()),
    ];
    const page = await openPage('/en/');
    await page.goto(new URL(`/en/carry/#${first}`, worker.url).href);
    expect(new URL(page.url()).hash).toBe('');
    await page.evaluate(`location.hash = ${JSON.stringify(second)}`);
    await expect.poll(() => field(page).inputValue()).toBe(`${first}\n${second}`);
    expect(new URL(page.url()).hash).toBe('');
    await page.goBack();
    expect(page.url()).not.toContain('#');
    await page.goBack();
    expect(new URL(page.url()).pathname).toBe('/en/');
  });

  it('carries nothing that says who signed: no tag, no token, no address, no code, no mark', async () => {
    const signer = await newSigner();
    const content = { level: 'initials', name: 'Ann Bell', email: 'ann@example.org' };
    const body = await makeBody({ signer, content });
    body['cf-turnstile-response'] = 'token';
    const text = await carriedText(body);
    const page = await openPage(`/en/carry/#${text}`);
    const sent = page.waitForRequest('**/api/sign');
    await press(page);
    const carried: unknown = JSON.parse((await sent).postData() ?? '');
    expect(Object.keys(carried ?? {}).sort()).toEqual([
      'consent',
      'key',
      'pass',
      'sealed',
      'stamp',
      'text',
    ]);
    for (const secret of [signer.code, signer.mark, String(body['tag']), 'token', 'ann', 'Ann'])
      expect(text + JSON.stringify(carried)).not.toContain(secret);
    expect((await worker.rows())[0]?.tag).toBeNull();
  });

  it('posts twenty at once, one after the other', async () => {
    const texts = await Promise.all(
      Array.from({ length: 20 }, async () => carriedText(await makeBody())),
    );
    const page = await openPage();
    let [under, most] = [0, 0];
    page.on('request', () => (most = Math.max(most, ++under)));
    page.on('requestfinished', () => under--);
    expect(await postTexts(page, ...texts)).toEqual(texts.map(() => arrived));
    expect(most).toBe(1);
    expect(await states()).toEqual(texts.map(() => ['stamp', 'counted']));
  });

  it('spreads more than fifty over time, so that none is held for coming too fast', async () => {
    const body = await makeBody({ stamp: `${daysAway(0)}.1` });
    const texts = await Promise.all(
      Array.from({ length: 51 }, async (_, counter) =>
        carriedText(body, { stamp: `${daysAway(0)}.${String(counter)}` }),
      ),
    );
    const page = await openPage();
    const times: number[] = [];
    await page.route('**/api/sign', async (route) => {
      times.push(Date.now());
      await route.fulfill({ json: { answer: 'signed' } });
    });
    expect((await postTexts(page, ...texts)).length).toBe(51);
    // 60 a minute pass the Worker.
    expect(((times.at(-1) ?? 0) - (times[0] ?? 0)) / 50).toBeGreaterThan(pageSecond);
  });

  it('gets a clear line for each text that is cut, double, foreign, late or old', async () => {
    const good = await carriedText(await makeBody());
    const body = await makeBody();
    const { pass, id } = await newSigner();
    const page = await openPage();
    const said = await postTexts(
      page,
      good,
      'Hello!',
      good.slice(0, -40),
      good,
      await carriedText(body, { key: 'A'.repeat(11) }),
      await carriedText(body, {
        pass,
        stamp: await findStamp('another-campaign', id, daysAway(0)),
      }),
      await carriedText(await makeBody({ day: daysAway(-11) })),
      await carriedText(await makeBody({ day: daysAway(2) })),
      await carriedText(body, { text: 'be-000000000000' }),
      await carriedText(body, { sealed: String(body['sealed']).slice(0, -8) }),
    );
    const [year, month, day] = daysAway(-1).split('-');
    expect(said).toEqual([
      arrived,
      damaged,
      damaged,
      'Stands here twice and counts once.',
      foreign,
      foreign,
      `Too late: it could be posted until ${String(day)}/${String(month)}/${String(year)}.`,
      damaged,
      'Made on a copy of the page that is too old. It was not taken.',
      damaged,
    ]);
    expect(await page.locator('#answers li').nth(2).textContent()).toContain(good.slice(-48, -40));
    expect(await field(page).inputValue()).toBe('');
    expect(await states()).toEqual([['stamp', 'counted']]);
  });

  it('counts a text of the last day on which it may be posted', async () => {
    const page = await openPage();
    const text = await carriedText(await makeBody({ day: daysAway(-10) }));
    expect(await postTexts(page, text)).toEqual([arrived]);
  });

  it('is told what the Worker holds, and keeps what it has no room for', async () => {
    const signer = await newSigner();
    const body = await makeBody({ signer, stamp: '2020-01-01.1' });
    const edited = await makeBody({ signer, stamp: '2020-01-01.1' });
    await worker.fetch('/api/sign', post({ ...body, unchecked: 'on' }));
    const page = await openPage();
    const [first, second] = [await carriedText(body), await carriedText(edited)];
    expect(await postTexts(page, first)).toEqual(['Arrived. It is counted after a check by hand.']);
    await worker.fillReview();
    expect((await postTexts(page, second))[1]).toContain('Too many signatures wait');
    expect(await field(page).inputValue()).toBe(second);
  });

  it('is told that the campaign has ended', async () => {
    const closed = await startWorker({ dist: siteThatCloses(daysAway(-1)) });
    const page = await openPage('/en/carry/', { at: closed });
    const inTime = await carriedText(await makeBody({ day: daysAway(-1) }));
    const late = await carriedText(await makeBody());
    expect(await postTexts(page, inTime, late)).toEqual([
      arrived,
      'The campaign has ended. Nothing was stored.',
    ]);
    await page.context().close();
    await closed.stop();
  });
});

describe('where no answer comes', () => {
  it.each([
    ['a provider’s page stands in its place', { status: 200, body: '<html>Blocked</html>' }],
    ['an answer is cut', { status: 200, body: '{"answer":"sig' }],
    ['an answer is not ours', { status: 200, body: '{"answer":"welcome"}' }],
    ['an answer is empty', { status: 200, body: 'null' }],
    ['the Worker asks to try again', { status: 503, body: '{"retry":true}' }],
    ['it hangs', undefined],
  ])(
    'because %s, the text stays, and pressing again tries only what is left',
    async (_, answer) => {
      const texts = await Promise.all([1, 2, 3].map(async () => carriedText(await makeBody())));
      const page = await openPage();
      let count = 0;
      await page.route('**/api/sign', (route) => {
        count += 1;
        if (count !== 2) return route.continue();
        return answer ? route.fulfill(answer) : undefined;
      });
      expect(await postTexts(page, ...texts)).toEqual([arrived, noAnswer, arrived]);
      expect(await field(page).inputValue()).toBe(texts[1]);
      expect(await press(page)).toEqual([arrived, arrived, arrived]);
      expect(count).toBe(4);
      expect(await states()).toEqual(texts.map(() => ['stamp', 'counted']));
    },
  );
});

describe('a carried signature', () => {
  it('and a late retry of its signer are one signature, whichever comes first', async () => {
    for (const first of ['courier', 'signer']) {
      await worker.clear();
      const body = await makeBody({ content: { level: 'count', email: 'ann@example.org' } });
      const carry = async () => {
        expect(await postTexts(await openPage(), await carriedText(body))).toEqual([arrived]);
      };
      const retry = () => worker.fetch('/api/sign', post(body));
      if (first === 'courier') await carry();
      await retry();
      if (first === 'signer') await carry();
      expect(await states(), first).toEqual([['stamp', 'counted']]);
    }
  });

  it('that was withdrawn before it came stays withdrawn', async () => {
    const signer = await newSigner();
    const body = await makeBody({ signer });
    await worker.fetch('/api/withdraw', post(signer.code));
    expect(await postTexts(await openPage(), await carriedText(body))).toEqual([arrived]);
    expect(await worker.rows()).toMatchObject([{ state: 'withdrawn', sealed: null }]);
  });

  it('is posted from a device whose clock is a year ahead', async () => {
    const page = await openPage();
    await page.clock.setSystemTime(Date.now() + 365 * 86_400_000);
    expect(await postTexts(page, await carriedText(await makeBody()))).toEqual([arrived]);
  });
});

describe('the page', () => {
  it('says what it needs where it runs no script', async () => {
    const page = await openPage('/en/carry/', { javaScriptEnabled: false });
    expect(await page.getByText('This page needs JavaScript.').isVisible()).toBe(true);
    expect(await page.locator('form').isVisible()).toBe(false);
  });

  it('stores nothing and asks nobody else', async () => {
    const page = await openPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await postTexts(page, await carriedText(await makeBody()));
    expect(asked).toEqual(['/api/sign']);
    expect(await page.context().storageState({ indexedDB: true })).toEqual({
      cookies: [],
      origins: [],
    });
    const kept =
      '(async () => [...(await caches.keys()), ...(await indexedDB.databases()), sessionStorage.length])()';
    expect(await page.evaluate(kept)).toEqual([0]);
    await page.reload();
    expect(await field(page).inputValue()).toBe('');
  });

  it('warns before the field', async () => {
    const page = await openPage();
    expect(await page.locator('aside').textContent()).toContain('Not from Belarus.');
    expect(
      await page.evaluate(
        "!!(document.querySelector('aside').compareDocumentPosition(document.querySelector('textarea')) & 4)",
      ),
    ).toBe(true);
  });

  it('works with the keyboard alone, and leads to what it says', async () => {
    const page = await openPage();
    const text = await carriedText(await makeBody());
    await field(page).focus();
    await page.keyboard.insertText(text);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(arrived).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('answers');
  });

  it('shows texts from left to right in Arabic, and no picture of the petition beside a link', async () => {
    const page = await openPage('/ar/carry/');
    await page.locator('textarea').fill(await carriedText(await makeBody({ day: daysAway(-11) })));
    await page.locator('form button').click();
    const place = page.locator('#answers li.late span');
    await place.waitFor();
    expect(await place.textContent()).toMatch(/\d\d\D+\d\d\D+20\d\d/);
    expect(await page.locator('textarea').getAttribute('dir')).toBe('ltr');
    expect(await page.locator('#answers code').textContent()).toMatch(/^\u2066…[\w.-]{8}\u2069$/);
    expect(await page.locator('meta[property]').count()).toBe(0);
  });
});

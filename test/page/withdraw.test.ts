import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { showCode } from '../../src/signature/code.ts';
import { startBrowser } from '../browser.ts';
import { makeBody, newSigner, post } from '../signer.ts';
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

async function openPage(javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(new URL('/en/withdraw/', worker.url).href);
  return page;
}
async function signed() {
  const signer = await newSigner();
  await worker.fetch('/api/sign', post(await makeBody({ signer })));
  return signer.code;
}
const state = async () => (await worker.rows())[0]?.state;
const press = (page: Page) => page.locator('form button:visible').click();

describe('withdrawing in a browser', () => {
  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s takes two clicks, and the first changes nothing', async (_, javaScript) => {
    const code = await signed();
    const page = await openPage(javaScript);
    await page.locator('[name=code]').fill(showCode(code).toLowerCase());
    await press(page);
    const yes = page.getByRole('button', { name: 'Yes, withdraw' });
    await yes.waitFor();
    expect(await state()).toBe('counted');
    await yes.click();
    await page.getByText('If a signature belongs to this code').waitFor();
    expect(await state()).toBe('withdrawn');
    expect(page.url()).not.toContain(code.slice(0, 4));
    expect(await page.content()).not.toContain(showCode(code));
    await page.context().close();
  });

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s tells a typing error and keeps what was typed', async (_, javaScript) => {
    const code = await signed();
    const wrong = code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
    const page = await openPage(javaScript);
    await page.locator('[name=code]').fill(wrong);
    await press(page);
    await page.getByText('There is a typing error in this code').waitFor();
    expect(await page.locator('[name=code]').inputValue()).toBe(wrong);
    expect(await state()).toBe('counted');
    await page.context().close();
  });

  it('asks again when the code is changed after the first click', async () => {
    const [first, second] = [await signed(), (await newSigner()).code];
    const page = await openPage();
    await page.locator('[name=code]').fill(first);
    await press(page);
    await page.locator('[name=code]').fill(second);
    await press(page);
    expect(await state()).toBe('counted');
    await page.context().close();
  });

  it('says that nothing was changed when no answer of ours comes back', async () => {
    const code = await signed();
    const page = await openPage();
    await page.route('**/api/withdraw', (route) => route.fulfill({ status: 200, body: 'blocked' }));
    await page.locator('[name=code]').fill(code);
    await press(page);
    await press(page);
    await page.getByText('nothing was changed').waitFor();
    await page.unroute('**/api/withdraw');
    await press(page);
    await page.getByText('If a signature belongs to this code').waitFor();
    expect(await state()).toBe('withdrawn');
    await page.context().close();
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCode } from '../../src/signature/code.ts';
import { answerWhole, type Treatment } from '../curtain/edge.ts';
import { type Link, localHost, openProxied } from '../curtain/link.ts';
import { differs, entered, fill, press } from '../curtain/visit.ts';
import { localSite, productionSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

const address = `https://${localHost}/en/`;

let worker: TestWorker;
let link: Awaited<ReturnType<typeof openProxied>>;
beforeAll(async () => {
  worker = await startWorker();
  link = await openProxied(worker);
});
afterAll(async () => {
  await link.stop();
  await worker.stop();
});
beforeEach(async () => {
  await worker.clear();
  link.proxy.setLimit(() => Infinity);
});

/** The page with its form filled in; what is posted there is treated like this. */
async function openFilled(treat?: Treatment, { browser, edge }: Link = link): Promise<Page> {
  edge.welcome({ ...(treat && { treat }) });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  await fill(page);
  return page;
}

/** The page said that no answer came, claims nothing, and holds what was typed. */
async function expectNoAnswer(page: Page): Promise<void> {
  const status = page.locator('#status');
  await expect.poll(() => status.textContent(), { timeout: 40_000 }).toContain('No answer');
  expect(await status.textContent()).not.toContain('signed.');
  expect(await page.locator('#area').inputValue()).not.toBe('');
  for (const [name, value] of Object.entries(entered))
    if (name === 'level') expect(await page.locator(`[value=${value}]`).isChecked()).toBe(true);
    else expect(await page.locator(`[name=${name}]`).inputValue()).toBe(value);
  expect(await page.locator('[name=consent]').isChecked()).toBe(true);
}

/** The page says "signed", and the database holds one signature of this code that opens. */
async function expectOneSignature(page: Page): Promise<void> {
  const status = page.locator('#status');
  await expect.poll(() => status.textContent(), { timeout: 40_000 }).toContain('You have signed');
  const code = readCode((await status.locator('code').textContent()) ?? '') ?? '';
  expect(await differs(await worker.rows(), code, localSite.keys)).toBeUndefined();
}

/** Takes the signature, sends the headers of an answer, and no more. */
const headersOnly: Treatment = async (stream, ask) => {
  const { headers } = await ask();
  stream.respond(headers);
};

/** Does something whenever the browser has seen the headers of an answer to something posted. */
function onHeaders(page: Page, step: () => void): void {
  page.on('response', (response) => {
    if (response.request().method() === 'POST') step();
  });
}

describe('signing when the network fails', () => {
  it('where nobody knows the host says that no answer came, and keeps the entries', async () => {
    // Read elsewhere, as from a copy: of the main host only the name is left.
    const own = await startWorker({ dist: productionSite.dist });
    const elsewhere = await openProxied(own);
    const context = await elsewhere.browser.newContext();
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(address);
    await fill(page);
    const failures: string[] = [];
    page.on('requestfailed', (request) => failures.push(request.failure()?.errorText ?? ''));
    await press(page);
    const passing = setInterval(() => void page.clock.runFor(1000).catch(() => undefined), 100);
    await expectNoAnswer(page);
    clearInterval(passing);
    expect(failures).toContain('net::ERR_NAME_NOT_RESOLVED');
    expect(await own.rows()).toEqual([]);
    await elsewhere.stop();
    await own.stop();
  });

  it('that refuses to connect says that no answer came, and keeps the entries', async () => {
    const refusing = await openProxied(worker);
    const page = await openFilled(undefined, refusing);
    refusing.proxy.refuse();
    await press(page);
    await expectNoAnswer(page);
    expect(await worker.rows()).toEqual([]);
    await refusing.stop();
  });

  it('from the start, offline, says that no answer came, and signs when it is back', async () => {
    const page = await openFilled();
    await page.context().setOffline(true);
    await press(page);
    await expectNoAnswer(page);
    expect(await worker.rows()).toEqual([]);
    await page.context().setOffline(false);
    await press(page);
    await expectOneSignature(page);
    await page.context().close();
  });

  it('with a reset after the headers of the answer tries again, and is one signature', async () => {
    let posted = 0;
    const page = await openFilled((...treated) =>
      (posted++ === 0 ? headersOnly : answerWhole)(...treated),
    );
    onHeaders(page, () => {
      if (posted === 1) link.proxy.reset();
    });
    await press(page);
    await expectOneSignature(page);
    expect(posted).toBe(2);
    await page.context().close();
  });

  it('for good after the headers of the answer never says "signed", and is one signature later', async () => {
    let treat: Treatment = headersOnly;
    const page = await openFilled((...treated) => treat(...treated));
    onHeaders(page, () => {
      if (treat === headersOnly) link.proxy.freeze();
    });
    await press(page);
    await expectNoAnswer(page);
    expect(await worker.rows()).toHaveLength(1);
    treat = answerWhole;
    link.proxy.setLimit(() => Infinity);
    await press(page);
    await expectOneSignature(page);
    await page.context().close();
  });

  it('in the middle of the answer never says "signed", and is one signature later', async () => {
    let treat: Treatment = async (stream, ask) => {
      const { headers, body } = await ask();
      stream.respond(headers);
      stream.end(body.subarray(0, body.length - 1));
    };
    const page = await openFilled((...treated) => treat(...treated));
    await press(page);
    await expectNoAnswer(page);
    treat = answerWhole;
    await press(page);
    await expectOneSignature(page);
    await page.context().close();
  });

  it.each([302, 307])(
    'since a captive portal redirects (%s) hands the portal nothing, and keeps the entries',
    async (status) => {
      const page = await openFilled((stream) => {
        stream.respond({
          ':status': status,
          location: `https://portal.${localHost}/login`,
          'access-control-allow-origin': '*',
        });
        stream.end();
      });
      await press(page);
      await expectNoAnswer(page);
      expect(link.edge.asked().filter((asked) => asked.includes('portal'))).toEqual([]);
      expect(await worker.rows()).toEqual([]);
      await page.context().close();
    },
  );
});

describe('leaving the page', () => {
  it('while it sends, and signing again, makes one row of each code', async () => {
    const { promise: taken, resolve: take } = Promise.withResolvers<undefined>();
    const closing = await openFilled(async (_, ask) => {
      await ask();
      take(undefined);
    });
    await press(closing);
    await taken;
    await closing.context().close();
    const [left] = await worker.rows();

    const page = await openFilled();
    await press(page);
    await page.locator('#status code').waitFor();
    const code = readCode((await page.locator('#status code').textContent()) ?? '') ?? '';
    const rows = await worker.rows();
    expect(rows).toHaveLength(2);
    const others = rows.filter(({ id_hash }) => id_hash !== left?.id_hash);
    expect(await differs(others, code, localSite.keys)).toBeUndefined();
    await page.context().close();
  });

  it('after signing and coming back shows nothing of who signed', async () => {
    const page = await openFilled();
    await press(page);
    const code = (await page.locator('#status code').textContent()) ?? '';
    await page.goto(`${address}privacy/`);
    await page.goBack();
    await page.locator('form button').waitFor();
    const shown = [
      await page.locator('body').innerText(),
      ...(await page
        .locator('input')
        .evaluateAll((inputs) =>
          inputs.map((input) => (input instanceof HTMLInputElement ? input.value : '')),
        )),
    ].join('\n');
    for (const personal of [code, entered.name, entered.email, entered.country])
      expect(shown).not.toContain(personal);
    await page.context().close();
  });
});

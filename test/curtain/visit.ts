/**
 * One visitor behind the filter: opens the page, waits for no more of it than the form, types, presses the
 * button. Tells what came of it on both sides: the words in the page, the rows in the database.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { chainOf, readCode } from '../../src/signature/code.ts';
import { openRow } from '../opened.ts';
import type { TestWorker } from '../worker.ts';

/** The page itself gives up after 47 s. */
const patience = 60_000;
/** What has not arrived by now was frozen. */
const arrival = 5_000;
const entered = {
  level: 'initials',
  name: 'Алесь Пушкін',
  email: 'ales@example.org',
  country: 'Беларусь',
};

/** `whole`: milliseconds until the document was parsed to its end. `signed`: from the press to the code. */
export type Visit = { whole?: number; signed?: number; trouble?: string | undefined };

/** Reads the whole page where it arrives within five seconds, and signs. Expects an empty database. */
export async function visit(
  browser: Browser,
  worker: TestWorker,
  address: string,
  options: { expectWhole: boolean },
): Promise<Visit> {
  const context = await browser.newContext();
  const seen: Visit = {};
  try {
    const page = await context.newPage();
    const start = Date.now();
    await page.goto(address, { waitUntil: 'commit', timeout: 30_000 });
    if (options.expectWhole && (await isWhole(page))) seen.whole = Date.now() - start;
    await page.locator('form button').waitFor({ timeout: arrival });
    await page.waitForFunction(() => 'idHash' in window, undefined, { timeout: arrival });
    await fill(page);
    const pressed = Date.now();
    await page.locator('form button').click({ noWaitAfter: true });
    const shown = await page.locator('#status code').textContent({ timeout: patience });
    seen.signed = Date.now() - pressed;
    seen.trouble = await differs(worker, shown ?? '');
  } catch (error) {
    seen.trouble = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown';
  } finally {
    await context.close();
  }
  return seen;
}

async function isWhole(page: Page): Promise<boolean> {
  return page.waitForLoadState('domcontentloaded', { timeout: arrival }).then(
    () => true,
    () => false,
  );
}

async function fill(page: Page): Promise<void> {
  await page.locator('[value=initials]').check();
  await page.locator('[name=name]').fill(entered.name);
  await page.locator('[name=email]').fill(entered.email);
  await page.locator('[name=country]').fill(entered.country);
  await page.locator('[name=consent]').check();
}

/** What is wrong with the database after a signature with this code; undefined: one row, and it opens. */
async function differs(worker: TestWorker, shown: string): Promise<string | undefined> {
  const [row, ...others] = await worker.rows();
  if (!row || others.length > 0) return `${row ? others.length + 1 : 0} rows`;
  if (row.id_hash !== (await chainOf(readCode(shown) ?? ''))[2]) return 'another code';
  const { content } = await openRow(row);
  return isDeepStrictEqual(content, entered) ? undefined : 'other entries';
}

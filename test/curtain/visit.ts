/**
 * One visitor behind the filter: opens the page, waits for no more of it than the form, types, presses the
 * button. Tells what came of it on both sides: the words in the page, the rows in the database.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { chainOf, readCode } from '../../src/signature/code.ts';
import { openRow } from '../opened.ts';
import type { StoredRow } from '../worker.ts';

/** Longer than the whole ladder. */
const patience = 50_000;
/** What has not arrived by now was frozen. */
const arrival = 5_000;
export const entered = {
  level: 'initials',
  name: 'Алесь Пушкін',
  email: 'ales@example.org',
  country: 'Беларусь',
};

/** Where the code stands once the form was emptied, which only "signed" does. */
export const signedCode = 'form:not(:has([name=consent])) #status code';

export type Visit = {
  /** Milliseconds until the document was parsed to its end; absent when that was not waited for or not seen. */
  whole?: number;
  /** Milliseconds from the press to the code. */
  signed?: number;
  code?: string;
  /** The hosts that it posted to, in their order: the rungs of the ladder. */
  posts: string[];
  trouble?: string;
};

/** Reads the whole page where it arrives within five seconds, and signs. */
export async function visit(
  browser: Browser,
  address: string,
  options: { expectWhole: boolean },
): Promise<Visit> {
  const context = await browser.newContext();
  const seen: Visit = { posts: [] };
  try {
    const page = await context.newPage();
    page.on('request', (request) => {
      if (request.method() === 'POST') seen.posts.push(new URL(request.url()).host);
    });
    const start = Date.now();
    await page.goto(address, { waitUntil: 'commit', timeout: 30_000 });
    if (options.expectWhole && (await isWhole(page))) seen.whole = Date.now() - start;
    await fill(page);
    const pressed = Date.now();
    await press(page);
    const shown = await page.locator(signedCode).textContent({ timeout: patience });
    seen.signed = Date.now() - pressed;
    seen.code = readCode(shown ?? '') ?? '';
  } catch (error) {
    seen.trouble = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown';
  } finally {
    await context.close();
  }
  return seen;
}

/** Waits for the form and its script, no more of the page, and types. */
export async function fill(page: Page): Promise<void> {
  await page.locator('form button').waitFor({ timeout: arrival });
  // The script takes away what stands there for a form without it.
  await page.locator('#status:empty').waitFor({ state: 'attached', timeout: arrival });
  await page.locator('[value=initials]').check();
  await page.locator('[name=name]').fill(entered.name);
  await page.locator('[name=email]').fill(entered.email);
  await page.locator('[name=country]').fill(entered.country);
  await page.locator('[name=consent]').check();
}

export async function press(page: Page): Promise<void> {
  await page.locator('form button').click({ noWaitAfter: true });
}

/** Whether the rows are one signature with this code; undefined: yes. With the keys of the site, it also opens. */
export async function differs(
  rows: StoredRow[],
  code: string,
  keys?: string,
): Promise<string | undefined> {
  const [row, ...others] = rows;
  if (!row || others.length > 0) return `${rows.length} rows`;
  const [mark, , idHash] = await chainOf(code);
  if (row.id_hash !== idHash) return 'another code';
  if (keys === undefined) return undefined;
  const { content } = await openRow(row, keys);
  return isDeepStrictEqual(content, { mark, ...entered }) ? undefined : 'other entries';
}

async function isWhole(page: Page): Promise<boolean> {
  return page.waitForLoadState('domcontentloaded', { timeout: arrival }).then(
    () => true,
    () => false,
  );
}

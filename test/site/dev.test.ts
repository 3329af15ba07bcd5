import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { quiet } from '../../src/operation/run.ts';
import { startBrowser } from '../browser.ts';
import { copyProject } from '../operation/project.ts';
import { localSite } from '../sites.ts';

/** An edit is to be seen within about a second; a machine busy with other tests may take longer. */
const soon = { timeout: 10_000 };

const content = mkdtempSync(join(tmpdir(), 'content-'));
let server: ChildProcess;
let browser: Browser;
let page: Page;
/** What the server wrote into the terminal, and the page into the browser's console. */
let output = '';
let said = '';
let origin = '';
const project = copyProject();

beforeAll(async () => {
  cpSync('src/content', content, { recursive: true });
  change('en/petition.md', 'updated: 2020-07-28', 'updated: 28.07.2020');
  const port = await freePort();
  origin = `http://localhost:${port}`;
  server = spawn('astro', ['dev', '--port', String(port)], {
    cwd: project.folder, // Astro runs one such server a project, and keeps its caches there
    env: {
      ...process.env,
      ...quiet,
      NODE_ENV: 'development',
      VITEST: '', // where it is set, Astro serves no pages itself
      UNDERSIGNED_LOCAL: '1',
      UNDERSIGNED_CONTENT: content,
      UNDERSIGNED_KEYS: localSite.keys,
    },
    detached: true,
  });
  const keep = (text: Buffer) => (output += text.toString());
  server.stdout?.on('data', keep);
  server.stderr?.on('data', keep);
  browser = await startBrowser();
  page = await browser.newPage();
  page.on('console', (message) => (said += message.text()));
  await vi.waitUntil(() => output.includes('petition.md'), { timeout: 60_000, interval: 100 });
});
afterAll(async () => {
  await browser.close();
  if (server.pid) process.kill(-server.pid);
  rmSync(content, { recursive: true });
  project.remove();
});

function change(file: string, from: string | RegExp, to: string): void {
  const before = readFileSync(join(content, file), 'utf8');
  const after = before.replace(from, () => to);
  expect(after).not.toBe(before);
  writeFileSync(join(content, file), after);
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, 'localhost', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Edits a file, waits until the open page shows it, and says how long that took. */
async function edit(file: string, from: string | RegExp, to: string, shown: string): Promise<void> {
  const start = performance.now();
  change(file, from, to);
  await page.getByText(shown).first().waitFor(soon);
  console.log(`${file}: seen after ${Math.round(performance.now() - start)} ms`);
}

describe('npm run dev', () => {
  it('begins with the mistakes that there are, and shows the page once they are mended', async () => {
    await vi.waitUntil(
      () =>
        page.goto(`${origin}/en/`).then(
          () => true,
          () => false,
        ),
      soon,
    );
    await page.getByText('28.07.2020 is not written as year-month-day').waitFor(soon);
    change('en/petition.md', 'updated: 28.07.2020', 'updated: 2020-07-28');
    await page
      .getByRole('heading', { name: 'Protect peaceful protesters' })
      .waitFor({ timeout: 60_000 });
    await vi.waitUntil(() => said.includes('connected'), soon);
  });

  it('shows a change of the petition in the open page, and seals to the new text version', async () => {
    const version = () => page.locator('input[name=text]').getAttribute('value');
    const before = await version();
    await edit('en/petition.md', 'title: Protect', 'title: Shield', 'Shield peaceful protesters');
    await vi.waitUntil(async () => (await version()) !== before, soon);
  });

  it('shows a change of the words', async () => {
    await edit(
      'en/words.yaml',
      /^runBy: .*/m,
      "runBy: 'Led by {controller}, {contact}.'",
      'Led by',
    );
  });

  it('shows a change of the settings, also in the consent', async () => {
    await edit(
      'campaign.yaml',
      /name: Example.*/,
      'name: Solidarity Network',
      'Solidarity Network uses',
    );
  });

  it('shows a new language', async () => {
    cpSync(join(content, 'fr'), join(content, 'fr-CA'), { recursive: true });
    const served = () => fetch(`${origin}/fr-CA/`).then((answer) => answer.ok);
    await vi.waitUntil(served, soon);
    const other = await browser.newPage();
    await other.goto(`${origin}/fr-CA/`);
    await other.getByText('Signer').first().waitFor(soon);
    expect(await other.locator('html').getAttribute('lang')).toBe('fr-CA');
    await other.close();
  });

  it('shows a mistake in words over the open page and in the terminal, and the page again once it is mended', async () => {
    change('en/words.yaml', 'sign: Sign', 'sing: Sign');
    await page.getByText('sing is not known here; sign is').waitFor(soon);
    expect(output).toMatch(/en\/words\.yaml:\d+ {2}sing is not known here; sign is/);
    change('en/words.yaml', 'sing: Sign', 'sign: Sign now');
    await page.getByRole('link', { name: 'Sign now' }).waitFor(soon);
    expect(await page.getByText('sing is not known here').count()).toBe(0);
  });

  it('shows a mistake to whoever opens the page after it was made', async () => {
    change('campaign.yaml', 'countFrom: 1000', 'countFrom: 1,000');
    await vi.waitUntil(() => output.includes('countFrom: here belongs a number'), soon);
    await page.goto(`${origin}/en/`);
    await page.getByText('countFrom: here belongs a number').waitFor(soon);
    change('campaign.yaml', 'countFrom: 1,000', 'countFrom: 1000');
    await page.getByRole('link', { name: 'Sign now' }).waitFor(soon);
  });
});

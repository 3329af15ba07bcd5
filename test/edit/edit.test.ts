import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBrowser } from '../browser.ts';
import { productionSite } from '../sites.ts';

const port = 5000 + (process.pid % 400) * 2;
const pageOrigin = `http://localhost:${port}`;
const origin = `http://localhost:${port + 1}`;
const content = mkdtempSync(join(tmpdir(), 'content-'));
const read = (file: string) => readFileSync(join(content, file), 'utf8');
let editing: ChildProcess;
let browser: Browser | undefined;
let form: Page;

/** The editor itself is fetched once and kept in node_modules. */
beforeAll(async () => {
  cpSync('src/content', content, { recursive: true });
  // Astro does without its dev server, and Vite without reloading, while they believe to be tested.
  const asPeople = { VITEST: '', NODE_ENV: '' };
  const places = { PORT: String(port), UNDERSIGNED_CONTENT: content };
  const env = { ...process.env, ...asPeople, ...places };
  editing = spawn('npm', ['run', 'edit'], { env, detached: true });
  for (const address of [origin, `${pageOrigin}/en/`]) await reached(address);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  if (editing.pid) process.kill(-editing.pid);
  rmSync(content, { recursive: true, force: true });
});

beforeEach(async () => {
  form = await newPage();
});
afterEach(() => form.close());

async function newPage(): Promise<Page> {
  browser ??= await startBrowser();
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}

function reached(address: string): Promise<boolean> {
  const answers = () =>
    fetch(address).then(
      (response) => response.ok,
      () => false,
    );
  return vi.waitUntil(answers, { timeout: 60_000, interval: 500 });
}

async function open(...names: string[]): Promise<void> {
  await form.goto(origin);
  for (const name of names) await form.getByRole('link', { name, exact: true }).click();
}

async function save(): Promise<void> {
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  await form.getByRole('menuitem', { name: 'Save', exact: true }).click();
  await form.getByText('As in the file').waitFor();
}

describe('the form of npm run edit', () => {
  it('changes one word of a title in its file, and on the page beside it, and nothing else', async () => {
    const before = read('en/petition.md');
    await open('English (en)', 'Petition');
    await form.getByLabel('Title').fill('Protect peaceful people in Belarus');
    await save();
    expect(read('en/petition.md')).toBe(
      before.replace('title: Protect peaceful protesters', 'title: Protect peaceful people'),
    );
    const beside = form.frameLocator('#preview-pane').frameLocator('iframe');
    await beside.getByRole('heading', { name: 'Protect peaceful people in Belarus' }).waitFor();
  });

  it('keeps every comment of the words, also where a key has a dot in it', async () => {
    const before = read('en/words.yaml');
    await open('English (en)', 'Words on the pages');
    await form.locator('[class*=TopBar]', { hasText: 'Errors' }).getByRole('button').click();
    await form.getByLabel('Level: missing').fill('Say what may be seen of you: it is up to you.');
    await save();
    expect(read('en/words.yaml')).toBe(
      before.replace(
        'Choose what may be seen of you.',
        "'Say what may be seen of you: it is up to you.'",
      ),
    );
  });

  it('changes one paragraph of a text and leaves the others as they were, byte for byte', async () => {
    const before = read('be/privacy.md');
    await open('Беларуская (be)', 'Privacy');
    await form.locator('[data-slate-editor] p').last().click();
    await form.keyboard.type('XYZ');
    await save();
    const after = read('be/privacy.md');
    expect(after).not.toBe(before);
    expect(after.replace('XYZ', '')).toBe(before);
  });

  it('writes news into a file named after its day and a name that is the same in every language', async () => {
    await open('Русский (ru): news');
    await form.getByRole('link', { name: 'Create entry' }).click();
    await form.getByLabel('Title').fill('Подписи переданы');
    await form.locator('input[type=date]').fill('2020-08-05');
    await form.getByLabel('Name').fill('handed-over');
    await form.locator('[data-slate-editor]').click();
    await form.keyboard.type('Сегодня.');
    await save();
    expect(readdirSync(join(content, 'ru/updates'))).toEqual(['2020-08-05-handed-over.md']);
    expect(read('ru/updates/2020-08-05-handed-over.md')).toBe(
      '---\ntitle: Подписи переданы\ndate: 2020-08-05\n---\n\nСегодня.\n',
    );
    await form.waitForURL(/entries/);
    await open('Русский (ru): news', '2020-08-05 Подписи переданы');
    await form.getByLabel('Title').fill('Переданы');
    await save();
    expect(read('ru/updates/2020-08-05-handed-over.md')).toBe(
      '---\ntitle: Переданы\ndate: 2020-08-05\n---\n\nСегодня.\n',
    );
  });

  it('says at once when what was saved cannot be published, and when it is mended', async () => {
    const before = read('campaign.yaml');
    await open('Settings', 'Campaign');
    await form.getByText('Nothing is wrong with what is saved.').waitFor();
    const closes = form.locator('input[type=date]').first();
    await closes.fill('2099-03-31');
    await save();
    await form.getByText('signatures are deleted after the last carried one can come').waitFor();
    expect(read('campaign.yaml')).toBe(before.replace('closes: 2027', 'closes: 2099'));
    await closes.fill('2027-03-31');
    await save();
    await form.getByText('Nothing is wrong with what is saved.').waitFor();
    expect(read('campaign.yaml')).toBe(before);
    await reached(`${pageOrigin}/en/`);
  });

  it('is no part of the site that is deployed', () => {
    const built = readdirSync(productionSite.dist, { recursive: true, withFileTypes: true });
    const files = built.filter((entry) => entry.isFile());
    const holding = files.filter(({ parentPath, name }) =>
      /decap-cms/i.test(readFileSync(join(parentPath, name), 'latin1')),
    );
    expect(files.length).toBeGreaterThan(0);
    expect(holding.map(({ name }) => name)).toEqual([]);
  });

  it('asks no other machine for anything', async () => {
    const asked: string[] = [];
    form.on('request', (request) => asked.push(new URL(request.url()).hostname));
    await open('English (en)', 'Petition');
    await form.getByLabel('Title').waitFor();
    expect(new Set(asked.filter(Boolean))).toEqual(new Set(['localhost']));
  });
});

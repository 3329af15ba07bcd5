import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDossierWords } from '../../src/delivery/dossier/words.ts';
import { type DossierOrder, writeHtml, writePdfs } from '../../src/delivery/dossier/write.ts';
import { DeliveryError } from '../../src/delivery/errors.ts';
import { startBrowser } from '../browser.ts';
import { account, facts, linesOf, openPdf, orderOf } from './dossier-stage.ts';

const fonts = [
  'NotoSans-Regular',
  'NotoSans-SemiBold',
  'NotoSansArabic-Regular',
  'NotoSansArabic-SemiBold',
  'NotoSansArmenian-Regular',
  'NotoSansGeorgian-Regular',
  'NotoSansHebrew-Regular',
];

let asked = 0;
const elsewhere = createServer((_, response) => {
  asked += 1;
  response.end();
}).listen(0);
const portOf = (address: AddressInfo | string | null) =>
  typeof address === 'object' ? (address?.port ?? 0) : 0;
const address = `http://127.0.0.1:${portOf(elsewhere.address())}`;

const names = [
  'А. Б.',
  'م. ع.',
  'გ. ბ.',
  'Ա. Բ.',
  'א. ב.',
  '王. 小.',
  `<script src="${address}/s"></script><img src="${address}/i">`,
  '\u202eevil\u202c',
  `Z${'\u0301'.repeat(100)}`,
  '😀 A.',
  'अ. ब.',
  'G\u0303. Ọ\u0300.',
];
const unprintable = [6, 10];

let order: DossierOrder;
let browser: Browser;
let told: ReturnType<typeof writeHtml>;
let html = '';
const steps: string[] = [];
beforeAll(async () => {
  order = orderOf(linesOf(names));
  told = writeHtml(order);
  html = readFileSync(join(order.folder, 'dossier.html'), 'utf8');
  const tell = (done: number, all: number) => void steps.push(`${done} of ${all}`);
  await writePdfs({ ...order, start: startBrowser, tell });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  elsewhere.close();
  rmSync(order.folder, { recursive: true });
});

const open = (name: string) => openPdf(join(order.folder, name));
const files = ['dossier.pdf', 'names-001.pdf'];

/** dossier.html as a reader opens it. */
async function read() {
  const page = await browser.newPage();
  await page.goto(`file://${join(order.folder, 'dossier.html')}`);
  return page;
}

describe.each(files)('%s', (name) => {
  it("carries number, page x of y and the manifest's hash on each page", async () => {
    const { texts } = await open(name);
    texts.forEach((text, at) => {
      expect(text).toMatch(/(Дасье|Dossier) 7/);
      expect(text).toMatch(new RegExp(`(Старонка ${at + 1} з|Page ${at + 1} of) ${texts.length}`));
      expect(text).toContain(facts.manifest);
    });
  });

  it('uses no font of this machine', async () => {
    const found = await open(name);
    expect(fonts).toEqual(expect.arrayContaining(found.fonts));
    expect(found.fonts).toContain('NotoSans-Regular');
  });

  it("has the batch's day as its creation date, and no other day", async () => {
    const { pdf } = await open(name);
    const { info } = await pdf.getMetadata();
    expect(info).toMatchObject({
      CreationDate: "D:20261123000000+00'00'",
      ModDate: "D:20261123000000+00'00'",
    });
  });

  it('is tagged, so that a screen reader can read it, and says its title and its language', async () => {
    const { pdf, pages } = await open(name);
    expect(await pdf.getMarkInfo()).toMatchObject({ Marked: true });
    const { info } = await pdf.getMetadata();
    expect(info).toMatchObject({ Language: 'be' });
    expect(info).toHaveProperty('Title', expect.stringContaining('«Абараніце мірных'));
    for (const page of pages) expect(await page.getStructTree()).toBeTruthy();
    expect(await pdf.getOutline()).not.toHaveLength(0);
  });
});

describe('dossier.pdf', () => {
  it('holds no name', async () => {
    const { texts } = await open('dossier.pdf');
    expect(texts.join(' ')).not.toContain('А. Б.');
  });

  it('says the whole in the language of the target, and then in English', async () => {
    const text = (await open('dossier.pdf')).texts.join(' ');
    const parts = ['Перадаём Вам 1000 подпісаў', 'Што не перадаецца', 'We hand over to you 1,000'];
    const places = parts.map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
  });

  it('tells how far it is', () => {
    expect(steps).toEqual(['1 of 2', '2 of 2']);
  });
});

describe('the pages of names', () => {
  it('prints no box: a name in a script without a font is reported', async () => {
    expect(told.unprintable).toEqual({ lines: unprintable, texts: [] });
    const text = (await open('names-001.pdf')).texts.join(' ');
    expect(text).not.toMatch(/[王😀]/u);
    expect(text).toContain('6 няма шрыфту для гэтых літар; гл. signatures.csv');
    expect(text).toContain('no font for these letters; see signatures.csv');
    // A full stop comes from another font than the letter, so it is another run of text.
    const letters = text.replaceAll(' ', '');
    for (const name of ['А.Б.', 'გ.ბ.', 'Ա.Բ.', 'अ.ब.']) expect(letters).toContain(name);
  });

  it('holds at most 10,000 names in a file', async () => {
    const many = orderOf(linesOf(Array.from({ length: 10_001 }, () => 'А. Б.')));
    const written = await writePdfs({ ...many, start: startBrowser });
    expect(written).toEqual(['dossier.pdf', 'names-001.pdf', 'names-002.pdf']);
    const last = await openPdf(join(many.folder, 'names-002.pdf'));
    expect(last.texts.join(' ')).toMatch(/10001 +А\. Б\. +Польшча · Poland/);
    expect(last.texts).toHaveLength(1);
    expect(last.texts[0]).toContain('файл 2 з 2');
    rmSync(many.folder, { recursive: true });
  });

  it('are none when nobody let themselves be seen', async () => {
    const nobody = orderOf([], { levels: { count: 1000, initials: 0, name: 0 } });
    expect(await writePdfs({ ...nobody, start: startBrowser })).toEqual(['dossier.pdf']);
    writeHtml(nobody);
    const page = readFileSync(join(nobody.folder, 'dossier.html'), 'utf8');
    expect(page).not.toContain('id="names"');
    rmSync(nobody.folder, { recursive: true });
  });

  it('say a country in both languages, and only that it is another where it would single somebody out', () => {
    const { folder, ...rest } = orderOf(linesOf(['А. Б.'], 'other'));
    writeHtml({ ...rest, folder });
    const page = readFileSync(join(folder, 'dossier.html'), 'utf8');
    expect(page).toContain('<bdi>А. Б.</bdi> іншая · other</li>');
    rmSync(folder, { recursive: true });
  });
});

describe('dossier.html', () => {
  it('is the same, byte for byte, when it is written again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dossier-'));
    writeHtml({ ...order, folder });
    expect(readFileSync(join(folder, 'dossier.html'), 'utf8') === html).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('carries number and manifest, and a line for each name', async () => {
    const page = await read();
    expect(await page.locator('.kicker').first().innerText()).toBe(
      'Дасье 7 · 23 лістапада 2026 г.',
    );
    expect(await page.locator('.manifest').first().innerText()).toContain(facts.manifest);
    expect(await page.locator('#names li').count()).toBe(names.length);
    await page.close();
  });

  it('asks no other machine for anything, and runs nothing, whatever stands in a name', async () => {
    const page = await read();
    expect(await page.locator('script, img, iframe, link').count()).toBe(0);
    expect(html.includes("default-src 'none'; style-src")).toBe(true);
    expect(asked).toBe(0);
    await page.close();
  });

  it('lets no letter of a name reach its neighbours', async () => {
    const page = await read();
    const line = page.locator('#names li').nth(8);
    const { height } = (await line.boundingBox()) ?? { height: 0 };
    expect(height).toBeGreaterThan(0);
    expect(height).toBeLessThan(40);
    const turned = page.locator('#names bdi', { hasText: 'evil' });
    expect(await turned.evaluate((one) => getComputedStyle(one).unicodeBidi)).toBe('isolate');
    await page.close();
  });

  it('fits a telephone, and stays dark on light', async () => {
    const page = await read();
    await page.setViewportSize({ width: 320, height: 600 });
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    const ground = await page.evaluate(() => getComputedStyle(document.documentElement).background);
    expect(ground).toContain('rgb(255, 255, 255)');
    await page.close();
  });

  it('holds every text that was signed, in its own language and direction, with its consent', async () => {
    const page = await read();
    for (const { version, language } of facts.signed)
      expect(await page.locator(`#${version} > div`).getAttribute('lang')).toBe(language);
    const arabic = page.locator('#appendix [lang=ar]').first();
    expect(await arabic.getAttribute('dir')).toBe('rtl');
    expect(await page.locator('#appendix').innerText()).toContain('I sign for myself and am 16');
    await page.close();
  });
});

describe('what the dossier says', () => {
  it.each([
    ['be', 'каб нікога нельга было вылучыць', 'каб малы лік нельга было вылічыць з сумы'],
    ['en', 'so that nobody can be singled out', 'does not follow from the sum'],
  ])('says in %s why small numbers are grouped', (language, ...reasons) => {
    for (const table of ['texts', 'countries']) {
      const [, part = ''] = html.split(`id="${language}-${table}"`);
      for (const reason of reasons)
        expect(part.slice(0, part.indexOf('</section>'))).toContain(reason);
    }
  });

  it.each(['be', 'en'])('lets the numbers of the account add up, in %s', async (language) => {
    const page = await read();
    const table = page.locator(`#${language}-method table`).nth(1);
    const numberOf = (text: string) => Number(text.replaceAll(/\D/g, ''));
    const rows = await table.locator('tbody td').allInnerTexts();
    const sum = rows.map(numberOf).reduce((one, other) => one + other);
    expect(sum).toBe(account.signatures);
    expect(numberOf(await table.locator('tfoot td').innerText())).toBe(sum);
    await page.close();
  });

  it('says what is withheld: the full names of people in dangerous countries, e-mail, network', async () => {
    const page = await read();
    const method = await page.locator('#en-method').innerText();
    expect(method).toContain(
      'Full names of people in the following countries: Belarus and Russia.',
    );
    expect(method).toContain('E-mail addresses.');
    expect(method).toContain('Network addresses and the exact time. They were never stored.');
    expect(method).toMatch(/Difference\s+40/);
    await page.close();
  });

  it('takes a difference below zero for what it is', () => {
    const fewer = orderOf([], { account: { ...account, publicCount: 1100 } });
    writeHtml(fewer);
    expect(readFileSync(join(fewer.folder, 'dossier.html'), 'utf8')).toContain('\u2212100');
    rmSync(fewer.folder, { recursive: true });
  });

  it('is said once where the target reads English', () => {
    const { words, ...rest } = orderOf([]);
    writeHtml({ ...rest, words: { ...words, target: words.english } });
    const page = readFileSync(join(rest.folder, 'dossier.html'), 'utf8');
    expect(page.split('We hand over to you')).toHaveLength(2);
    rmSync(rest.folder, { recursive: true });
  });
});

describe('what the dossier cannot print', () => {
  it('is a text that was signed: it is told, and its version stands in its place', () => {
    const [text] = facts.signed;
    const foreign = {
      language: 'zh',
      version: 'zh-1',
      deletedBy: '2027-06-30',
      consent: '同意',
      petition: text?.petition ?? '',
    };
    const written = orderOf([], { signed: [foreign] });
    expect(writeHtml(written).unprintable.texts).toEqual(['zh-1']);
    const page = readFileSync(join(written.folder, 'dossier.html'), 'utf8');
    expect(page).not.toContain('同意');
    expect(page).toContain('under the version zh-1');
    rmSync(written.folder, { recursive: true });
  });

  it('is its own words: it stops, and names the letters', () => {
    const { settings, ...rest } = orderOf([]);
    const controller = { ...settings.controller, name: '王 Network' };
    expect(() => writeHtml({ ...rest, settings: { ...settings, controller } })).toThrow(
      /no font: 王/,
    );
    rmSync(rest.folder, { recursive: true });
  });

  it('are words that are missing: it names the file', () => {
    expect(() => readDossierWords('src/content', 'lt')).toThrow(DeliveryError);
    expect(() => readDossierWords('src/content', 'lt')).toThrow(/dossier\/lt\.yaml is missing/);
  });
});

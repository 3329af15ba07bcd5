import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startBrowser } from '../browser.ts';
import { openReviewStage, type ReviewStage } from './review-stage.ts';

let stage: ReviewStage;
let browser: Browser;
beforeAll(async () => {
  stage = await openReviewStage();
  browser = await startBrowser();
});
beforeEach(() => stage.clear());
afterAll(async () => {
  await browser.close();
  await stage.close();
});

/** The tables of the report by their title, each line as its cells. */
function tablesOf(html: string): Record<string, string[][]> {
  const sections = Array.from(html.matchAll(/<h2>(.*?)<\/h2>[^]*?<tbody>(.*?)<\/tbody>/g));
  return Object.fromEntries(
    sections.map(([, title = '', body = '']) => [
      title,
      body
        .split('</tr>')
        .slice(0, -1)
        .map((line) => line.match(/(?<=>)[^<>]+(?=<)/g) ?? []),
    ]),
  );
}

async function signSome(): Promise<void> {
  await stage.sign({ language: 'be', country: 'Польшча', day: '2026-11-20' });
  await stage.sign({ language: 'be', country: 'PL', day: '2026-11-22', lane: 'stamp' });
  await stage.sign({ language: 'ru', country: 'Нарния', day: '2026-11-22', name: 'Ганна Бойка' });
  await stage.sign({
    held: true,
    lane: 'unchecked',
    day: '2026-11-22',
    email: 'a@mailbox.example',
  });
  await stage.sign({ held: true, lane: 'stamp', day: '2026-11-22' });
  await stage.review('--keep --lane stamp --yes');
  await stage.withdraw(await stage.sign());
  await stage.withdraw('00'.repeat(32));
  const gone = await stage.sign();
  await stage.review(`--invalidate --id ${gone} --yes`);
}

describe('npm run report', () => {
  it('counts by day, language, country, lane and state', async () => {
    await signSome();
    expect(tablesOf(await stage.report())).toEqual({
      'By day': [
        ['2026-11-20', '1', '0', '0', '0', '1'],
        ['2026-11-21', '0', '0', '0', '0', '0'],
        ['2026-11-22', '1', '2', '1', '0', '4'],
      ],
      'By language': [
        ['Belarusian', '4'],
        ['Russian', '1'],
      ],
      'By country': [
        ['Poland', '2'],
        ['none given', '2'],
        ['unmatched', '1'],
      ],
      'By lane': [
        ['turnstile', '2'],
        ['stamp', '2'],
        ['unchecked', '1'],
        ['paper', '0'],
      ],
      'By state': [
        ['counted', '3'],
        ['repeat', '0'],
        ['held', '1'],
        ['held back', '1'],
        ['invalidated', '1'],
        ['withdrawn', '1'],
        ['destroyed', '0'],
      ],
    });
  });

  it('shows arrivals by ten minutes where there are any', async () => {
    for (let one = 0; one < 20; one++) await stage.sign({ lane: 'stamp', held: true });
    await stage.cron();
    expect(tablesOf(await stage.report())['Arrivals by ten minutes']).toEqual([
      ['2026-11-23T11:50Z stamp, held', '20'],
    ]);
  });

  it('is right for nobody and for one', async () => {
    const nobody = await stage.report();
    expect(nobody).toContain('<b>0</b> signatures yet');
    expect(Object.keys(tablesOf(nobody))).toEqual(['By state']);
    await stage.sign({ day: '2026-11-20' });
    const one = await stage.report();
    expect(one).toContain('<b>1</b> signature on 2026-11-20');
    expect(tablesOf(one)['By day']).toEqual([['2026-11-20', '1', '0', '0', '0', '1']]);
  });

  it('says when the database was read, and that it is for the campaigner alone', async () => {
    const html = await stage.report();
    expect(html).toContain('Read from the database at 2026-11-23T12:34Z (UTC)');
    expect(html).toMatch(/For the campaigner alone\..*do not hand this file over/);
  });

  it('holds no name, no address and nothing as it was typed', async () => {
    await signSome();
    expect(await stage.report()).not.toMatch(/Ганна|Бойка|mailbox|Польшча|Нарния/);
  });

  it.each(['light', 'dark'] as const)(
    'opens from disk without a script or a request, and passes axe in %s',
    async (colorScheme) => {
      await signSome();
      const file = join(stage.folder, 'report.html');
      writeFileSync(file, await stage.report());
      const page = await browser.newPage({ colorScheme, viewport: { width: 320, height: 700 } });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(`file://${file}`);
      expect(asked).toEqual([`file://${file}`]);
      expect(await page.locator('script').count()).toBe(0);
      expect(await page.locator('svg:visible').count()).toBe(5);
      const wide = 'document.documentElement.scrollWidth';
      expect(await page.evaluate(wide)).toBeLessThanOrEqual(320);
      await page.locator('summary').first().click();
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8'));
      const found = await page.evaluate('axe.run().then(({ violations }) => violations)');
      expect(z.array(z.object({ id: z.string() })).parse(found)).toEqual([]);
      await page.close();
    },
  );
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsQR from 'jsqr';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKeyPair, readKeyFiles } from '../../src/delivery/key-file.ts';
import { startBrowser } from '../browser.ts';
import { type Ended, runCommand } from './command.ts';
import { answer, lockQuickly, passphrase } from './locked.ts';
import { campaign } from './stage.ts';

describe('npm run keys -- --paper', () => {
  let browser: Browser;
  let folder: string;
  let keyFolder: string;
  let id: string;
  let file: string;
  let ended: Ended;
  const paper = () => file.replace(/age$/, 'paper.html');
  const run = () => {
    writeFileSync(join(folder, 'passphrase'), passphrase);
    return runCommand(
      'src/delivery/keys.ts',
      ['--paper', '--passphrase-file', join(folder, 'passphrase')],
      { UNDERSIGNED_KEYS: keyFolder },
    );
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'undersigned-'));
    keyFolder = join(folder, 'keys');
    const key = await makeKeyPair(campaign);
    id = key.id;
    file = await lockQuickly(keyFolder, key);
    ended = await run();
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('writes a page beside the key, and prints where', () => {
    expect([ended.code, ended.errors]).toEqual([0, '']);
    expect(ended.output).toContain(paper());
  });

  it.each(['the code', 'the lines'])('gives a key back from %s', async (way) => {
    const page = await browser.newPage();
    await page.goto(`file://${paper()}`);
    const png = sharp(await page.locator('svg').screenshot());
    const { data, info } = await png.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const scanned = jsQR(new Uint8ClampedArray(data), info.width, info.height)?.data ?? '';
    const typed = (await page.locator('.text li').allInnerTexts()).join('\n');
    await page.close();
    const again = mkdtempSync(join(folder, 'again-'));
    mkdirSync(again, { recursive: true });
    writeFileSync(join(again, `${campaign}-${id}.age`), way === 'the code' ? scanned : typed);
    expect(await readKeyFiles(again, { ask: answer(passphrase) })).toMatchObject([{ id }]);
  });

  it('tells what it is, and that it is useless without the passphrase, which is not on it', () => {
    const text = readFileSync(paper(), 'utf8');
    expect(text).toContain('useless without the passphrase');
    expect(text).toContain(`Campaign <b>${campaign}</b>, key <b>${id}</b>`);
    expect(text).not.toContain(passphrase);
  });

  it('asks nothing of a network, and fits on paper', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`file://${paper()}`);
    expect(asked).toEqual([`file://${paper()}`]);
    const right = await page
      .locator('.text li')
      .evaluateAll((lines) => Math.max(...lines.map((line) => line.scrollWidth)));
    expect(right).toBeLessThan(680);
    await page.close();
  });

  it('puts no damaged key on paper', async () => {
    const text = readFileSync(file, 'utf8');
    const before = readFileSync(paper(), 'utf8');
    writeFileSync(file, text.slice(0, -60));
    const { code, errors } = await run();
    writeFileSync(file, text);
    expect([code, errors]).toEqual([1, expect.stringMatching(/is damaged/)]);
    expect(readFileSync(paper(), 'utf8')).toBe(before);
  });
});

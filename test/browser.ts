/** The browser that prints the dossier, for all tests; found or unpacked once, before them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { findChromium, startChromium } from '../src/delivery/dossier/chromium.ts';

const folder = resolve('.test/browser');
const found = join(folder, 'found.json');
const foundSchema = z.object({
  executablePath: z.string(),
  libraries: z.string().optional(),
});

/** Finds or unpacks a browser, once, before all tests. */
export async function prepareBrowser(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(found, JSON.stringify(await findChromium(join(folder, 'chromium'))));
}

/** Starts it, with further flags, or as another program that runs it. */
export async function startBrowser(
  options: Parameters<typeof startChromium>[1] = {},
): Promise<Browser> {
  return startChromium(foundSchema.parse(JSON.parse(readFileSync(found, 'utf8'))), options);
}

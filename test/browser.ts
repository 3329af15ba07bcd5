/**
 * A real headless Chromium: the one named in CHROMIUM, else one of the system, else the one inside an npm
 * package, with the libraries that it carries, so that no test needs a system package.
 */
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { extract } from 'tar-fs';
import { z } from 'zod';

const folder = resolve('.test/browser');
const found = join(folder, 'found.json');
const foundSchema = z.object({ executablePath: z.string(), libraries: z.string().optional() });

const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** For a Chromium that runs as root and asks nobody but the pages under test. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Finds or unpacks a browser, once, before all tests. */
export async function prepareBrowser(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const installed = process.env['CHROMIUM'] ?? systemBrowsers.find((path) => existsSync(path));
  writeFileSync(found, JSON.stringify(installed ? { executablePath: installed } : await unpack()));
}

/**
 * Starts the browser, with further flags, or as another program that runs it. Says what is missing when it
 * does not start.
 */
export async function startBrowser(
  options: { flags?: string[]; wrap?: (program: string) => string } = {},
): Promise<Browser> {
  const { executablePath, libraries } = foundSchema.parse(JSON.parse(readFileSync(found, 'utf8')));
  const env = libraries ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env;
  try {
    return await chromium.launch({
      executablePath: options.wrap?.(executablePath) ?? executablePath,
      args: [...flags, ...(options.flags ?? [])],
      env: withoutGaps(env),
    });
  } catch (error) {
    throw new Error(
      `No browser started from ${executablePath}. On a system for which the npm package brings no Chromium, install one and name it: CHROMIUM=/path/to/chromium npm test`,
      { cause: error },
    );
  }
}

async function unpack() {
  // The package unpacks into the temporary folder, which two machines' users may share.
  process.env['TMPDIR'] = folder;
  const { default: sparticuz } = await import('@sparticuz/chromium');
  sparticuz.setGraphicsMode = false;
  const executablePath = await sparticuz.executablePath();
  const archive = join(
    dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')),
    '../../bin/al2023.tar.br',
  );
  await pipeline(
    createReadStream(archive),
    createBrotliDecompress(),
    extract(join(folder, 'system')),
  );
  return { executablePath, libraries: join(folder, 'system/lib') };
}

function withoutGaps(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * A headless Chromium that prints: the one named in CHROMIUM, else one of the system, else the one inside
 * an npm package, with the libraries that it carries, so that no system package is needed.
 */
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { extract } from 'tar-fs';
import { DeliveryError } from '../errors.ts';

/** A program, and where it finds the libraries that it brought. */
export type Chromium = { executablePath: string; libraries?: string | undefined };

/** Where the delivery unpacks the one of the npm package. */
export const chromiumFolder = 'node_modules/.cache/undersigned-chromium';

const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** For a Chromium that may run as root and asks nobody but the pages that it is given. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Finds a browser, or unpacks one into a folder, once. */
export async function findChromium(folder: string): Promise<Chromium> {
  const installed = process.env['CHROMIUM'] ?? systemBrowsers.find((path) => existsSync(path));
  if (installed) return { executablePath: installed };
  const found = {
    executablePath: join(folder, 'chromium'),
    libraries: join(folder, 'system/lib'),
  };
  if (!existsSync(found.executablePath)) await unpack(folder);
  return found;
}

/**
 * Starts the browser, with further flags, or as another program that runs it. Throws a DeliveryError when
 * it does not start.
 */
export async function startChromium(
  { executablePath, libraries }: Chromium,
  options: { flags?: string[]; wrap?: (program: string) => string } = {},
): Promise<Browser> {
  const env = libraries ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env;
  try {
    return await chromium.launch({
      executablePath: options.wrap?.(executablePath) ?? executablePath,
      args: [...flags, ...(options.flags ?? [])],
      env: withoutGaps(env),
    });
  } catch (error) {
    throw new DeliveryError(
      'browser',
      `No browser started from ${executablePath}.`,
      'On a system for which the npm package brings no Chromium, install one and name it before the command: CHROMIUM=/path/to/chromium npm …',
      error,
    );
  }
}

/** Half a browser, after a break, would never start: so it gets its name when it is whole. */
async function unpack(folder: string): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const temporary = process.env['TMPDIR'];
  try {
    // The package unpacks into the temporary folder, which two machines' users may share.
    process.env['TMPDIR'] = fresh;
    const { default: sparticuz } = await import('@sparticuz/chromium');
    sparticuz.setGraphicsMode = false;
    await sparticuz.executablePath();
    const archive = join(
      dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')),
      '../../bin/al2023.tar.br',
    );
    const system = extract(join(fresh, 'system'));
    await pipeline(createReadStream(archive), createBrotliDecompress(), system);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    throw new DeliveryError(
      'browser',
      `The browser of the npm package could not be unpacked into ${folder}.`,
      'Free some space, or install Chromium and name it before the command: CHROMIUM=/path/to/chromium npm …',
      error,
    );
  } finally {
    if (temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporary;
    rmSync(fresh, { recursive: true, force: true });
  }
}

function withoutGaps(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

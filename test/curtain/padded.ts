/**
 * The padded-page test behind the curtain: does a page sign of which only the front arrives?
 * `node test/curtain/padded.ts [--tries 20] [--site FOLDER] [--languages be,ru] [--front 0,300,600,1000]`
 * prints how often the page arrived whole, and how often it signed when it was padded to 30 KB, through
 * each filter. With --front, filler stands in the front as well: how large may the front become?
 * Needs root, iproute2, socat, and the browser and key that `npm test` left in `.test` (not at the same
 * time: it makes a new key); no part of `npm test`. Everything happens in namespaces of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { z } from 'zod';
import { run } from '../../src/operation/run.ts';
import { flags } from '../browser.ts';
import { builtCount, localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';
import { type Edge, startEdge } from './edge.ts';
import { type Filter, filters } from './filter.ts';
import { frontOf, padBehind, padFront } from './pad.ts';
import { type Visit, visit } from './visit.ts';
import { layWire, nowhere, serverAddress, type Wire } from './wire.ts';

const host = 'petition.test';
const turnstile = 'challenges.cloudflare.com';
const paddedSize = 30_000;
const { values: options } = parseArgs({
  options: {
    tries: { type: 'string', default: '20' },
    site: { type: 'string' },
    languages: { type: 'string', default: 'be,ru' },
    filters: { type: 'string', default: filters.map(({ name }) => name).join(';') },
    front: { type: 'string', default: '0' },
    verbose: { type: 'boolean', default: false },
  },
});

type Curtain = { browser: Browser; worker: TestWorker; edge: Edge; wire: Wire };

if (process.env['CURTAIN_INSIDE']) await measure(options.site ?? '');
else await enter();

/** Builds the site with the page's real clocks and starts this file again in a network namespace. */
async function enter(): Promise<void> {
  const site = options.site ?? (await buildSite());
  const again = [
    ...process.execArgv,
    import.meta.filename,
    ...process.argv.slice(2),
    '--site',
    site,
  ];
  const { status } = spawnSync(
    'setpriv',
    ['--pdeathsig', 'TERM', 'unshare', '--net', process.execPath, ...again],
    {
      stdio: 'inherit',
      env: { ...process.env, CURTAIN_INSIDE: '1', WRANGLER_SEND_METRICS: 'false' },
    },
  );
  process.exitCode = status ?? 1;
}

async function buildSite(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'curtain-site-'));
  // What Astro runs while it builds looks for packages above the folder it builds into.
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const site = join(folder, 'site');
  await run('astro', ['build', '--outDir', site], {
    UNDERSIGNED_LOCAL: '1',
    UNDERSIGNED_KEYS: localSite.keys,
    UNDERSIGNED_COUNT: String(builtCount),
  });
  return site;
}

async function measure(site: string): Promise<void> {
  const chosen = filters.filter(({ name }) => options.filters.split(';').includes(name));
  const wire = await layWire();
  const worker = await startWorker({ dist: site });
  const edge = await startEdge(worker, join(site, 'client'), serverAddress);
  const browser = await startBrowserBehind(wire);
  const curtain = { browser, worker, edge, wire };
  const table: Record<string, string | number>[] = [];
  for (const language of options.languages.split(','))
    for (const extra of options.front.split(',').map(Number))
      for (const filter of chosen) {
        const row = await measureOne(curtain, site, language, extra, filter);
        console.log(Object.values(row).join(' | '));
        table.push(row);
      }
  console.table(table);
  await browser.close();
  edge.stop();
  await worker.stop();
  await wire.cut();
}

/** The page as it is (without filler in its front) and padded, each as often as asked for. */
async function measureOne(
  curtain: Curtain,
  site: string,
  language: string,
  extra: number,
  filter: Filter,
) {
  const html = readFileSync(join(site, 'client', language, 'index.html'));
  const tries = Array.from({ length: Number(options.tries) });
  const plain: Visit[] = [];
  const padded: Visit[] = [];
  let front = 0;
  for (const [index] of tries.entries()) {
    const page = padFront(html, extra);
    front = frontOf(page);
    if (extra === 0) plain.push(await tryOnce(curtain, filter, language, page, index, true));
    padded.push(
      await tryOnce(curtain, filter, language, padBehind(page, paddedSize), index, false),
    );
  }
  return {
    language,
    front,
    filter: filter.name,
    whole: count(plain, ({ whole }) => whole !== undefined),
    'signed, unpadded': count(plain, isSigned),
    'signed, padded': count(padded, isSigned),
    'seconds to sign, padded: median, worst': spread(padded),
  };
}

async function tryOnce(
  { browser, worker, edge, wire }: Curtain,
  filter: Filter,
  language: string,
  page: Buffer,
  index: number,
  expectWhole: boolean,
): Promise<Visit> {
  await worker.clear();
  edge.serve(page);
  wire.setFilter(filter);
  const seen = await visit(browser, worker, `https://${host}/${language}/`, { expectWhole });
  if (options.verbose || seen.trouble)
    console.log(
      language,
      filter.name,
      expectWhole ? 'unpadded' : 'padded',
      index,
      seen,
      await wire.count(),
    );
  return seen;
}

/** The browser of the tests, in the namespace behind the wire. */
async function startBrowserBehind(wire: Wire): Promise<Browser> {
  const found = z
    .object({ executablePath: z.string(), libraries: z.string().default('') })
    .parse(JSON.parse(readFileSync('.test/browser/found.json', 'utf8')));
  return chromium.launch({
    executablePath: wire.wrap(found.executablePath),
    env: { PATH: process.env['PATH'] ?? '', LD_LIBRARY_PATH: found.libraries },
    args: [
      ...flags,
      '--ignore-certificate-errors',
      // Turnstile hangs; the certificate's links fail at once, as nobody asks for them where a chain is trusted.
      `--host-resolver-rules=MAP ${host} ${serverAddress}, MAP ${turnstile} ${nowhere}, MAP * ~NOTFOUND`,
    ],
  });
}

function isSigned({ signed, trouble }: Visit): boolean {
  return signed !== undefined && trouble === undefined;
}

function count(visits: Visit[], holds: (visit: Visit) => boolean): string {
  return `${visits.filter(holds).length} of ${visits.length}`;
}

function spread(visits: Visit[]): string {
  const times = visits.flatMap(({ signed }) => (signed === undefined ? [] : [signed / 1000]));
  times.sort((one, other) => one - other);
  const [median = NaN, worst = NaN] = [times[times.length >> 1], times.at(-1)];
  return `${median.toFixed(1)}, ${worst.toFixed(1)}`;
}

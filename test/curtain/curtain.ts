/**
 * `npm run curtain`: does every language arrive and sign through filters that freeze each connection?
 * Options: --packets (insist on the filter of packets, which needs root), --tries 5, --languages be,ru,
 * --filters '16 KB;25 packets, 300 ms', --front 0,300,600 (filler in front of the signing script, in bytes).
 * Writes docs/curtain.md when all was measured. Exit code 1 when something that must hold did not.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { quiet } from '../../src/operation/run.ts';
import { contentFolder, readLanguages } from '../../src/site/settings.ts';
import { prepareBrowser } from '../browser.ts';
import { startWorker } from '../worker.ts';
import { byteFilter, type Filter, filters, packetFilter } from './filter.ts';
import { openProxied, openWired } from './link.ts';
import { measure, type Row } from './measure.ts';
import { missingForPackets } from './need.ts';
import { failures, lineOf, writeReport } from './report.ts';
import { buildSite, siteIn } from './site.ts';
import { layWire } from './wire.ts';

const report = 'docs/curtain.md';
/** Names the folder of the built site to this program where it starts itself in a network namespace. */
const inside = 'CURTAIN_SITE';
const { values: options } = parseArgs({
  options: {
    packets: { type: 'boolean', default: false },
    tries: { type: 'string', default: '5' },
    languages: { type: 'string' },
    filters: { type: 'string' },
    front: { type: 'string', default: '0' },
  },
});
const asked = readFilters(options.filters);
const missing = asked.some(countsPackets) ? missingForPackets() : undefined;
const chosen = missing ? asked.filter((filter) => !countsPackets(filter)) : asked;
const skipped = asked
  .filter((filter) => !chosen.includes(filter))
  .map(({ name }) => `Frozen after ${name}: not measured, since there was no ${missing ?? ''}.`);

const tries = Number(options.tries);
if (!Number.isInteger(tries) || tries < 1) fail('--tries: a whole number, 1 or more');

const folder = process.env[inside];
if (folder !== undefined) process.exitCode = await run(folder);
else if (options.packets && missing) fail(`--packets: there is no ${missing}.`);
else process.exitCode = await enter();

/** Builds the site and runs, where packets are counted in a network namespace. Resolves to the exit code. */
async function enter(): Promise<number> {
  for (const line of skipped) console.log(line);
  await prepareBrowser();
  const built = await buildSite();
  try {
    if (!chosen.some(countsPackets)) return await run(built);
    const again = [...process.execArgv, import.meta.filename, ...process.argv.slice(2)];
    const { status } = spawnSync(
      'setpriv',
      // A busy machine makes more packets of the same bytes.
      ['--pdeathsig', 'TERM', 'nice', '-n', '-10', 'unshare', '--net', process.execPath, ...again],
      { stdio: 'inherit', env: { ...process.env, ...quiet, [inside]: built } },
    );
    return status ?? 1;
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
}

/** Measures, prints, and writes the report; resolves to the exit code. */
async function run(built: string): Promise<number> {
  const rows = await measureAll(built);
  const failed = failures(rows);
  const isComplete = options.languages === undefined && options.filters === undefined;
  if (isComplete && options.front === '0') {
    mkdirSync('docs', { recursive: true });
    const day = new Date().toISOString().slice(0, 10);
    writeFileSync(report, await writeReport(rows, day, skipped));
    console.log(`Written: ${report}`);
  } else {
    for (const row of rows) console.log(lineOf(row));
  }
  for (const line of failed) console.error(`Did not hold: ${line}`);
  return failed.length > 0 ? 1 : 0;
}

async function measureAll(built: string): Promise<Row[]> {
  const { dist, keys } = siteIn(built);
  const languages = options.languages?.split(',') ?? readLanguages(contentFolder);
  // First, as a new namespace has no network before.
  const wire = chosen.some(countsPackets) ? await layWire() : undefined;
  const worker = await startWorker({ dist });
  const wired = wire && (await openWired(worker, wire));
  const proxied = await openProxied(worker);
  const rows: Row[] = [];
  for (const language of languages) {
    const html = readFileSync(join(dist, 'client', language, 'index.html'));
    for (const extra of options.front.split(',').map(Number))
      for (const filter of chosen) {
        const link = countsPackets(filter) && wired ? wired : proxied;
        const subject = { language, html, filter, tries, extra };
        const row = await measure({ link, worker, keys }, subject);
        rows.push(row);
        if (process.stderr.isTTY || row.troubles.length > 0) console.error(lineOf(row));
      }
  }
  await proxied.stop();
  await wired?.stop();
  await worker.stop();
  return rows;
}

function readFilters(names: string | undefined): readonly Filter[] {
  if (names === undefined) return [byteFilter, packetFilter];
  return names.split(';').map((name) => {
    const found = filters.find((filter) => filter.name === name.trim());
    if (!found) fail(`--filters: one of ${filters.map((filter) => filter.name).join('; ')}`);
    return found;
  });
}

function countsPackets(filter: Filter): boolean {
  return 'packets' in filter;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/**
 * `npm run bench:delivery [-- --rows N]`: how many rows a second the delivery opens, beside a loop that only
 * decrypts, by turns in one run, and the most memory of each; then what fetching and writing take. Figures
 * are noisy, their ratio less so.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { showProgress } from '../../src/delivery/progress.ts';
import { readTerms } from '../../src/delivery/terms.ts';
import { fillDatabase } from './delivery/database.ts';
import { sealedFolder } from './delivery/sealed.ts';
import { type Runner, startRunner } from './delivery/turns.ts';

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' } },
});
const rows = Number(options.rows);
const wanted = 0.7;
/** Milliseconds of a turn. */
const turn = 4000;
/** Filling a local database takes long, and its pages cost the same: fewer rows tell as much. */
const fetched = Math.min(rows, 20_000);

const sealing = progress('Sealing');
const begun = performance.now();
const folder = await sealedFolder(rows, readTerms('src/content'), sealing.tell);
sealing.end();
const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
console.log(`${rows.toLocaleString('en')} signatures in ${folder}, ready after ${minutes} min`);

const ours = await startRunner('open', folder);
const plain = await startRunner('plain', folder);
const opening = progress('Opening', ours);
for (let more = true; more;) {
  more = await ours.turn(turn, () => opening.tell(ours.told().done, rows));
  await plain.turn(turn / 4);
}
opening.end();
plain.end();
if (ours.told().done !== rows) throw new Error(`Not every row opened: delete ${folder}, try again`);
say('second step, open', ours);
say('plain decrypt loop', plain);
const ratio = rateOf(ours) / rateOf(plain);
const middle = median(ours.rates) / median(plain.rates);
console.log(
  `open / plain decrypt loop: ${ratio.toFixed(2)} of the whole, ${middle.toFixed(2)} of the median turn (at least ${wanted} wanted)`,
);
process.exitCode = Math.min(ratio, middle) >= wanted ? 0 : 1;

const write = await alone('write', folder);
rmSync(join(folder, 'batch-001'), { recursive: true });
say('third step, write without PDFs', write);
const database = await fillDatabase(folder, fetched);
say('first step, fetch from a local D1', await alone('fetch', database.folder, database.state));
await database.close();

async function alone(...words: Parameters<typeof startRunner>): Promise<Runner> {
  const runner = await startRunner(...words);
  await runner.turn(2 ** 31 - 1);
  return runner;
}

function say(name: string, runner: Runner): void {
  const { done, peak } = runner.told();
  const parts = [
    `${done.toLocaleString('en')} rows in ${runner.seconds().toFixed(1)} s`,
    `${Math.round(rateOf(runner)).toLocaleString('en')} a second`,
    `${Math.round(peak)} MB at most`,
  ];
  console.log(`${name}: ${parts.join(', ')}`);
}

function rateOf(runner: Runner): number {
  return runner.told().done / runner.seconds();
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** By the clock of what is watched, since it stands still between its turns. */
function progress(name: string, watched?: Runner) {
  return showProgress(name, {
    stream: process.stderr,
    write: (line) => console.error(line),
    clock: () => (watched ? watched.seconds() * 1000 : performance.now()),
  });
}

/**
 * One step of the delivery, or the plain decrypt loop, in a process of its own, so that its peak of memory
 * is its own. Tells how many rows are done.
 */
import { fetchAll, type Lent, openAll } from '../../../src/delivery/source.ts';
import { openDatabase, type Where } from '../../../src/delivery/where.ts';
import { readKeyRing } from '../../../src/delivery/key-ring.ts';
import { writeNext } from '../../../src/delivery/steps.ts';
import { readTerms } from '../../../src/delivery/terms.ts';
import { unsealForever } from './plain.ts';

const names = ['open', 'plain', 'write', 'fetch'] as const;
export type Step = (typeof names)[number];

/** Rows done, the most memory so far in megabytes, and whether that was all. */
export type Told = { done: number; peak: number; over: boolean };

const [, , name = '', folder = '', database = ''] = process.argv;
const settings = readTerms('src/content');
const where: Where = {
  remote: false,
  keyFolder: folder,
  passphraseFile: undefined,
  database,
  folder,
};
const lent: Lent = {
  settings,
  now: new Date(),
  progress: () => ({ tell: (done) => tell(done), end: () => undefined }),
};

/** Each tells 0 as soon as it is ready, which starts the clock, and gives the number of rows at its end. */
const steps: Record<Step, () => Promise<number>> = {
  open: async () => {
    const ring = await readKeyRing(where, settings);
    tell(0);
    const opened = await openAll(where, ring, lent);
    return Number(opened.prepare('SELECT COUNT(*) AS rows FROM signature').get()?.['rows']);
  },
  plain: () => unsealForever(folder, (done) => tell(done)),
  write: async () => {
    const ring = await readKeyRing(where, settings);
    tell(0);
    const form = { content: 'src/content', pdfs: false };
    const written = await writeNext(where, ring, form, lent);
    return 'manifest' in written ? written.manifest.account.signatures : 0;
  },
  fetch: async () => {
    const from = await openDatabase(where);
    tell(0);
    const { file } = await fetchAll(where, from, lent);
    return Number(file.prepare('SELECT COUNT(*) AS rows FROM signature').get()?.['rows']);
  },
};

// Whatever ends the benchmark ends its children.
process.on('disconnect', () => process.exit(1));
const step = names.find((one) => one === name);
if (!step) throw new Error(`No step is called ${name}`);
tell(await steps[step](), true);

function tell(done: number, over = false): void {
  const peak = process.resourceUsage().maxRSS / 1024;
  process.send?.({ done, peak, over } satisfies Told, () => over && process.exit());
}

/**
 * Bytes of each built page and script, beside what it may weigh: what `npm run weigh` prints and the
 * budgets' test reads. Brotli 4 is the low end of what an edge does, so budgets count in it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/**
 * The most that each kind of file may weigh: a page by its path below its language. The campaign page is
 * what goes through the worst link; the others may hold the longest language and little more, so that a
 * new idea has to name its price here.
 */
const budgets: Record<string, number> = {
  campaign: 6000,
  'more.js': 1500,
  'keep.js': 1500,
  carry: 4000,
  keep: 3000,
  /** A file of the mirror: all texts and the QR script. It waits for nobody, but travels by messenger. */
  mirror: 14_500,
  paper: 4500,
  privacy: 4500,
  safety: 4000,
  share: 3000,
  updates: 2500,
  withdraw: 3500,
  'answer/form': 5500,
  'answer/signed': 2500,
  'answer/withdraw': 3000,
  languages: 2500,
  index: 2500,
  '404': 2500,
};
/** Everything up to and including the first `</script>` of a campaign page: what half of it needs to sign. */
const frontBudget = 3600;

export type Weight = {
  file: string;
  raw: number;
  brotli11: number;
  brotli4: number;
  /** In brotli 4; absent where no kind of file is known that this could be. */
  limit: number | undefined;
  /** Brotli 4 of the front of a campaign page, and what it may weigh. */
  front?: number;
  frontLimit?: number;
};

/** Weighs every page and script under a folder of built pages, the campaign pages first. */
export function weighSite(folder: string): Weight[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(html|js)$/.test(file))
    .sort(
      (one, other) => one.split('/').length - other.split('/').length || one.localeCompare(other),
    )
    .map((file) => weigh(file, readFileSync(join(folder, file))));
}

/** Whether a file is heavier than it may be, or nobody said what it may weigh. */
export function isTooHeavy({ brotli4, limit, front = 0, frontLimit = 0 }: Weight): boolean {
  return limit === undefined || brotli4 > limit || front > frontLimit;
}

function weigh(file: string, bytes: Buffer): Weight {
  const kind = kindOf(file);
  const weight = {
    file,
    raw: bytes.length,
    brotli11: compressed(bytes, 11),
    brotli4: compressed(bytes, 4),
    limit: budgets[kind],
  };
  if (kind !== 'campaign') return weight;
  const end = bytes.indexOf('</script>') + '</script>'.length;
  return { ...weight, front: compressed(bytes.subarray(0, end), 4), frontLimit: frontBudget };
}

/** `be/index.html` is campaign, `be/updates/2020-08-05-news/index.html` updates, `404.html` 404. */
function kindOf(file: string): string {
  const path = file.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$|\/$/, '');
  if (path === '') return 'index';
  if (path.startsWith('mirror/')) return 'mirror';
  if (path in budgets) return path;
  const [, below = 'campaign'] = /^[^/]+\/(updates|.+)/.exec(path) ?? [];
  return below;
}

function compressed(bytes: Buffer, quality: number): number {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } })
    .length;
}

if (process.argv[1] === import.meta.filename) {
  const weights = weighSite(process.argv[2] ?? 'dist/client');
  console.table(weights);
  if (weights.some(isTooHeavy)) process.exitCode = 1;
}

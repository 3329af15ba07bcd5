/**
 * Bytes of each built page: what `npm run weigh` prints and the budgets' test reads.
 * Brotli 4 is the low end of what an edge does, so budgets count in it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

export type Weight = {
  page: string;
  raw: number;
  brotli4: number;
  brotli11: number;
  /** Brotli 4 of everything up to and including the first `</script>`; empty without a script. */
  front: number | '';
};

/** Weighs every page under a folder of built pages, the campaign pages first. */
export function weighPages(folder: string): Weight[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .sort(
      (one, other) => one.split('/').length - other.split('/').length || one.localeCompare(other),
    )
    .map((page) => weigh(page, readFileSync(join(folder, page))));
}

function weigh(page: string, bytes: Buffer): Weight {
  const end = bytes.indexOf('</script>');
  return {
    page,
    raw: bytes.length,
    brotli4: compressed(bytes, 4),
    brotli11: compressed(bytes, 11),
    front: end === -1 ? '' : compressed(bytes.subarray(0, end + '</script>'.length), 4),
  };
}

function compressed(bytes: Buffer, quality: number): number {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } })
    .length;
}

if (process.argv[1] === import.meta.filename)
  console.table(weighPages(process.argv[2] ?? 'dist/client'));

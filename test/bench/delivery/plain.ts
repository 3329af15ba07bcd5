/**
 * What the second step is compared with: decrypts rows, and nothing before or after, on as many threads and
 * about as many at once in each. The rows are in memory and are taken again and again.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readKeyFiles } from '../../../src/delivery/key-file.ts';
import { type LocalRow, openRowsFile } from '../../../src/delivery/rows-file.ts';
import { aadOf, infoOf } from '../../../src/signature/binding.ts';
import { readSome } from './sealed.ts';
import type { Decrypting, Sealed } from './unsealer.ts';

/** Rows in memory for each thread, and of them at once. */
const [kept, atOnce] = [5000, 100];

/** Decrypts the rows of a folder until the process is ended. */
export async function unsealForever(folder: string, tell: (done: number) => void): Promise<number> {
  const [key] = await readKeyFiles(folder);
  if (!key) throw new Error('There is no key');
  const info = infoOf(key.campaign, key.id);
  const threads = availableParallelism();
  const source = openRowsFile(join(folder, 'rows.sqlite'));
  const all = readSome(source, threads * kept).map(sealedOf);
  source.file.close();
  let done = 0;
  return new Promise((_, fail) => {
    for (let thread = 0; thread < threads; thread++) {
      const own = all.filter((_, at) => at % threads === thread);
      const pieces = Array.from({ length: Math.ceil(own.length / atOnce) }, (_, at) =>
        own.slice(at * atOnce, (at + 1) * atOnce),
      );
      const worker = new Worker(new URL('./unsealer.ts', import.meta.url));
      worker.on('error', fail);
      worker.on('message', (number: number) => tell((done += number)));
      worker.postMessage({ pair: key.pair, info, pieces } satisfies Decrypting);
    }
    tell(0);
  });
}

function sealedOf({ id_hash, text_version, lane, sealed }: LocalRow): Sealed {
  if (!text_version || !sealed) throw new Error('A row is not sealed');
  const idHash = Buffer.from(id_hash).toString('base64url');
  return { aad: aadOf(idHash, text_version, lane === 'unchecked' ? 'worker' : 'page'), sealed };
}

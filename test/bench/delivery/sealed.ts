/**
 * Signatures to measure with: each sealed for itself under a code of its own, as the page does, on every
 * core. Kept in a folder by their number, since sealing takes longer than opening.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { makeKeyPair, writeKeyFile } from '../../../src/delivery/key-file.ts';
import type { Tell } from '../../../src/delivery/progress.ts';
import {
  addRows,
  type LocalRow,
  openRowsFile,
  readGroups,
  type RowsFile,
  writeFacts,
} from '../../../src/delivery/rows-file.ts';
import type { Settings } from '../../../src/site/settings.ts';
import { readPublished } from '../../../src/site/texts.ts';
import type { Sealing, Span } from './sealer.ts';

const atOnce = 500;

/** The folder with rows.sqlite and the key that opens it; makes it where there is none. */
export async function sealedFolder(count: number, settings: Settings, tell: Tell): Promise<string> {
  const folder = join('node_modules/.cache/bench-delivery', String(count));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const key = await makeKeyPair(settings.id);
  writeKeyFile(unfinished, key);
  const texts = readPublished('src/content').map(({ version }) => version);
  const sealing = { campaign: settings.id, key: key.id, publicKey: key.publicKey, texts };
  const rows = openRowsFile(join(unfinished, 'rows.sqlite'));
  // Random keys in the middle of a large file: without room for all of it the disk is what works.
  rows.file.exec(
    'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000',
  );
  let done = 0;
  await sealAll(count, sealing, (some) => {
    addRows(rows, some);
    tell((done += some.length), count);
  });
  writeFacts(rows, {
    ...{ campaign: settings.id, source: 'benchmark', begun: '2026-11-23T12:00:00Z' },
    ...{ rows: count, publicCount: count, batches: [], tallied: [], decided: null, complete: true },
  });
  // As fetching leaves it: in the order of its key.
  rows.file.exec('VACUUM');
  rows.file.close();
  renameSync(unfinished, folder);
  return folder;
}

/** The first so many rows of a file. */
export function readSome(source: RowsFile, count: number): LocalRow[] {
  const rows: LocalRow[] = [];
  for (const group of readGroups(source)) {
    if (rows.length >= count) break;
    rows.push(...group);
  }
  return rows;
}

function ask(thread: Worker, span: Span): Promise<LocalRow[]> {
  return new Promise((done, fail) => {
    thread.once('error', fail);
    thread.once('message', (rows: LocalRow[]) => {
      thread.off('error', fail);
      done(rows);
    });
    thread.postMessage(span);
  });
}

async function sealAll(
  count: number,
  sealing: Sealing,
  add: (rows: readonly LocalRow[]) => void,
): Promise<void> {
  let next = 0;
  const seal = async () => {
    const options = { workerData: sealing };
    const thread = new Worker(new URL('./sealer.ts', import.meta.url), options);
    while (next < count) {
      const span: Span = { from: next, to: Math.min(next + atOnce, count) };
      next = span.to;
      add(await ask(thread, span));
    }
    await thread.terminate();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, seal));
}

/**
 * Second step of the delivery: opens every sealed row of the local copy, on as many cores as there are, and
 * writes what became of each id hash to another local file, locked again. Memory does not grow with the
 * number of rows: each thread has one piece of work in hand and one waiting.
 */
import { on } from 'node:events';
import { renameSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { deleteLocalFile, inFile, inTransaction } from './local-file.ts';
import type { OpenedGroup, Opener } from './open-group.ts';
import { addsTo, createOpenedFile, finishOpenedFile } from './opened-file.ts';
import type { Tell } from './progress.ts';
import { type Facts, type LocalRow, placeOf, readGroups, type RowsFile } from './rows-file.ts';
import type { Done, Start, Work } from './thread.ts';

/** What to open, with what. */
export type OpeningOrder = Omit<Opener, 'confirmed'> & {
  rows: RowsFile;
  facts: Facts;
  /** The key whose secrets these are. */
  key: string;
  /** Take only rows that confirmed batches up to this number hold. */
  upTo?: number;
  tell: Tell;
};

/** Rows of one piece of work, about. */
const rowsAtOnce = 250;

/** Opens all rows into a new file at a path, which takes the place of an older one once it is whole. */
export async function openRows(path: string, order: OpeningOrder): Promise<DatabaseSync> {
  const unfinished = `${path}.unfinished`;
  deleteLocalFile(unfinished);
  const file = createOpenedFile(unfinished);
  try {
    // Nothing is lost with a file that is not whole.
    file.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    await openAll(unfinished, file, order);
    inFile(unfinished, () => {
      finishOpenedFile(file, { ...order.facts, key: order.key });
      renameSync(unfinished, path);
    });
    return file;
  } catch (error) {
    file.close();
    deleteLocalFile(unfinished);
    throw error;
  }
}

async function openAll(path: string, file: DatabaseSync, order: OpeningOrder): Promise<void> {
  const { keys, terms, secrets, facts, rows, upTo, tell } = order;
  const counts = facts.batches.filter(({ confirmed }) => confirmed !== null);
  const confirmed = new Set(counts.map(({ number }) => number));
  const adds = addsTo(file);
  const add = ({ idHash, signature, ended, setAside }: OpenedGroup) => {
    if (signature) adds.signature(signature);
    if (ended) adds.ended(ended);
    setAside.forEach((fate) => adds.aside(idHash, fate));
  };
  const all = placeOf(rows).rows;
  let done = 0;
  const work = pieces(readGroups(rows, upTo), rowsAtOnce);
  const opener = { keys, terms, secrets, confirmed };
  const most = Math.ceil(all / rowsAtOnce);
  await onThreads({ opener }, work, most, (opened, number) => {
    inFile(path, () => inTransaction(file, () => opened.forEach(add)));
    done += number;
    tell(done, all);
  });
}

/** Groups in pieces of about so many rows. */
function* pieces(groups: Iterable<LocalRow[]>, size: number): Generator<LocalRow[][]> {
  let piece: LocalRow[][] = [];
  let rows = 0;
  for (const group of groups) {
    piece.push(group);
    rows += group.length;
    if (rows < size) continue;
    yield piece;
    [piece, rows] = [[], 0];
  }
  if (rows > 0) yield piece;
}

/** Shares work among at most so many threads, each of which has one piece in hand and one waiting. */
async function onThreads(
  start: Start,
  work: Iterator<LocalRow[][]>,
  most: number,
  take: (opened: readonly OpenedGroup[], rows: number) => void,
): Promise<void> {
  const threads = Array.from(
    { length: Math.min(availableParallelism(), most) },
    () => new Worker(new URL('./thread.ts', import.meta.url)),
  );
  try {
    await Promise.all(
      threads.map(async (thread) => {
        thread.postMessage(start);
        const waiting: number[] = [];
        const give = () => {
          const { done, value } = work.next();
          if (done) return;
          waiting.push(value.reduce((sum, group) => sum + group.length, 0));
          thread.postMessage({ groups: value } satisfies Work);
        };
        const answers = on(thread, 'message');
        give();
        give();
        if (waiting.length === 0) return;
        for await (const answer of answers) {
          const [opened = []]: Done[] = answer;
          give();
          take(opened, waiting.shift() ?? 0);
          if (waiting.length === 0) break;
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

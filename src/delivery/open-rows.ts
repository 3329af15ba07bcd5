/**
 * Second step of the delivery: opens every sealed row of the local copy, on as many cores as there are, and
 * writes what became of each id hash to another local file, locked again. Memory does not grow with the
 * number of rows: each thread has one piece of work in hand and one waiting.
 */
import { renameSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { deleteLocalFile, inFile, inTransaction } from './local-file.ts';
import type { OpenedGroup, Opener } from './open-group.ts';
import { addsTo, createOpenedFile, finishOpenedFile } from './opened-file.ts';
import type { Tell } from './progress.ts';
import { countRows, type Facts, type LocalRow, readGroups, type RowsFile } from './rows-file.ts';
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

/** Rows of one piece of work, about: a thread has two pieces in memory, and each row of them opens at once. */
const rowsAtOnce = 50;
/**
 * Opening leaves much behind that is never looked at again. With little room for what is new it is swept
 * out early, at no cost in time, and a thread stays a third as large.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

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
  const all = countRows(rows);
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
function* pieces(groups: Iterable<LocalRow[]>, size: number): Generator<LocalRow[][], void> {
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

/** Shares work among at most so many threads. */
async function onThreads(
  start: Start,
  work: Iterator<LocalRow[][], void>,
  most: number,
  take: (opened: readonly OpenedGroup[], rows: number) => void,
): Promise<void> {
  const threads = Array.from(
    { length: Math.min(availableParallelism(), most) },
    () => new Worker(new URL('./thread.ts', import.meta.url), { resourceLimits }),
  );
  try {
    await Promise.all(threads.map((thread) => keepBusy(thread, start, work, take)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Gives a thread one piece to work on and one to wait, until there is none. */
function keepBusy(
  thread: Worker,
  start: Start,
  work: Iterator<LocalRow[][], void>,
  take: (opened: readonly OpenedGroup[], rows: number) => void,
): Promise<void> {
  return new Promise((finish, fail) => {
    const waiting: number[] = [];
    const give = () => {
      const next = work.next();
      if (next.done) return;
      waiting.push(next.value.reduce((sum, group) => sum + group.length, 0));
      thread.postMessage({ groups: next.value } satisfies Work);
    };
    const goOn = (opened: Done) => {
      give();
      take(opened, waiting.shift() ?? 0);
      if (waiting.length === 0) finish();
    };
    thread.on('message', (opened: Done) => {
      try {
        goOn(opened);
      } catch (error) {
        fail(error instanceof Error ? error : new Error('A piece of work failed'));
      }
    });
    thread.on('error', fail);
    thread.on('exit', () => fail(new Error('A thread has ended')));
    thread.postMessage(start);
    give();
    give();
    if (waiting.length === 0) finish();
  });
}

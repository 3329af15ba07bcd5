/**
 * Confirms a batch in D1, or takes back one that is half confirmed. Marks its rows first; then one statement
 * looks at all of them and confirms, or nothing is confirmed. Whoever stops it half way runs it again.
 */
import { z } from 'zod';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import type { Tell } from '../progress.ts';
import { hashFiles, type Manifest } from './manifest.ts';
import { countMarks, readMarks } from './marks.ts';
import {
  batchSchema,
  type BatchRow,
  begin,
  confirm,
  countMarked,
  drop,
  mark,
  marksPerCall,
  readBatches,
  unmarkSome,
  type Which,
} from './sql.ts';

type Writable = Pick<Database, 'query' | 'write'>;

/** A batch as it lies on this machine. */
export type Prepared = {
  folder: string;
  manifest: Manifest;
  /** SHA-256 of the manifest. */
  hash: string;
  marks: string;
  dossier: string;
};

const markedSchema = z.tuple([z.object({ rows: z.int(), alive: z.int() })]);

/** Reads the batches of D1, the newest last. */
export async function listBatches(database: Pick<Database, 'query'>): Promise<BatchRow[]> {
  return z.array(batchSchema).parse(await database.query(readBatches));
}

/**
 * Confirms a batch; returns how many rows it marked, on which day, and how many left it since. Throws a DeliveryError, and confirms nothing, when one
 * of its signatures was withdrawn since, when its files were changed or somebody else's batch came first.
 */
export async function confirmBatch(
  database: Writable,
  prepared: Prepared,
  today: string,
  tell: Tell,
): Promise<{ rows: number; before: boolean; confirmed: string; left: number }> {
  const { manifest, hash } = prepared;
  const which = { number: manifest.number, manifest: hash };
  const known = find(await listBatches(database), which.number);
  if (known?.manifest === hash && known.confirmed !== null)
    return {
      ...{ rows: known.signatures, before: true, confirmed: known.confirmed },
      left: await countLeft(database, which),
    };
  await refuseChanged(prepared);
  const rows = await countMarks(prepared.marks);
  if (rows === 0) throw nobody(which);
  await beginBatch(database, prepared, rows);
  let done = 0;
  for await (const marks of readMarks(prepared.marks, marksPerCall)) {
    await database.write([mark(which, marks)]);
    done += marks.length;
    tell(done, rows);
  }
  await database.write([confirm(which, today)]);
  const written = find(await listBatches(database), which.number);
  if (written?.manifest === hash && written.confirmed !== null)
    return { rows, before: false, confirmed: written.confirmed, left: 0 };
  if (written?.manifest !== hash) throw takenBack(which);
  throw await takeBack(database, which, rows, tell);
}

/** How many rows of a batch were withdrawn or invalidated since it was confirmed. */
async function countLeft(database: Writable, which: Which): Promise<number> {
  const [{ rows, alive }] = markedSchema.parse(await database.query(countMarked(which)));
  return rows - alive;
}

/** Takes the marks of a batch off and deletes it; returns how many rows it had. Refuses a confirmed one. */
export async function dropBatch(
  database: Writable,
  which: Which,
  tell: Tell,
): Promise<{ rows: number; alive: number }> {
  const [marked] = markedSchema.parse(await database.query(countMarked(which)));
  for (let left = marked.rows; left > 0;) {
    await database.write([unmarkSome(which)]);
    const [{ rows }] = markedSchema.parse(await database.query(countMarked(which)));
    if (rows >= left) break;
    left = rows;
    tell(marked.rows - left, marked.rows);
  }
  await database.write([drop(which)]);
  const still = find(await listBatches(database), which.number);
  if (still?.manifest !== which.manifest) return marked;
  throw new DeliveryError(
    'batch',
    `Batch ${which.number} could not be taken back: ${still.confirmed === null ? 'somebody goes on marking its rows' : 'it is confirmed'}.`,
    'To see what there is: npm run deliver -- --only fetch',
  );
}

async function beginBatch(database: Writable, prepared: Prepared, rows: number): Promise<void> {
  const { manifest, hash } = prepared;
  const { number, made, key, account } = manifest;
  const batch = {
    number,
    made,
    key_id: key,
    manifest: hash,
    signatures: rows,
    confirmed: null,
    destroyed: null,
  };
  await database.write([begin({ ...batch, account: JSON.stringify(account) })]);
  if (find(await listBatches(database), number)?.manifest === hash) return;
  throw new DeliveryError(
    'batch',
    `Another batch was begun or confirmed since ${prepared.folder} was written. Nothing was changed.`,
    'Read and write anew: npm run deliver. What the other batch hands over is then left out.',
  );
}

async function refuseChanged({ manifest, dossier, folder }: Prepared): Promise<void> {
  const names = manifest.files.map(({ name }) => name);
  const found = await hashFiles(dossier, names).catch(() => []);
  const isSame = ({ name, sha256 }: Manifest['files'][number]) =>
    found.some((one) => one.name === name && one.sha256 === sha256);
  if (manifest.files.every(isSame)) return;
  throw new DeliveryError(
    'files',
    `The files in ${folder} are not as they were written. Nothing was changed.`,
    'Write them anew: npm run deliver',
  );
}

async function takeBack(
  database: Writable,
  which: Which,
  rows: number,
  tell: Tell,
): Promise<DeliveryError> {
  const { alive } = await dropBatch(database, which, tell);
  return new DeliveryError(
    'batch',
    `${rows - alive} of the ${rows} rows of this batch were withdrawn or decided on since they were read. Nothing was confirmed: do not hand this folder over.`,
    'Read and write anew, then confirm: npm run deliver',
  );
}

function takenBack({ number }: Which): DeliveryError {
  return new DeliveryError(
    'batch',
    `Somebody else took batch ${number} back while its rows were being marked. Nothing was confirmed.`,
    'Read and write anew, then confirm: npm run deliver',
  );
}

function nobody({ number }: Which): DeliveryError {
  return new DeliveryError(
    'batch',
    `Batch ${number} hands nobody over, so there is nothing to confirm.`,
    'When there are new signatures: npm run deliver',
  );
}

function find(batches: readonly BatchRow[], number: number): BatchRow | undefined {
  return batches.find((batch) => batch.number === number);
}

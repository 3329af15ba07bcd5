/**
 * Revokes a key in D1, then destroys the sealed parts of all rows that are sealed to it. Each step is one
 * transaction with its line in the journal; whoever stops it half way runs the same command again.
 */
import { z } from 'zod';
import type { Database } from '../database.ts';
import type { Tell } from '../progress.ts';
import {
  closeBatches,
  countDestroyed,
  destroySome,
  type Place,
  placeSchema,
  revoke,
  start,
} from './sql.ts';

type Writable = Pick<Database, 'query' | 'write'>;

/** Rows that one statement looks at. */
const stepSize = 5000;
const sumSchema = z.tuple([z.object({ number: z.int() })]);

/** From then on nothing that is sealed to the key is stored, whatever Worker is deployed. */
export async function revokeKey({ write }: Writable, key: string, day: string): Promise<void> {
  await write([revoke(key, day)]);
}

/** Walks once through all rows, about so many; returns how many sealed parts were destroyed. */
export async function destroyRows(
  database: Writable,
  { key, day, rows }: { key: string; day: string; rows: number },
  tell: Tell,
  size = stepSize,
): Promise<number> {
  const [before] = sumSchema.parse(await database.query(countDestroyed(key)));
  let done = 0;
  for (let after: Place | undefined = start; after !== undefined;) {
    const answers = await database.write(destroySome(key, day, after, size));
    after = placeSchema.parse(answers.at(-1))[0]?.last;
    done = after === undefined ? Math.max(rows, done) : done + size;
    tell(done, Math.max(rows, done));
  }
  await database.write([closeBatches(day)]);
  const [now] = sumSchema.parse(await database.query(countDestroyed(key)));
  return now.number - before.number;
}

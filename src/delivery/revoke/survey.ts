/** Which keys the rows of a database are sealed to, and how far each is handed over. Changes nothing. */
import { z } from 'zod';
import type { State } from '../../signature/lane.ts';
import { batchSchema, readBatches } from '../batch/sql.ts';
import type { Database } from '../database.ts';
import type { Tell } from '../progress.ts';
import {
  countSome,
  groupSchema,
  type Place,
  readRevoked,
  readTotal,
  revokedSchema,
  start,
} from './sql.ts';

/** What is sealed to a key. */
export type Sealed = {
  key: string;
  rows: number;
  byState: Map<State, number>;
  /** Rows that a delivery would still hand over. */
  undelivered: number;
  batches: number[];
};

export type Survey = {
  sealed: Sealed[];
  /** All rows of the database. */
  rows: number;
  /** The UTC day on which a key was revoked in the database. */
  revoked: Map<string, string>;
};

const pageSize = 20_000;
const delivers: readonly State[] = ['counted', 'repeat', 'held'];

/** Walks once through all rows. */
export async function survey(
  { query }: Pick<Database, 'query'>,
  tell: Tell,
  size = pageSize,
): Promise<Survey> {
  const revoked = z.array(revokedSchema).parse(await query(readRevoked));
  const confirmed = z
    .array(batchSchema)
    .parse(await query(readBatches))
    .flatMap((batch) => (batch.confirmed === null ? [] : [batch.number]));
  const [total] = z.tuple([z.object({ total: z.int() })]).parse(await query(readTotal));
  const found = new Map<string, Sealed>();
  let rows = 0;
  for (let after: Place | undefined = start; after !== undefined;) {
    const groups = z.array(groupSchema).parse(await query(countSome(after, size)));
    for (const group of groups)
      if (group.sealed === 1 && group.key_id !== null) add(found, group.key_id, group, confirmed);
    const counted = groups.reduce((sum, group) => sum + group.rows, 0);
    rows += counted;
    after = counted < size ? undefined : lastOf(groups);
    tell(rows, Math.max(rows, total.total));
  }
  const sealed = Array.from(found.values()).sort((one, other) => (one.key < other.key ? -1 : 1));
  return { sealed, rows, revoked: new Map(revoked.map(({ key_id, day }) => [key_id, day])) };
}

function add(
  found: Map<string, Sealed>,
  key: string,
  { state, batch, rows }: z.output<typeof groupSchema>,
  confirmed: readonly number[],
): void {
  const sealed = found.get(key) ?? {
    ...{ key, rows: 0, byState: new Map<State, number>(), undelivered: 0, batches: [] },
  };
  found.set(key, sealed);
  sealed.rows += rows;
  sealed.byState.set(state, (sealed.byState.get(state) ?? 0) + rows);
  if (batch !== null && !sealed.batches.includes(batch)) sealed.batches.push(batch);
  sealed.batches.sort((one, other) => one - other);
  const isHandedOver = batch !== null && confirmed.includes(batch);
  if (!isHandedOver && delivers.includes(state)) sealed.undelivered += rows;
}

function lastOf(groups: readonly { last: Place }[]): Place {
  return groups.map(({ last }) => last).reduce((one, other) => (one > other ? one : other), start);
}

/** Reads from D1. All the SQL that only looks stands here; what writes is in store.ts. */
import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types';
import { z } from 'zod';
import { type Lane, lanes, states } from '../src/signature/lane.ts';

/** How an id hash came that is stored already. A withdrawn one has lost its lane and looks like any other. */
export type Earlier = { lane: Lane; held: boolean };

const earlierSchema = z
  .object({ lane: z.enum(lanes).nullable(), state: z.enum(states) })
  .transform(({ lane, state }): Earlier => ({ lane: lane ?? 'stamp', held: state === 'held' }));

/** The statement that finds one row of an id hash (32 bytes). */
export function selectEarlier(db: D1Database, idHash: Uint8Array): D1PreparedStatement {
  return db.prepare('SELECT lane, state FROM signature WHERE id_hash = ?1 LIMIT 1').bind(idHash);
}

/** What selectEarlier found; undefined for nothing. */
export function readEarlier(result: unknown): Earlier | undefined {
  return earlierSchema.safeParse(result).data;
}

/** How an id hash came before; undefined when it is new. Throws what D1 throws. */
export async function findEarlier(
  db: D1Database,
  idHash: Uint8Array,
): Promise<Earlier | undefined> {
  return readEarlier(await selectEarlier(db, idHash).first());
}

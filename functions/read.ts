/** Reads from D1. All the SQL that only looks stands here; what writes is in store.ts. */
import type { D1Database } from '@cloudflare/workers-types';
import { z } from 'zod';
import { type Lane, lanes, states } from '../src/signature/lane.ts';

/** How an id hash came that is stored already. A withdrawn one has lost its lane and looks like any other. */
export type Earlier = { lane: Lane; held: boolean };

const earlierSchema = z
  .object({ lane: z.enum(lanes).nullable(), state: z.enum(states) })
  .transform(({ lane, state }): Earlier => ({ lane: lane ?? 'stamp', held: state === 'held' }));

/** How an id hash (32 bytes) came before; undefined when it is new. Throws what D1 throws. */
export async function findEarlier(
  db: D1Database,
  idHash: Uint8Array,
): Promise<Earlier | undefined> {
  const found = db.prepare('SELECT lane, state FROM signature WHERE id_hash = ?1 LIMIT 1');
  return earlierSchema.safeParse(await found.bind(idHash).first()).data;
}

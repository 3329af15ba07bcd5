/** Reads from D1. All the SQL that only looks stands here; what writes is in store.ts. */
import type { D1Database } from '@cloudflare/workers-types';
import { z } from 'zod';
import { type Bytes, fromBase64url, toBytes } from '../src/signature/bytes.ts';
import { type SentLane, sentLanes, type State, states } from '../src/signature/lane.ts';

/** How an id hash came that is stored already. A withdrawn one has lost its lane and looks like any other. */
export type Earlier = { lane: SentLane; held: boolean };

const earlierSchema = z
  .object({ lane: z.enum(sentLanes).nullable(), state: z.enum(states) })
  .transform(({ lane, state }): Earlier => ({ lane: lane ?? 'stamp', held: state === 'held' }));

const copiesSchema = z.array(z.object({ state: z.enum(states), same: z.number() }));

/**
 * How an id hash (base64url) came before; undefined when it is new. One row that is not held speaks
 * for all of them; one from paper lets nothing in that is sent here. Throws what D1 throws.
 */
export async function findEarlier(db: D1Database, idHash: string): Promise<Earlier | undefined> {
  const found = db.prepare(
    "SELECT lane, state FROM signature WHERE id_hash = ?1 AND lane IS NOT 'paper' ORDER BY state = 'held' LIMIT 1",
  );
  return earlierSchema.safeParse(await found.bind(blobOf(idHash)).first()).data;
}

/** How many rows an id hash has, and how the one with a digest stands: withdrawn where any row is. */
export async function findCopies(
  db: D1Database,
  { idHash, digest }: { idHash: string; digest: string },
): Promise<{ copies: number; state: State | undefined }> {
  const found = db.prepare('SELECT state, digest = ?2 AS same FROM signature WHERE id_hash = ?1');
  const { results } = await found.bind(blobOf(idHash), blobOf(digest)).all();
  const rows = copiesSchema.parse(results);
  const row = rows.find(({ state, same }) => same === 1 || state === 'withdrawn');
  return { copies: rows.length, state: row?.state };
}

/** Whether a key was revoked in the database, which may be before the Worker knows it. */
export async function isRevoked(db: D1Database, keyId: string): Promise<boolean> {
  const found = db.prepare('SELECT 1 FROM revoked WHERE key_id = ?1').bind(keyId);
  return (await found.first()) !== null;
}

/** base64url as D1 takes bytes. */
export function blobOf(text: string): Bytes {
  return toBytes(fromBase64url(text) ?? '');
}

/** Rows that were set aside: how many id hashes, and which. Names them by their hash alone. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { toBase64url, toBinary } from '../../signature/bytes.ts';
import { aside, type SetAside } from '../join.ts';

/** Id hashes with a row of that fate: how many, and a few of them in base64url. */
export type Aside = { fate: SetAside; number: number; some: string[] };

/** How many ids are told. */
const told = 10;
const rowSchema = z.object({ id_hash: z.instanceof(Uint8Array) });

/** Those that there are. */
export function readAside(opened: DatabaseSync): Aside[] {
  const count = opened.prepare('SELECT COUNT(*) AS number FROM aside WHERE fate = ?');
  const list = opened.prepare('SELECT id_hash FROM aside WHERE fate = ? ORDER BY id_hash LIMIT ?');
  return aside
    .map((fate) => ({
      fate,
      number: Number(count.get(fate)?.['number']),
      some: list.all(fate, told).map(idOf),
    }))
    .filter(({ number }) => number > 0);
}

/** Writes all of them, one a line: fate and id hash. */
export function writeAside(path: string, opened: DatabaseSync): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const list = opened.prepare('SELECT id_hash FROM aside WHERE fate = ? ORDER BY id_hash');
    for (const fate of aside)
      for (const row of list.iterate(fate)) writeFileSync(file, `${fate} ${idOf(row)}\n`);
  } finally {
    closeSync(file);
  }
}

function idOf(row: unknown): string {
  return toBase64url(toBinary(rowSchema.parse(row).id_hash));
}

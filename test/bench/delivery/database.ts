/** A local D1 with sealed rows, for the first step. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalRow, openRowsFile } from '../../../src/delivery/rows-file.ts';
import { openStage } from '../../delivery/stage.ts';
import { readSome } from './sealed.ts';

/** A statement has at most 100,000 bytes (developers.cloudflare.com/d1/platform/limits/). */
const atOnce = 50;

/** Puts so many rows of a folder into a new database; says where it is, and a folder to fetch to. */
export async function fillDatabase(from: string, count: number) {
  const { database, state, folder, close } = await openStage();
  const source = openRowsFile(join(from, 'rows.sqlite'));
  const all = readSome(source, count).map(valuesOf);
  source.file.close();
  for (let at = 0; at < count; at += atOnce)
    await database.write([`INSERT INTO signature VALUES ${all.slice(at, at + atOnce).join()}`]);
  return { state, folder: mkdtempSync(join(folder, 'out-')), close };
}

function valuesOf({ id_hash, digest, sealed, ...row }: LocalRow): string {
  const { day, language, lane, state, key_id, text_version } = row;
  const hex = (bytes: Uint8Array | null) => `x'${Buffer.from(bytes ?? []).toString('hex')}'`;
  const open = [day, language, lane, state].map((text) => `'${text ?? ''}'`).join();
  const bound = `${hex(sealed)}, '${key_id ?? ''}', '${text_version ?? ''}'`;
  return `(${hex(id_hash)}, ${hex(digest)}, ${open}, 0, NULL, ${bound}, NULL, NULL, NULL)`;
}

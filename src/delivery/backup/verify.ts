/**
 * Whether a backup is what was written: its hash, SQLite's own check of the file, each sealed part against its
 * digest. Needs no key and opens nothing.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { toBase64url, toBinary } from '../../signature/bytes.ts';
import { digestOf } from '../../signature/row.ts';
import { hashFiles } from '../batch/manifest.ts';
import { DeliveryError } from '../errors.ts';
import type { Tell } from '../progress.ts';
import { countRows, type Facts, hashFileOf, openToRead, readFacts } from './backup-file.ts';

const bytes = z.instanceof(Uint8Array);
const sealedSchema = z.object({
  digest: bytes,
  key_id: z.string(),
  text_version: z.string(),
  sealed: bytes,
});
const statesSchema = z.array(
  z.object({ state: z.string(), destroyed: z.int(), rows: z.int(), signatures: z.int() }),
);

/** What a backup holds. */
export type Sum = { rows: number; states: z.output<typeof statesSchema>; batches: number };
export type Checked = Sum & { facts: Facts };

/** Checks a finished backup. Throws a DeliveryError that says what is wrong with it. */
export async function verifyBackup(path: string, campaign: string, tell: Tell): Promise<Checked> {
  await checkHash(path);
  const file = openToRead(path);
  try {
    const facts = readFacts(file);
    if (!facts) throw damaged(path, 'it does not say what it holds');
    if (facts.campaign !== campaign) throw foreign(path, facts.campaign, campaign);
    if (!facts.complete) throw damaged(path, 'it was never finished');
    const { rows, unfit } = await inspect(file, path, tell);
    if (rows < facts.rows) throw damaged(path, 'rows are missing');
    if (unfit !== facts.unfit) throw damaged(path, 'a sealed part does not fit its digest');
    return { facts, ...summarize(file) };
  } catch (error) {
    throw error instanceof DeliveryError ? error : damaged(path, 'SQLite cannot read it', error);
  } finally {
    file.close();
  }
}

/** Reads all of a file; returns how many rows it has, and how many of them do not fit their digest. */
export async function inspect(
  file: DatabaseSync,
  path: string,
  tell: Tell,
): Promise<{ rows: number; unfit: number }> {
  const [found] = file.prepare('PRAGMA integrity_check').all();
  if (found?.['integrity_check'] !== 'ok') throw damaged(path, 'SQLite finds faults in it');
  const rows = countRows(file);
  const sql = 'SELECT digest, key_id, text_version, sealed FROM signature WHERE sealed IS NOT NULL';
  let [done, unfit] = [0, 0];
  for (const row of file.prepare(sql).iterate()) {
    if (!(await fits(row))) unfit += 1;
    done += 1;
    if (done % 1000 === 0) tell(done, rows);
  }
  return { rows, unfit };
}

async function fits(row: unknown): Promise<boolean> {
  const parsed = sealedSchema.safeParse(row);
  if (!parsed.success) return false;
  const { digest, key_id: keyId, text_version: textVersion, sealed } = parsed.data;
  const found = await digestOf({ keyId, textVersion, sealed: toBinary(sealed) });
  return found === toBase64url(toBinary(digest));
}

async function checkHash(path: string): Promise<void> {
  const told = readTold(path);
  const [found] = await hashFiles(dirname(path), [basename(path)]).catch(() => []);
  if (!found) throw damaged(path, 'it cannot be read');
  if (told === undefined) throw damaged(path, `${hashFileOf(path)} is missing`);
  if (told !== found.sha256) throw damaged(path, 'it is not the file that was written');
}

/** The hash beside a backup; the file may have been renamed since. */
function readTold(path: string): string | undefined {
  try {
    return /^[0-9a-f]{64}/.exec(readFileSync(hashFileOf(path), 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}

/** Rows by state, and how many batches there are. */
export function summarize(file: DatabaseSync): Sum {
  const states = file.prepare(`SELECT state, sealed IS NULL AND state <> 'withdrawn' AS destroyed,
      COUNT(*) AS rows, COUNT(DISTINCT id_hash) AS signatures
    FROM signature GROUP BY 1, 2 ORDER BY 1, 2`);
  const batches = file.prepare('SELECT COUNT(*) AS batches FROM batch').get();
  return {
    rows: countRows(file),
    states: statesSchema.parse(states.all()),
    batches: Number(batches?.['batches']),
  };
}

/** How many signatures stand in a state. */
export function signaturesOf({ states }: Sum, state: string): number {
  const those = states.filter((one) => one.state === state);
  return those.reduce((sum, { signatures }) => sum + signatures, 0);
}

function damaged(path: string, why: string, cause?: unknown): DeliveryError {
  return new DeliveryError(
    'files',
    `${path} is no whole backup: ${why}.`,
    'Take another copy of it, or another backup; make a new one while the database stands: npm run backup -- --remote',
    cause,
  );
}

function foreign(path: string, found: string, campaign: string): DeliveryError {
  return new DeliveryError(
    'files',
    `${path} is a backup of the campaign ${found}, not of ${campaign}.`,
    'Work in the folder of that campaign, or name another backup.',
  );
}

/**
 * Carries a request out: withdraws in D1, or writes one person's data into a folder; and writes down that it
 * was done, without a word about whom.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFolder } from '../batch/folder.ts';
import type { Database } from '../database.ts';
import type { Signed } from './find.ts';
import {
  idsPerCall,
  readRequests,
  type Request,
  requestSchema,
  withdraw,
  writeDown,
} from './sql.ts';

type Writable = Pick<Database, 'query' | 'write'>;

/** The journal. */
export async function listRequests(database: Writable): Promise<Request[]> {
  return z.array(requestSchema).parse(await database.query(readRequests));
}

/** Withdraws signatures, all rows of each id hash. */
export async function withdrawAll(
  database: Writable,
  signatures: readonly Pick<Signed, 'idHash'>[],
  made: Pick<Request, 'day' | 'reason'>,
): Promise<void> {
  const ids = signatures.map(({ idHash }) => Buffer.from(idHash).toString('hex')).sort();
  for (let from = 0; from < ids.length; from += idsPerCall)
    await database.write([withdraw(ids.slice(from, from + idsPerCall))]);
  await note(database, { ...made, verb: 'withdraw', signatures: ids.length });
}

/** Writes what is known of somebody, to read and as JSON; returns the folder. */
export async function exportAll(
  database: Writable,
  signatures: readonly Signed[],
  made: Pick<Request, 'day' | 'reason'>,
  out: string,
): Promise<string> {
  const data = signatures.map(dataOf);
  const folder = await writeFolder(out, freeName(out, `person-${made.day}`), (unfinished) => {
    const write = (name: string, text: string) =>
      writeFileSync(join(unfinished, name), text, { flag: 'wx', mode: 0o600 });
    write('person.json', `${JSON.stringify(data, null, 2)}\n`);
    write('person.txt', data.map(readable).join('\n'));
    return Promise.resolve();
  });
  await note(database, { ...made, verb: 'export', signatures: data.length });
  return folder;
}

/** Two people who ask on one day are never in one place. */
function freeName(out: string, name: string): string {
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? name : `${name}-${number}`;
    if (!existsSync(join(out, numbered))) return numbered;
  }
}

/** Writes down that a request was carried out. */
export async function note(database: Writable, made: Omit<Request, 'number'>): Promise<void> {
  const before = await listRequests(database);
  const number = Math.max(0, ...before.map((one) => one.number)) + 1;
  await database.write([writeDown({ ...made, number })]);
}

function dataOf({ idHash, day, language, lane, state, textVersion, batch, entered }: Signed) {
  const { level, name, email, country, news } = entered;
  return {
    id: Buffer.from(idHash).toString('base64url'),
    ...{ day, language, lane, state, textVersion },
    handedOverByBatch: batch ?? null,
    seenByTheTarget: level,
    ...{ name, email },
    country: country.typed,
    countryCode: country.code ?? null,
    wantsNews: news,
  };
}

/** One line a fact: "day: 2026-11-23". */
function readable(data: ReturnType<typeof dataOf>): string {
  return Object.entries(data)
    .map(
      ([fact, value]) => `${fact}: ${value === null || value === '' ? '(none)' : String(value)}\n`,
    )
    .join('');
}

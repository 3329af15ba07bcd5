/**
 * Which rows a batch marks in D1: those that were fetched, of everybody whom it hands over and of everybody
 * whom an earlier one has. One line a row: the id hash, and the first four bytes of the digest; the last
 * line says how many, so that a part of the file is never taken for all of it.
 */
import { closeSync, createReadStream, openSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { DeliveryError } from '../errors.ts';
import type { Person } from './people.ts';
import type { Mark } from './sql.ts';

const linesAtOnce = 1000;
const rowSchema = z.object({ id_hash: z.instanceof(Uint8Array), marks: z.instanceof(Uint8Array) });

/** Writes the marks of a new batch. */
export function writeMarks(
  path: string,
  opened: DatabaseSync,
  people: Iterable<Person>,
  isDelivered: (person: Person) => boolean,
): void {
  const find = opened.prepare('SELECT id_hash, marks FROM signature WHERE person = ?');
  const file = openSync(path, 'wx', 0o600);
  try {
    let [lines, number]: [string[], number] = [[], 0];
    const write = () => {
      // All of it or an error: writeSync may write a part when the disk is full, and throws nothing.
      writeFileSync(file, lines.join(''));
      number += lines.length;
      lines = [];
    };
    for (const person of people) {
      if (!isDelivered(person) && person.batch === undefined) continue;
      for (const row of find.iterate(person.person)) {
        const { id_hash, marks } = rowSchema.parse(row);
        const [id, digests] = [hex(id_hash), hex(marks).match(/.{8}/g) ?? []];
        for (const digest of digests) lines.push(`${id} ${digest}\n`);
      }
      if (lines.length >= linesAtOnce) write();
    }
    write();
    writeFileSync(file, `${number} rows\n`);
  } finally {
    closeSync(file);
  }
}

/** How many rows there are to mark. Throws a DeliveryError where the file is not as writeMarks writes it. */
export async function countMarks(path: string): Promise<number> {
  let number = 0;
  for await (const marks of readMarks(path, linesAtOnce)) number += marks.length;
  return number;
}

/** Reads marks, some at a time. */
export async function* readMarks(path: string, size: number): AsyncGenerator<Mark[]> {
  let marks: Mark[] = [];
  let [number, told] = [0, ''];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [, id, digest] = /^([0-9a-f]{64}) ([0-9a-f]{8})$/.exec(line) ?? [];
    if (told !== '') throw damaged(path);
    if (id === undefined || digest === undefined) {
      told = line;
      continue;
    }
    number += 1;
    marks.push([id, digest]);
    if (marks.length < size) continue;
    yield marks;
    marks = [];
  }
  if (told !== `${number} rows`) throw damaged(path);
  if (marks.length > 0) yield marks;
}

function damaged(path: string): DeliveryError {
  return new DeliveryError(
    'files',
    `${path} is damaged.`,
    'Write the batch anew, then confirm: npm run deliver. Where one was half confirmed, first take it back: npm run deliver -- --drop',
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

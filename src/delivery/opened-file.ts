/**
 * The local file of opened signatures, one row an id hash. What was opened stands in it locked: what the
 * dossier may know under one secret, what was entered under another. Sorted by person, so that doubles
 * lie side by side and the order is nobody's.
 */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { lanes } from '../signature/lane.ts';
import type { SetAside } from './join.ts';
import { openLocalFile } from './local-file.ts';
import { type Secrets, unlock } from './lock.ts';
import { type Entered, enteredSchema, type Shown, shownSchema } from './obey.ts';
import type { Fate } from './open.ts';
import { factsSchema } from './rows-file.ts';

/** What a signature says in the open, and whose it is: an equal `person` means the same one. */
export type Opened = {
  person: Uint8Array;
  idHash: Uint8Array;
  lane: (typeof lanes)[number];
  state: 'counted' | 'repeat' | 'held';
  language: string;
  textVersion: string;
  /** UTC. */
  day: string;
  /** Number of the batch that handed it over. */
  batch: number | undefined;
  /** Number of the decision that last touched it. */
  decision: number | undefined;
  /** Whether a destroyed signature that was handed over has its tag. */
  sameTag: boolean;
};

/** A signature before it is written; `marks` has the first four bytes of each digest that no batch holds. */
export type OpenedRow = Opened & { shown: Uint8Array; entered: Uint8Array; marks: Uint8Array };

/** All rows of an id hash that are no signature any more, or never were. */
export type EndedRow = { idHash: Uint8Array; fate: Fate; batch: number | undefined };

const openedFactsSchema = factsSchema.extend({
  /** The key whose secrets lock it, and put it into its order. */
  key: z.string(),
});

/** What the fetch knew of the database, and what opened its rows. */
export type OpenedFacts = z.output<typeof openedFactsSchema>;

const schema = `
CREATE TABLE signature (
  person BLOB NOT NULL,
  id_hash BLOB NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,
  language TEXT NOT NULL,
  text_version TEXT NOT NULL,
  day TEXT NOT NULL,
  batch INTEGER,
  decision INTEGER,
  same_tag INTEGER NOT NULL,
  shown BLOB NOT NULL,
  entered BLOB NOT NULL,
  marks BLOB NOT NULL
) STRICT;
CREATE TABLE ended (id_hash BLOB NOT NULL, fate TEXT NOT NULL, batch INTEGER) STRICT;
CREATE TABLE aside (id_hash BLOB NOT NULL, fate TEXT NOT NULL) STRICT;
CREATE TABLE opened (one INTEGER PRIMARY KEY CHECK (one = 1), facts TEXT NOT NULL) STRICT`;

const bytes = z.instanceof(Uint8Array);
const rowSchema = z
  .object({
    person: bytes,
    id_hash: bytes,
    lane: z.enum(lanes),
    state: z.enum(['counted', 'repeat', 'held']),
    language: z.string(),
    text_version: z.string(),
    day: z.string(),
    batch: z.int().nullable(),
    decision: z.int().nullable(),
    same_tag: z.int(),
    locked: bytes,
  })
  .transform(({ id_hash, text_version, batch, decision, same_tag, ...row }) => ({
    ...row,
    idHash: id_hash,
    textVersion: text_version,
    batch: batch ?? undefined,
    decision: decision ?? undefined,
    sameTag: same_tag === 1,
  }));

/** Makes an empty file at a path where there is none. */
export function createOpenedFile(path: string): DatabaseSync {
  return openLocalFile(path, schema);
}

/** Opens a file that is there. */
export function openOpenedFile(path: string): DatabaseSync {
  return openLocalFile(path, '');
}

/** Prepares adding to a file. */
export function addsTo(file: DatabaseSync) {
  const signature = file.prepare(
    'INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const ended = file.prepare('INSERT INTO ended VALUES (?, ?, ?)');
  const aside = file.prepare('INSERT INTO aside VALUES (?, ?)');
  return {
    signature: (row: OpenedRow) =>
      signature.run(
        ...[row.person, row.idHash, row.lane, row.state, row.language, row.textVersion, row.day],
        ...[
          row.batch ?? null,
          row.decision ?? null,
          row.sameTag ? 1 : 0,
          row.shown,
          row.entered,
          row.marks,
        ],
      ),
    ended: (row: EndedRow) => ended.run(row.idHash, row.fate, row.batch ?? null),
    aside: (idHash: Uint8Array, fate: SetAside) => aside.run(idHash, fate),
  };
}

/** Finishes a file once all is in it: an index is faster than keeping order while adding. */
export function finishOpenedFile(file: DatabaseSync, facts: OpenedFacts): void {
  file.exec('CREATE INDEX signature_person ON signature (person, id_hash)');
  file.prepare('INSERT INTO opened VALUES (1, ?)').run(JSON.stringify(facts));
}

/** What stands above; undefined where the file was never finished. */
export function readOpenedFacts(file: DatabaseSync): OpenedFacts | undefined {
  const found = file.prepare('SELECT facts FROM opened').get();
  return found && openedFactsSchema.parse(JSON.parse(String(found['facts'])));
}

/** Reads what the dossier may know, person by person; cannot read what was entered. */
export function* readShown(
  file: DatabaseSync,
  secrets: Pick<Secrets, 'shown'>,
): Generator<Opened & { shown: Shown }> {
  for (const { locked, ...opened } of read(file, 'shown'))
    yield { ...opened, shown: shownSchema.parse(unlock(secrets.shown, locked)) };
}

/** Reads what was entered, person by person: for checks by hand and for whoever asked for news. */
export function* readEntered(
  file: DatabaseSync,
  secrets: Pick<Secrets, 'entered'>,
): Generator<Opened & { entered: Entered }> {
  for (const { locked, ...opened } of read(file, 'entered'))
    yield { ...opened, entered: enteredSchema.parse(unlock(secrets.entered, locked)) };
}

function* read(file: DatabaseSync, column: 'shown' | 'entered') {
  const sql = `SELECT person, id_hash, lane, state, language, text_version, day, batch, decision, same_tag,
      ${column} AS locked FROM signature ORDER BY person, id_hash`;
  for (const row of file.prepare(sql).iterate()) yield rowSchema.parse(row);
}

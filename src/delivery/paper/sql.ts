/**
 * What paper and other platforms write in D1: all the SQL of it. Every statement may run twice, and a line
 * that is stored, or was and is withdrawn, is never stored again.
 */
import { z } from 'zod';
import { quote } from '../batch/sql.ts';
import type { Tallied } from './tallied.ts';

export const sheetSchema = z.object({
  number: z.int(),
  /** UTC day on which it was signed. */
  day: z.string(),
  fingerprint: z.string(),
  /** Null once it is done. */
  salt: z.string().nullable(),
  lines: z.int(),
  /** UTC day on which the last line was stored, or given up; null until then. */
  done: z.string().nullable(),
});
export type SheetRow = z.output<typeof sheetSchema>;

/** A line of a sheet as it is stored; all in hexadecimal digits. */
export type SealedLine = { id: string; digest: string; sealed: string; text: string };

/** What the lines of a sheet have in common. */
export type Common = { sheet: Pick<SheetRow, 'number' | 'fingerprint' | 'day'>; keyId: string };

/** Lines of one call, which may have 95,000 characters. */
export const linesPerCall = 60;

export const readSheets = 'SELECT * FROM sheet ORDER BY number';
export const readTallied = 'SELECT * FROM tallied ORDER BY number';
export const readRevoked = 'SELECT key_id FROM revoked';

/** Begins a sheet; changes nothing where its number is taken, or the same lines came in before. */
export function beginSheet(sheet: Omit<SheetRow, 'done'> & { salt: string }): string {
  const { number, day, fingerprint, salt, lines } = sheet;
  const values = [number, quote(day), quote(fingerprint), quote(salt), lines].join();
  return `INSERT INTO sheet VALUES (${values}, NULL) ON CONFLICT DO NOTHING`;
}

/** Stores lines of a sheet that is not done, unless their key was revoked. */
export function storeLines(lines: readonly SealedLine[], { sheet, keyId }: Common): string {
  const values = lines.map(
    ({ id, digest, sealed, text }) => `(x'${id}', x'${digest}', x'${sealed}', ${quote(text)})`,
  );
  return `INSERT INTO signature
      (id_hash, digest, day, language, lane, state, fresh, sealed, key_id, text_version)
    SELECT column1, column2, ${quote(sheet.day)}, substr(column4, 1, length(column4) - 13), 'paper', 'counted', 1,
      column3, ${quote(keyId)}, column4
    FROM (VALUES ${values.join()}) AS line
    WHERE NOT EXISTS (SELECT 1 FROM signature WHERE id_hash = line.column1)
      AND NOT EXISTS (SELECT 1 FROM revoked WHERE key_id = ${quote(keyId)})
      AND EXISTS (SELECT 1 FROM sheet WHERE ${isOpen(sheet)})
    ON CONFLICT DO NOTHING`;
}

/** How many of the lines are in the database. */
export function countStored(lines: readonly SealedLine[]): string {
  const ids = lines.map(({ id }) => `x'${id}'`).join();
  return `SELECT COUNT(DISTINCT id_hash) AS stored FROM signature WHERE id_hash IN (${ids})`;
}

/** A sheet of fewer lines could be guessed from its fingerprint, with time. */
const fewest = 3;

/** Ends a sheet; from then on nothing leads from it to its rows, nor from a short one to its lines. */
export function endSheet(sheet: Common['sheet'], day: string): string {
  return `UPDATE sheet SET done = ${quote(day)}, salt = NULL,
    fingerprint = CASE WHEN lines < ${fewest} THEN lower(hex(randomblob(32))) ELSE fingerprint END
    WHERE ${isOpen(sheet)}`;
}

/** Writes a number down; changes nothing where its place in the journal is taken. */
export function writeTallied(entry: Tallied): string {
  const { number, kind, day, source, address, signatures, numbers } = entry;
  const values = [kind, day, source, address].map(quote).join();
  return `INSERT INTO tallied VALUES (${number}, ${values}, ${signatures}, ${quote(numbers)}, NULL)
    ON CONFLICT DO NOTHING`;
}

/** Takes a number back. */
export function undoTallied(number: number, day: string): string {
  return `UPDATE tallied SET undone = ${quote(day)} WHERE number = ${number} AND undone IS NULL`;
}

function isOpen({ number, fingerprint }: Common['sheet']): string {
  return `number = ${number} AND fingerprint = ${quote(fingerprint)} AND done IS NULL`;
}

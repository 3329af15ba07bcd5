/**
 * Last step: lines as CSV for a spreadsheet and as JSON Lines for a program, into a new folder that
 * appears whole or not at all. It is given only what may be delivered and can leak nothing else.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { guardedCsv } from './cells.ts';
import { DeliveryError, reasonOf } from './errors.ts';
import type { Delivered } from './obey.ts';

/** One delivered signature. */
export type Line = { number: number; textVersion: string; delivered: Delivered };

/** A file before it is written. */
export type Draft = { name: string; text: string };

const columns = ['number', 'level', 'name', 'country', 'text_version'] as const;
const unfinished = '.unfinished';

/** CSV (RFC 4180) with a byte-order mark, for Excel; every cell quoted, no cell a formula. */
export function writeCsv(lines: readonly Line[]): Draft {
  const text = stringify(lines.map(cellsOf), {
    header: true,
    columns: columns.map((key) => ({ key })),
    bom: true,
    ...guardedCsv,
  });
  return { name: 'signatures.csv', text };
}

/** One JSON object a line, with the columns of the CSV; what a level hides is absent. */
export function writeJsonLines(lines: readonly Line[]): Draft {
  const text = lines.map((line) => `${JSON.stringify(cellsOf(line))}\n`).join('');
  return { name: 'signatures.jsonl', text };
}

/**
 * Writes the files into a new folder named by the UTC time; returns its path. Throws a DeliveryError
 * and leaves no folder when one cannot be written.
 */
export function writeFolder(out: string, now: Date, drafts: readonly Draft[]): string {
  const time = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const folder = join(out, time);
  const temporary = join(out, unfinished);
  try {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    for (const { name, text } of drafts)
      writeFileSync(join(temporary, name), text, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    const next = `Is there room on the disk, and may you write to ${out}? Then run this command again.`;
    throw new DeliveryError('files', `Could not write ${folder}: ${reasonOf(error)}`, next, error);
  }
  return folder;
}

function cellsOf({ number, textVersion, delivered }: Line): Record<string, string | number> {
  const { level } = delivered;
  // Not even the text version, which names the language.
  if (level === 'count') return { number, level };
  const name = level === 'name' ? delivered.name : delivered.initials;
  return { number, level, name, country: delivered.country, text_version: textVersion };
}

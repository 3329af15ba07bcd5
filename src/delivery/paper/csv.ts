/**
 * Reads what was typed from paper: a CSV as spreadsheets write it, with a head. Says what to mend by the number
 * of the line, never with what stands in it.
 */
import { readFileSync, statSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { isRisky } from '../cells.ts';
import { DeliveryError, reasonOf } from '../errors.ts';

/** A line of the file, and its cells by the names in the head. */
export type CsvLine = { line: number; cells: ReadonlyMap<string, string> };

/** What is wrong with a line, and what to do. */
export type Fault = { line: number; say: string };

/** Which columns there must be, and which there may be. */
export type Columns = { needed: readonly string[]; possible: readonly string[] };

const largestFile = 5_000_000;
const mostLines = 20_000;
const faultsShown = 20;

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }),
);

/** Reads a file whole, or throws a DeliveryError that names each line to mend. */
export function readCsv(path: string, columns: Columns): CsvLine[] {
  const text = readText(path);
  const [first, ...rest] = parseRecords(text);
  if (!first) throw refused('The file is empty.', headOf(columns));
  const head = first.record.map((name) => name.trim().toLowerCase());
  const allowed = [...columns.needed, ...columns.possible];
  const isWhole = columns.needed.every((name) => head.includes(name));
  if (!isWhole || head.some((name) => !allowed.includes(name)) || new Set(head).size < head.length)
    throw refused('Its first line is not the head that is needed.', headOf(columns));
  if (rest.length === 0) throw refused('It has a head and no lines.', headOf(columns));
  if (rest.length > mostLines)
    throw refused(
      `It has ${rest.length.toLocaleString('en')} lines.`,
      `Make files of at most ${mostLines.toLocaleString('en')} lines of it.`,
    );
  const faults: Fault[] = [];
  const lines = rest.map(({ record, info: { lines: line } }): CsvLine => {
    if (record.length !== head.length)
      faults.push({
        line,
        say: `it has ${record.length} cells, and the head has ${head.length}. Put a cell into "quotes" that has a comma or a semicolon in it.`,
      });
    const cells = record.map(trimSpaces);
    cells.forEach((cell, place) => {
      if (isRisky(cell))
        faults.push({
          line,
          say: `${head[place] ?? 'a cell'}: it begins with =, +, -, @ or a tab, as a formula does and nothing on paper. Delete that sign.`,
        });
    });
    return { line, cells: new Map(cells.map((cell, place) => [head[place] ?? '', cell])) };
  });
  refuseFaults(faults);
  return lines;
}

/** Throws a DeliveryError where there are faults. */
export function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const shown = faults.slice(0, faultsShown).map(({ line, say }) => `  line ${line}: ${say}`);
  const more = faults.length - shown.length;
  throw new DeliveryError(
    'files',
    [
      'The file is not ready. Nothing was stored.',
      ...shown,
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n'),
    'Mend these lines in the file, then run this command again.',
  );
}

function readText(path: string): string {
  try {
    if (statSync(path).size > largestFile)
      throw refused('It has more than 5 MB.', 'Make several files of it.');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    if (error instanceof TypeError)
      throw refused(
        'Its letters are not written as UTF-8.',
        'Save it from your spreadsheet as “CSV UTF-8”, then run this command again.',
      );
    throw refused(
      `It cannot be read: ${reasonOf(error)}`,
      'Is this the path of the file? Then run this command again.',
    );
  }
}

function parseRecords(text: string): z.output<typeof recordsSchema> {
  const [head = ''] = text.split(/[\r\n]/, 1);
  const delimiter = [';', '\t', ','].find((sign) => head.includes(sign)) ?? ',';
  const options = {
    ...{ bom: true, delimiter, info: true, relax_column_count: true, max_record_size: 20_000 },
    skip_records_with_empty_values: true,
  };
  try {
    return recordsSchema.parse(parse(text, options));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Its own message quotes the file.
    throw refused(
      `The quotes around its cells do not fit, at or before line ${Number(error['lines'])}.`,
      'Save it from your spreadsheet as “CSV UTF-8”, then run this command again.',
    );
  }
}

/** Spaces alone: a tab in front is a sign of its own. */
function trimSpaces(cell: string): string {
  return cell.replace(/^[ \u00a0]+|[ \u00a0]+$/g, '');
}

function headOf({ needed, possible }: Columns): string {
  const also = possible.length > 0 ? `, and where you have it: ${possible.join(', ')}` : '';
  return `Write this as the first line: ${needed.join(',')}${also}. docs/paper.md has an example.`;
}

function refused(message: string, next: string): DeliveryError {
  return new DeliveryError('files', `The file is not ready: ${message} Nothing was stored.`, next);
}

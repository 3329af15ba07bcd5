/**
 * The lines of a batch, as CSV for a spreadsheet and as JSON Lines for a program: first those who chose to
 * be seen, in an order that nobody can know beforehand, then a bare number for each of the others. It is
 * given only what may be delivered and can leak nothing else.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { guardedCsv } from '../cells.ts';
import type { Grouped, ShownLine } from '../dossier/facts.ts';
import type { Person } from './people.ts';

/** Somebody who chose to be seen, with what stands beside the name. */
export type NamedLine = ShownLine & { level: 'initials' | 'name'; textVersion: string };

/** What a table does not show by itself, a line does not name. */
export type Tables = { countries: Grouped; texts: Grouped };

type Cells = {
  number: number;
  level: string;
  name?: string;
  country?: string;
  text_version?: string;
};

const columns = ['number', 'level', 'name', 'country', 'text_version'] as const;
const linesAtOnce = 1000;

/** Those of a batch who chose to be seen, numbered from 1. */
export function* namedLines(people: Iterable<Person>, tables: Tables): Generator<NamedLine> {
  const countries = new Set(tables.countries.shown.map(({ key }) => key));
  const texts = new Set(tables.texts.shown.map(({ key }) => key));
  let number = 0;
  for (const { shown, standing } of people) {
    const { delivered } = shown;
    // Nothing but its number is known of whoever is only counted, not even the language.
    if (delivered.level === 'count') continue;
    const { level, country } = delivered;
    yield {
      number: ++number,
      level,
      name: level === 'name' ? delivered.name : delivered.initials,
      country: country === '' || countries.has(country) ? country : 'other',
      textVersion: texts.has(standing.textVersion) ? standing.textVersion : 'other',
    };
  }
}

/** CSV (RFC 4180) with a byte-order mark, for Excel; every cell quoted, no cell a formula. */
export function writeCsv(path: string, lines: Iterable<NamedLine>, all: number): void {
  const write = (cells: readonly Cells[], header: boolean) =>
    stringify([...cells], {
      header,
      columns: columns.map((key) => ({ key })),
      bom: header,
      ...guardedCsv,
    });
  writeParts(path, lines, all, (cells, at) => write(cells, at === 0));
}

/** One JSON object a line, with the columns of the CSV; what a level hides is absent. */
export function writeJsonLines(path: string, lines: Iterable<NamedLine>, all: number): void {
  writeParts(path, lines, all, (cells) =>
    cells.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
}

/** Writes lines by the thousand, at least once. */
function writeParts(
  path: string,
  lines: Iterable<NamedLine>,
  all: number,
  say: (cells: readonly Cells[], at: number) => string,
): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    let [part, parts]: [Cells[], number] = [[], 0];
    const write = () => {
      // All of it or an error: writeSync may write a part when the disk is full, and throws nothing.
      writeFileSync(file, say(part, parts));
      parts += 1;
      part = [];
    };
    for (const cells of everyLine(lines, all)) {
      part.push(cells);
      if (part.length === linesAtOnce) write();
    }
    if (part.length > 0 || parts === 0) write();
  } finally {
    closeSync(file);
  }
}

function* everyLine(lines: Iterable<NamedLine>, all: number): Generator<Cells> {
  let last = 0;
  for (const { number, level, name, country, textVersion } of lines) {
    last = number;
    yield { number, level, name, country, text_version: textVersion };
  }
  for (let number = last + 1; number <= all; number++) yield { number, level: 'count' };
}

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listFolders, writeFolder } from '../../src/delivery/batch/folder.ts';
import { group } from '../../src/delivery/batch/group.ts';
import { type NamedLine, writeCsv, writeJsonLines } from '../../src/delivery/batch/lines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'undersigned-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function named(name: string, country = 'PL'): NamedLine {
  return { number: 1, level: 'name', textVersion: 'be-0123456789ab', name, country };
}

/** The text of a file of these lines, and of so many people all in all. */
function csvOf(lines: readonly NamedLine[], all = lines.length): string {
  return textOf(writeCsv, lines, all);
}

function textOf(write: typeof writeCsv, lines: readonly NamedLine[], all: number): string {
  const path = join(folder, 'lines');
  rmSync(path, { force: true });
  write(path, lines, all);
  return readFileSync(path, 'utf8');
}

/** The cells of the second line, as a spreadsheet reads them. */
function cells(line: NamedLine): string[] {
  const [, read] = parse(csvOf([line]), { bom: true });
  return read ?? [];
}

describe('signatures.csv', () => {
  it('begins with a byte-order mark and a header, and ends its lines as RFC 4180 says', () => {
    expect(csvOf([named('Ann')])).toBe(
      '\ufeff"number","level","name","country","text_version"\r\n' +
        '"1","name","Ann","PL","be-0123456789ab"\r\n',
    );
  });

  it('has a header and nothing else when nobody signed', () => {
    expect(csvOf([])).toBe('\ufeff"number","level","name","country","text_version"\r\n');
  });

  it('says of somebody who is only counted nothing but that, not even the language', () => {
    expect(parse(csvOf([], 1), { bom: true })[1]).toEqual(['1', 'count', '', '', '']);
  });

  it.each([
    ['=', '=HYPERLINK("https://evil.example")'],
    ['+', '+1+1'],
    ['-', '-2+3'],
    ['@', '@SUM(A1)'],
    ['TAB', '\t=1+1'],
    ['CR', '\r=1+1'],
    ['LF', '\n=1+1'],
    ['a lone TAB', '\tAnn'],
    ['a space', ' =1+1'],
    ['a no-break space', '\u00a0=1+1'],
    ['a zero-width space', '\u200b=1+1'],
    ['a byte-order mark', '\ufeff=1+1'],
    ['full-width ＝', '＝1+1'],
    ['full-width ＋', '＋1'],
    ['full-width －', '－1'],
    ['full-width ＠', '＠SUM(A1)'],
    ['small ﹦', '﹦1+1'],
    ['a minus sign', '−1'],
  ])('makes no formula of a name or a country that begins with %s', (_, text) => {
    expect(cells(named(text, text)).slice(2, 4)).toEqual([`'${text}`, `'${text}`]);
  });

  it.each(['Ann "Bee"', 'a,b', 'a;b', 'two\nlines', "O'Neill", 'Анна-Марыя', 'x=1', 'محمد'])(
    'gives %s back as it is',
    (text) => {
      expect(cells(named(text))[2]).toBe(text);
    },
  );

  it('never lets text break out of its cell or begin a formula, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'binary-ascii' }),
        (name, country) => {
          const read = cells(named(name, country));
          expect(read).toHaveLength(5);
          expect([name, `'${name}`]).toContain(read[2]);
          expect([country, `'${country}`]).toContain(read[3]);
          for (const cell of read) expect(cell).not.toMatch(/^[\s\p{C}]*[=+\-@＝＋－＠]/u);
        },
      ),
    );
  });
});

describe('signatures.jsonl', () => {
  it('has one object a line, without the fields that a level hides', () => {
    const line: NamedLine = { ...named('A. B.'), level: 'initials', textVersion: 'be-1' };
    expect(textOf(writeJsonLines, [line], 2)).toBe(
      '{"number":1,"level":"initials","name":"A. B.","country":"PL","text_version":"be-1"}\n' +
        '{"number":2,"level":"count"}\n',
    );
  });
});

describe('both files', () => {
  it('have all lines of many, numbered without a gap, and one header', () => {
    const lines = Array.from({ length: 2500 }, (_, at) => ({ ...named('Ann'), number: at + 1 }));
    const numbers = (rows: string[]) => rows.map(Number);
    const expected = Array.from({ length: 4100 }, (_, at) => at + 1);
    const [head, ...rows] = parse(csvOf(lines, 4100), { bom: true });
    expect(head?.[0]).toBe('number');
    expect(numbers(rows.map((row) => row[0] ?? ''))).toEqual(expected);
    const json = textOf(writeJsonLines, lines, 4100).trim().split('\n');
    expect(json.map((line) => Number(/\d+/.exec(line)?.[0]))).toEqual(expected);
  });
});

describe('small numbers', () => {
  const shownOf = (numbers: Record<string, number>, unnamed: string[] = []) => {
    const { shown, other } = group(new Map(Object.entries(numbers)), unnamed);
    return [Object.fromEntries(shown.map(({ key, number }) => [key, number])), other];
  };

  it.each<[string, Record<string, number>, Record<string, number>, number]>([
    ['ten and more stand by themselves', { PL: 30, LT: 10 }, { PL: 30, LT: 10 }, 0],
    ['several small ones make a group', { PL: 30, LT: 6, LV: 5 }, { PL: 30 }, 11],
    ['a small one takes the next smallest with it', { PL: 30, LT: 20, LV: 9 }, { PL: 30 }, 29],
    ['so do several that are small together', { PL: 30, LT: 20, LV: 4, EE: 5 }, { PL: 30 }, 29],
    ['one alone leaves no table', { PL: 30, LT: 1 }, {}, 31],
    ['a batch below ten has no table', { PL: 3, LT: 2 }, {}, 5],
    ['nobody has no table', {}, {}, 0],
  ])('are grouped: %s', (_, numbers, shown, other) => {
    expect(shownOf(numbers)).toEqual([shown, other]);
  });

  it('hide a small country among those who named none, when those are not all of it', () => {
    expect(shownOf({ PL: 30, LT: 1, '': 400 }, [''])).toEqual([{ PL: 30 }, 401]);
    expect(shownOf({ PL: 30, '': 400 }, [''])).toEqual([{ PL: 30 }, 400]);
    expect(shownOf({ PL: 30, LT: 20, '': 2 }, [''])).toEqual([{ PL: 30 }, 22]);
  });

  it('can never be worked out from the others and the total', () => {
    const numbers = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      fc.integer({ min: 0, max: 40 }),
    );
    fc.assert(
      fc.property(numbers, (all) => {
        const { shown, other } = group(new Map(Object.entries(all)));
        const total = Object.values(all).reduce((sum, number) => sum + number, 0);
        const hidden = Object.entries(all).filter(
          ([key, number]) => number > 0 && !shown.some((one) => one.key === key),
        );
        expect(shown.reduce((sum, { number }) => sum + number, other)).toBe(total);
        for (const { number } of shown) expect(number).toBeGreaterThanOrEqual(10);
        if (hidden.length > 0 && shown.length > 0) {
          expect(hidden.length).toBeGreaterThanOrEqual(2);
          expect(other).toBeGreaterThanOrEqual(10);
        }
      }),
    );
  });
});

describe('the folder of a batch', () => {
  const fill = (text: string) => (path: string) => {
    writeFileSync(join(path, 'file'), text);
    return Promise.resolve();
  };

  it('is one that only this user can read', async () => {
    const made = await writeFolder(folder, 'batch-001', fill('text'));
    expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(listFolders(folder)).toEqual([{ number: 1, folder: join(folder, 'batch-001') }]);
  });

  it('takes the place of an older one only when it is whole', async () => {
    await writeFolder(folder, 'batch-001', fill('first'));
    const fails = (path: string) => {
      writeFileSync(join(path, 'secret'), 'half');
      return Promise.reject(Object.assign(new Error('ENOSPC: no space'), { errno: -28 }));
    };
    await expect(writeFolder(folder, 'batch-001', fails)).rejects.toThrow(
      /Could not write .*ENOSPC/,
    );
    expect(readdirSync(folder)).toEqual(['batch-001']);
    expect(readFileSync(join(folder, 'batch-001/file'), 'utf8')).toBe('first');
    await writeFolder(folder, 'batch-001', fill('second'));
    expect(readFileSync(join(folder, 'batch-001/file'), 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['batch-001']);
  });

  it('is not disturbed by what an interrupted run left', async () => {
    mkdirSync(join(folder, '.unfinished', 'dossier'), { recursive: true });
    await writeFolder(folder, 'batch-001', fill('text'));
    expect(readdirSync(folder)).toEqual(['batch-001']);
  });

  it('counts a fault of this program as no fault of the disk', async () => {
    const fails = () => Promise.reject(new TypeError('quotes Ann Bee'));
    await expect(writeFolder(folder, 'batch-001', fails)).rejects.toThrow(TypeError);
    expect(readdirSync(folder)).toEqual([]);
  });
});

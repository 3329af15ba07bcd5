import { mkdtempSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Line, writeCsv, writeFolder, writeJsonLines } from '../../src/delivery/write.ts';
import { now } from './stage.ts';

function named(name: string, country = 'PL'): Line {
  return { number: 1, textVersion: 'be-0123456789ab', delivered: { level: 'name', name, country } };
}

/** The cells of the second line, as a spreadsheet reads them. */
function cells(line: Line): string[] {
  const [, read] = parse(writeCsv([line]).text, { bom: true });
  return read ?? [];
}

describe('signatures.csv', () => {
  it('begins with a byte-order mark and a header, and ends its lines as RFC 4180 says', () => {
    expect(writeCsv([named('Ann')]).text).toBe(
      '\ufeff"number","level","name","country","text_version"\r\n' +
        '"1","name","Ann","PL","be-0123456789ab"\r\n',
    );
  });

  it('has a header and nothing else when nobody signed', () => {
    expect(writeCsv([]).text).toBe('\ufeff"number","level","name","country","text_version"\r\n');
  });

  it('says of somebody who is only counted nothing but that, not even the language', () => {
    const line: Line = { number: 7, textVersion: 'ru-0123456789ab', delivered: { level: 'count' } };
    expect(cells(line)).toEqual(['7', 'count', '', '', '']);
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
    const { text } = writeJsonLines([
      { number: 1, textVersion: 'be-1', delivered: { level: 'count' } },
      {
        number: 2,
        textVersion: 'be-1',
        delivered: { level: 'initials', initials: 'A. B.', country: 'PL' },
      },
    ]);
    expect(text).toBe(
      '{"number":1,"level":"count"}\n' +
        '{"number":2,"level":"initials","name":"A. B.","country":"PL","text_version":"be-1"}\n',
    );
  });
});

describe('writeFolder', () => {
  let out: string;
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'undersigned-'));
  });
  afterEach(() => {
    rmSync(out, { recursive: true });
  });

  it('makes a folder named by the UTC time that only this user can read', () => {
    const folder = writeFolder(out, now, [{ name: 'a', text: 'b' }]);
    expect(folder).toBe(join(out, '2026-11-23T12-34-56Z'));
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'a')).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
  });

  it('leaves nothing when a file cannot be written', () => {
    const drafts = [
      { name: 'first', text: 'secret' },
      { name: 'no/such/folder', text: '' },
    ];
    expect(() => writeFolder(out, now, drafts)).toThrow(/Could not write/);
    expect(readdirSync(out)).toEqual([]);
  });

  it('clears away what an interrupted run left', () => {
    mkdirSync(join(out, '.unfinished'));
    writeFolder(out, now, []);
    expect(readdirSync(out)).toEqual(['2026-11-23T12-34-56Z']);
  });

  it('never writes into a delivery that is there already', () => {
    writeFolder(out, now, [{ name: 'a', text: 'first' }]);
    expect(() => writeFolder(out, now, [{ name: 'a', text: 'second' }])).toThrow(/Could not write/);
    expect(readdirSync(out)).toEqual(['2026-11-23T12-34-56Z']);
  });
});

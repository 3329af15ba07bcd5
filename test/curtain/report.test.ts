import { describe, expect, it } from 'vitest';
import { byteFilter, packetFilter } from './filter.ts';
import type { Row } from './measure.ts';
import { failures } from './report.ts';

const well: Row = {
  language: 'be',
  filter: byteFilter,
  front: 3500,
  page: 5900,
  tries: 5,
  whole: 5,
  signed: 5,
  signedPadded: 5,
  toRelay: 0,
  toOwnAgain: 0,
  seconds: [1],
  troubles: [],
};

describe('a run behind the curtain', () => {
  it('is well when every visit signed, and every page came whole through 16 KB', () => {
    expect(failures([well])).toEqual([]);
  });

  it.each([
    [{ signed: 4 }, 'be, 16 KB: signed 4 of 5'],
    [{ signedPadded: 0 }, 'be, 16 KB: signed when padded 0 of 5'],
    [{ whole: 4 }, 'be, 16 KB: whole 4 of 5'],
  ])('fails by what did not hold: %o', (change, said) => {
    expect(failures([{ ...well, ...change }])).toEqual([said]);
  });

  it('asks of 25 packets that half of the pages of all languages come whole', () => {
    const rows = [4, 1].map((whole) => ({ ...well, filter: packetFilter, whole }));
    expect(failures(rows)).toEqual([]);
    expect(failures([...rows, { ...well, filter: packetFilter, whole: 2 }])).toEqual([
      '25 packets, 60 ms: whole 7 of 15, less than half',
    ]);
  });
});

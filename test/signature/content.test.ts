import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url, toBinary, toBytes } from '../../src/signature/bytes.ts';
import { readContent, writeContent } from '../../src/signature/content.ts';

describe('content', () => {
  it('reads back as it was written, in one of two sizes', () => {
    const entry = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(
        fc.record({ level: entry, name: entry, email: entry, country: entry }),
        (content) => {
          const written = writeContent(content);
          fc.pre(written.length <= 512);
          expect([256, 512]).toContain(written.length);
          expect(readContent(toBytes(written))).toEqual(content);
        },
      ),
    );
  });

  it('fits the larger size with the mark, a country, news, and a name and an e-mail of 350 bytes together', () => {
    const written = writeContent({
      mark: 'x'.repeat(43),
      level: 'initials',
      name: 'а'.repeat(100),
      email: `${'a'.repeat(138)}@example.org`,
      country: 'Рэспубліка Беларусь',
      news: 'on',
    });
    expect(written.length).toBe(512);
  });

  it.each([
    ['a third size', new Uint8Array(257)],
    ['no size at all', new Uint8Array(0)],
    ['padding that is not empty', toBytes('{}' + '\0'.repeat(100) + 'x' + '\0'.repeat(153))],
    ['text that is not JSON', toBytes('{"level":'.padEnd(256, '\0'))],
    ['bytes that are not UTF-8', toBytes('"\xff"'.padEnd(256, '\0'))],
  ])('is not read from %s', (_, bytes) => {
    expect(readContent(bytes)).toBeUndefined();
  });
});

describe('base64url', () => {
  it('reads back what it wrote, and nothing that it would not write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 99 }), (bytes) => {
        const text = toBase64url(toBinary(bytes));
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64url(text)).toBe(toBinary(bytes));
      }),
    );
    for (const text of ['A', 'AB=', 'A+/=', 'AB', 'ä', 'A B'])
      expect(fromBase64url(text), text).toBeUndefined();
  });
});

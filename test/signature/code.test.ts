import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainOf, drawCode, idHashOfPass, readCode, showCode } from '../../src/signature/code.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('a withdrawal code', () => {
  it('has 26 random characters and a check character, all easy to type', () => {
    for (let draw = 0; draw < 200; draw++) expect(drawCode()).toMatch(/^[0-9A-HJKMNP-TV-Z]{27}$/);
  });

  it('is never drawn twice', () => {
    expect(new Set(Array.from({ length: 1000 }, drawCode)).size).toBe(1000);
  });

  it('is read back as it is shown, in any case, with any dashes and spaces', () => {
    const code = drawCode();
    const shown = showCode(code);
    expect(shown).toMatch(/^(.{4}-){6}.{3}$/);
    for (const typed of [
      shown,
      shown.toLowerCase(),
      ` ${code} `,
      shown.replaceAll('-', ' — '),
      code,
    ])
      expect(readCode(typed)).toBe(code);
  });

  it('is read with O for zero and I or L for one', () => {
    const code = Array.from({ length: 500 }, drawCode).find(
      (one) => one.includes('0') && one.includes('1'),
    );
    expect(readCode((code ?? '').replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(code);
    expect(readCode((code ?? '').replaceAll('0', 'O').replaceAll('1', 'I'))).toBe(code);
  });

  it('is read with the digits of Arabic and Persian keyboards', () => {
    const code = drawCode();
    for (const zero of ['٠', '۰']) {
      const typed = code.replace(/\d/g, (digit) =>
        String.fromCharCode(zero.charCodeAt(0) + Number(digit)),
      );
      expect(readCode(typed)).toBe(code);
    }
  });

  it('tells every single wrong character, and every two neighbours that changed places', () => {
    const code = drawCode();
    for (let at = 0; at < code.length; at++) {
      for (const other of alphabet)
        if (other !== code[at])
          expect(readCode(code.slice(0, at) + other + code.slice(at + 1))).toBeUndefined();
      const swapped =
        code.slice(0, at) + (code[at + 1] ?? '') + (code[at] ?? '') + code.slice(at + 2);
      if (swapped !== code) expect(readCode(swapped)).toBeUndefined();
    }
  });

  it('is not read from anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (typed) => {
        expect(readCode(typed)).toBeUndefined();
      }),
    );
    expect(readCode('')).toBeUndefined();
    expect(readCode(drawCode() + '0')).toBeUndefined();
    expect(readCode(drawCode().slice(1))).toBeUndefined();
  });

  it('leads by hashes to a mark, a pass and the id hash, and each of them to the id hash', async () => {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
    const code = drawCode();
    const [mark, pass, idHash] = await chainOf(code);
    expect([mark, pass, idHash]).toEqual([sha256(code), sha256(mark), sha256(pass)]);
    expect(await idHashOfPass(pass)).toBe(idHash);
  });
});

/**
 * The withdrawal code: drawn before anything is sent, shown to the signer alone; it leaves the device
 * to withdraw. A chain of hashes follows from it: the mark is sealed inside and proves, on opening,
 * that the signer made a row; the pass is shown to the signer's own host; the id hash is stamped,
 * bound and stored. Whoever knows one of them knows those after it and none before.
 * Alphabet and check symbol are Douglas Crockford's base 32 (crockford.com/base32.html).
 */
import { type Binary, toBase64url, toBinary, toBytes } from './bytes.ts';

export const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const randomCharacters = 26;
const modulus = 37;

/**
 * Draws a code: 26 random characters (130 bits) and a check character. Crockford's check is modulo 37
 * and its five symbols beyond the alphabet are hard to type, so a draw that needs one is drawn again.
 */
export function drawCode(): string {
  let code = '';
  let rest = 0;
  for (const byte of crypto.getRandomValues(new Uint8Array(randomCharacters))) {
    code += alphabet.charAt(byte & 31);
    rest = (rest * 32 + (byte & 31)) % modulus;
  }
  const check = alphabet[rest];
  return check ? code + check : drawCode();
}

/** What follows from a code, each the hash of the one before. The page, short of bytes, has its own. */
export async function chainOf(code: string): Promise<[mark: string, pass: string, idHash: string]> {
  const mark = await hashCode(code);
  const pass = await hashCode(mark);
  return [mark, pass, await hashCode(pass)];
}

/** The id hash that a pass leads to. */
export function idHashOfPass(pass: string): Promise<string> {
  return hashCode(pass);
}

/** SHA-256 as it travels: base64url, 43 characters. */
export async function hashCode(code: Binary): Promise<string> {
  return toBase64url(toBinary(await crypto.subtle.digest('SHA-256', toBytes(code))));
}

/** How a code is shown: in groups of four, joined by dashes. */
export function showCode(code: string): string {
  return code.replace(/.{4}/g, '$&-');
}

/**
 * Reads a code as typed: any case, any dashes and spaces, O for 0, I and L for 1, Arabic digits.
 * Undefined when its length, a character or the check character is wrong, which says nothing about
 * who signed.
 */
export function readCode(typed: string): string | undefined {
  const code = readCharacters(typed);
  const digits = code.slice(0, randomCharacters);
  const wellFormed = code.length === randomCharacters + 1 && !/[^0-9A-HJKMNP-TV-Z]/.test(code);
  return wellFormed && alphabet[remainder(digits)] === code.at(-1) ? code : undefined;
}

/** What was typed, in the alphabet's own characters where it knows them, without dashes and spaces. */
export function readCharacters(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}

/** The number that the characters write in base 32, modulo 37: the place of the check character. */
export function remainder(characters: string): number {
  return Array.from(characters, (one) => alphabet.indexOf(one)).reduce(
    (rest, digit) => (rest * 32 + digit) % modulus,
    0,
  );
}

/**
 * Bytes as the page can afford them: a binary string has one character a byte (0 to 255), as btoa
 * takes it, so that "+" joins and slice cuts. First link of every step, in the page, in the Worker
 * and on the campaigner's machine; it keeps nothing.
 */

/** A string of which each character is one byte. */
export type Binary = string;

/** Bytes on a plain buffer, as WebCrypto and D1 take them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A binary string as bytes. */
export function toBytes(binary: Binary): Bytes {
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Bytes, or a buffer as WebCrypto returns it, as a binary string. */
export function toBinary(bytes: ArrayBuffer | Uint8Array): Binary {
  return String.fromCharCode(...new Uint8Array(bytes));
}

/** Text in UTF-8. */
export function utf8(text: string): Binary {
  return toBinary(new TextEncoder().encode(text));
}

/** Makes a key of raw bytes for one of WebCrypto's algorithms. */
export function importKey(
  binary: Binary,
  algorithm: string | HmacImportParams | EcKeyImportParams,
  ...uses: KeyUsage[]
): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', toBytes(binary), algorithm, false, uses);
}

/** HMAC-SHA256: 32 bytes. */
export async function hmac(key: Binary, binary: Binary): Promise<Binary> {
  const imported = await importKey(key, { name: 'HMAC', hash: 'SHA-256' }, 'sign');
  return toBinary(await crypto.subtle.sign('HMAC', imported, toBytes(binary)));
}

/** base64url without padding (RFC 4648, section 5). */
export function toBase64url(binary: Binary): string {
  // "+" is below "-", "/" below "0", and "=" above both.
  return btoa(binary).replace(/\W/g, (sign) => (sign < '-' ? '-' : sign < '0' ? '_' : ''));
}

/** The mirror of toBase64url; undefined for text that no encoder writes, so each value has one form. */
export function fromBase64url(text: string): Binary | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return toBase64url(binary) === text ? binary : undefined;
}

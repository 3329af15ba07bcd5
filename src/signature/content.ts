/**
 * The content of a sealed part and its padding. Written where it is sealed, read only where it is
 * opened: on the campaigner's machine.
 */
import { type Binary, toBinary } from './bytes.ts';

/** The choices of what the target sees, from the most protective to the least. */
export const levels = ['count', 'initials', 'name'] as const;
export type Level = (typeof levels)[number];

/** The fields of the form that are sealed. */
export const contentFields = ['level', 'name', 'email', 'country', 'news'] as const;

/**
 * What a person entered, as typed and unchecked; what was left empty is absent. The mark, which was
 * not entered, proves who sealed it (code.ts).
 */
export type Content = Partial<Record<(typeof contentFields)[number] | 'mark', string>>;

/**
 * The two sizes of a plaintext, in bytes. 512 rather than more: a body with it stays under 1,000
 * bytes, which is what gets through the worst link.
 */
export const contentSizes: readonly number[] = [256, 512];

/** JSON in UTF-8, filled with zero bytes to one of two sizes; what fits neither is refused by its size. */
export function writeContent(content: Content): Binary {
  const json = toBinary(new TextEncoder().encode(JSON.stringify(content)));
  return json.padEnd(json.length > 256 ? 512 : 256, '\0');
}

/** The mirror of writeContent, up to the JSON value; undefined for any other size, padding or text. */
export function readContent(plaintext: Uint8Array): unknown {
  if (!contentSizes.includes(plaintext.length)) return undefined;
  const zero = plaintext.indexOf(0);
  const end = zero < 0 ? plaintext.length : zero;
  if (plaintext.subarray(end).some((byte) => byte !== 0)) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext.subarray(0, end)));
  } catch {
    return undefined;
  }
}

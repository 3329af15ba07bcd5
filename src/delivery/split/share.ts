/**
 * One holder's share as text: five lines of five groups, to be scanned or typed. docs/keys.md describes
 * the format for whoever has to read it without this software. The last group of each line checks all
 * that stands before it, so that a typing error is found in its line.
 */
import { createHash } from 'node:crypto';
import type { Bytes } from '../../signature/bytes.ts';
import { alphabet, readCharacters } from '../../signature/code.ts';

/** Enough for a campaign, and few enough that every way to combine them is tried before it is done. */
export const mostHolders = 12;
export const lineCount = 5;

/** Any so many of the holders open. */
export type Among = { needed: number; holders: number };

export type Share = Among & {
  /** Which of the shares this is, from 1. */
  number: number;
  /** 8 characters that the shares of one split have in common. */
  set: string;
  keyId: string;
  /** As the library writes it: 32 bytes of y, one for each byte of the private key, then x. */
  part: Bytes;
};

const version = '1';
const dataPerLine = 16;
const characters = { check: 4, keyId: 15, part: 53 };
const bytesOf = { keyId: 9, part: 33 };
const any = '[0-9A-HJKMNP-TV-Z]';
const layout = new RegExp(
  `^${version}(${any})(${any})(${any})(${any}{8})(${any}{15})(${any}{53})$`,
);

/** The five lines of a share, in groups of four joined by dashes. */
export function writeShare(share: Share): string[] {
  const header = [share.needed, share.holders, share.number].map((count) => alphabet.charAt(count));
  const keyId = Buffer.from(`${share.keyId}A`, 'base64url');
  const data = [
    version,
    ...header,
    share.set,
    toDigits(keyId, characters.keyId),
    toDigits(share.part, characters.part),
  ].join('');
  return Array.from({ length: lineCount }, (_, line) => {
    const before = data.slice(0, line * dataPerLine);
    const own = data.slice(before.length, before.length + dataPerLine);
    return (own + checkOf(before + own)).match(/.{4}/g)?.join('-') ?? '';
  });
}

/**
 * Reads one line as typed: any case, any dashes and spaces; `before` is what the lines before it gave.
 * Undefined when it is mistyped, or not the line whose turn it is.
 */
export function readLine(before: string, typed: string): string | undefined {
  const line = readCharacters(typed);
  const own = line.slice(0, dataPerLine);
  const whole = line.length === dataPerLine + characters.check;
  return whole && line.slice(dataPerLine) === checkOf(before + own) ? own : undefined;
}

/** The share that five lines gave; undefined when another version of this software wrote it. */
export function readShare(data: string): Share | undefined {
  const [, needed = '', holders = '', number = '', set = '', id = '', written = ''] =
    layout.exec(data) ?? [];
  const keyId = toBytes(id, bytesOf.keyId)?.toString('base64url') ?? '';
  const part = toBytes(written, bytesOf.part);
  // The library takes a share at x = 0, which would be the key itself: whoever made one could choose it.
  if (!part || part.at(-1) === 0 || !keyId.endsWith('A')) return undefined;
  const share = {
    needed: alphabet.indexOf(needed),
    holders: alphabet.indexOf(holders),
    number: alphabet.indexOf(number),
    set,
    keyId: keyId.slice(0, -1),
    part: new Uint8Array(part),
  };
  return canSplit(share) && share.number >= 1 && share.number <= share.holders ? share : undefined;
}

/** Two needed at least, since one would be the whole key; and never more than there are. */
export function canSplit({ needed, holders }: Among): boolean {
  return needed >= 2 && needed <= holders && holders <= mostHolders;
}

/** The first 20 bits of SHA-256, as four characters. */
function checkOf(data: string): string {
  const bits = createHash('sha256').update(data).digest().readUIntBE(0, 3) >> 4;
  return inBase32(BigInt(bits), characters.check);
}

/** Bytes as one number, the first byte the highest. */
function toDigits(bytes: Uint8Array, count: number): string {
  return inBase32(BigInt(`0x${Buffer.from(bytes).toString('hex')}`), count);
}

function inBase32(value: bigint, count: number): string {
  const digits = Array.from({ length: count }, (_, place) =>
    alphabet.charAt(Number((value >> BigInt(5 * place)) & 31n)),
  );
  return digits.reverse().join('');
}

/** The mirror of toDigits; undefined for a number that needs more bytes. */
function toBytes(digits: string, count: number): Buffer | undefined {
  const value = Array.from(digits).reduce(
    (sum, digit) => sum * 32n + BigInt(alphabet.indexOf(digit)),
    0n,
  );
  const hex = value.toString(16).padStart(2 * count, '0');
  return hex.length === 2 * count ? Buffer.from(hex, 'hex') : undefined;
}

/**
 * A sealed signature as a text that a person carries: the page writes it where nothing gets through, the
 * courier's page reads it. Holds what a body holds and nothing that tells the carrier who signed: no
 * tag, no token, and of the code only the pass. One text is one line; it has no spaces.
 */
import type { Binary } from './bytes.ts';
import { hashCode } from './code.ts';

/** What a carried body holds, under the names of the wire. */
export type Carried = Record<'stamp' | 'key' | 'text' | 'pass' | 'sealed', string>;

/** A line as it was pasted, or several that are one text, and what it holds; nothing where it is damaged. */
export type Pasted = { line: string; carried: Carried | undefined };

/** A day and six parts behind it; whether they are the right ones, the check says. */
const form = /\d{4}-\d\d-\d\d(\.[\w-]+){6}/;
/** How a text begins, and nothing in the midst of one. */
const beginning = /\d{4}-\d\d-\d\d\.\d/;
/** What mail programs put around the lines that they break, and messengers between the letters. */
const wrapping = /^[\s>|]+|[\s=]+$|\p{Cf}/gu;
/** Into how many lines a text may be broken: the longest has 900 characters. */
const parts = 30;

/**
 * Writes the text, about 600 characters: stamp, key, text version, pass, sealed part and the first 6
 * characters of their hash, joined by dots. The hash is the page's own, lent by the signing script.
 */
export async function writeCarried(
  parts: [stamp: unknown, key: unknown, text: unknown, pass: unknown, sealed: unknown],
  hash: (binary: Binary) => Promise<string>,
): Promise<string> {
  const joined = parts.join('.');
  return `${joined}.${(await hash(joined)).slice(0, 6)}`;
}

/**
 * Finds the text in a line: bare or behind a link, whatever quotes and full stops stand around it.
 * Undefined where it is damaged or cut, and where there is none.
 */
export async function readCarried(line: string): Promise<Carried | undefined> {
  const [found = ''] = form.exec(line) ?? [];
  const [day = '', counter = '', key = '', text = '', pass = '', sealed = ''] = found.split('.');
  const stamp = `${day}.${counter}`;
  const again = await writeCarried([stamp, key, text, pass, sealed], hashCode);
  const whole = Date.parse(day) > 0 && again === found;
  return whole ? { stamp, key, text, pass, sealed } : undefined;
}

/**
 * Reads everything that was pasted, one text a line. Lines that make a text only together are one: its
 * check tells them apart from lines that merely follow each other.
 */
export async function readPasted(pasted: string): Promise<Pasted[]> {
  const lines = pasted.split('\n').filter((line) => line.trim());
  const found: Pasted[] = [];
  while (lines.length > 0) {
    let carried: Carried | undefined;
    let length = 0;
    do carried = await readCarried(joinLines(lines.slice(0, ++length)));
    while (!carried && length < parts && continues(lines[length]));
    found.push({ line: lines.splice(0, carried ? length : 1).join('\n'), carried });
  }
  return found;
}

function continues(line: string | undefined): boolean {
  return line !== undefined && !beginning.test(line);
}

function joinLines(lines: string[]): string {
  return lines.map((line) => line.replace(wrapping, '')).join('');
}

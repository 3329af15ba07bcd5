/**
 * Reads a text file of the content. UTF-8 with or without a byte order mark and either kind of line end
 * is fine; any other encoding would show wrong letters and is named.
 */
import { readFileSync } from 'node:fs';
import type { Mistake } from './mistake.ts';

export type ReadFile = { ok: true; text: string } | { ok: false; mistake: Mistake };

/** The text with plain line ends; or the mistake, at the first line that is not UTF-8. */
export function readFile(file: string): ReadFile {
  const bytes = readFileSync(file);
  const marks = bytes.subarray(0, 2).toString('hex');
  if (marks === 'fffe' || marks === 'feff') return refuse(file, 1, 'UTF-16 (“Unicode”)');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { ok: true, text: text.replaceAll(/\r\n?/g, '\n') };
  } catch {
    const lines = bytes.toString('latin1').split('\n');
    const line = lines.findIndex((text) => !isUtf8(Buffer.from(text, 'latin1'))) + 1;
    return refuse(file, line, guess(Buffer.from(lines[line - 1] ?? '', 'latin1')));
  }
}

function refuse(file: string, line: number, encoding: string): ReadFile {
  const what = `This file is not saved as UTF-8 but as ${encoding}: other letters would be shown.`;
  const how = 'Open it in your editor and save it again with the encoding UTF-8.';
  return { ok: false, mistake: { file, line, what, mend: { how, lines: [], over: 0 } } };
}

function isUtf8(bytes: Buffer): boolean {
  return !bytes.toString('utf8').includes('�') || bytes.includes('�');
}

/** Two single-byte encodings, told apart by whether the line then reads as Cyrillic. */
function guess(bytes: Buffer): string {
  const cyrillic = new TextDecoder('windows-1251').decode(bytes);
  return (cyrillic.match(/\p{Script=Cyrillic}/gu)?.length ?? 0) > 3
    ? 'Windows-1251'
    : 'another encoding';
}

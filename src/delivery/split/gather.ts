/**
 * Gathers shares until there are enough: out of files, or typed line by line. Each is held against the
 * ones before it, so that a share of another key or split, or the same one twice, is told at once. No
 * message holds a character of a share's part.
 */
import { DeliveryError } from '../errors.ts';
import { readBytes } from '../protected.ts';
import { type Hidden, openHidden, ownTerminal, type Terminal } from '../terminal.ts';
import { lineCount, readLine, readShare, type Share } from './share.ts';

/** Gathers shares; `admit` sees the first one, and throws where it is of no use here. */
export type Gather = (admit: (share: Share) => void) => Promise<Share[]>;

const anyGroup = '[\\da-z]{4}';
/** A line of a share as text: five groups of four, with or without what parts them. */
const likeLine = new RegExp(`^${anyGroup}(?:[\\s\\p{Pd}]*${anyGroup}){${lineCount - 1}}$`, 'iu');

const otherVersion = 'Another version of this software wrote this share.';

/** Shares out of files: the page of a share, or its five lines as they were scanned or typed. */
export function shareFiles(files: readonly string[]): Gather {
  return (admit) => {
    const gathered: Share[] = [];
    for (const file of files) {
      const share = readShareFile(file);
      if (gathered.length === 0) admit(share);
      const fault = faultBeside(gathered, share);
      if (fault !== undefined) throw notTaken(`${file}: ${fault}`);
      gathered.push(share);
    }
    const [{ needed, holders } = { needed: 2, holders: undefined }] = gathered;
    if (gathered.length >= needed) return Promise.resolve(gathered);
    throw new DeliveryError(
      'keys',
      `Too few shares: ${gathered.length} given, and ${needed} ${holders === undefined ? 'or more' : `of ${holders}`} are needed. Nothing was changed.`,
      'Name a file for each: npm run keys -- --combine FILE FILE …\nOr name none, and type them.',
    );
  };
}

/** Shares as they are typed, each line checked at once; a line or a share that is wrong is asked again. */
export function typedShares(terminal: Terminal = ownTerminal): Gather {
  return async (admit) => {
    const hidden = openHidden(
      terminal,
      'Shares of the key are',
      'name a file for each share: npm run keys -- --combine FILE FILE …',
    );
    const tell = (line: string) => terminal.output.write(`${line}\n`);
    tell('Type the five lines of each share. Big or small letters, with or without dashes.');
    tell('Nothing appears while you type, and each line is checked. Ctrl-C stops.');
    const gathered: Share[] = [];
    try {
      for (;;) {
        const share = readShare(await typeLines(gathered.length + 1, hidden, tell));
        if (share && gathered.length === 0) admit(share);
        const fault = share ? faultBeside(gathered, share) : otherVersion;
        if (fault !== undefined) tell(`${fault} Take another paper.`);
        if (!share || fault !== undefined) continue;
        gathered.push(share);
        const left = share.needed - gathered.length;
        tell(`Share ${share.number} of ${share.holders} is read. Still needed: ${left}.`);
        if (left === 0) return gathered;
      }
    } finally {
      hidden.close();
    }
  };
}

/** Reads a share back out of a file. Throws a DeliveryError that names the line at fault. */
export function readShareFile(file: string): Share {
  const text = new TextDecoder().decode(readBytes(file)).replace(/<[^>]*>/g, '');
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const found = lines.filter((line) => likeLine.test(line));
  if (found.length !== lineCount)
    throw notTaken(`${file} has ${found.length} lines of a share, and a share has ${lineCount}.`);
  let data = '';
  for (const [at, line] of found.entries()) {
    const own = readLine(data, line);
    if (own === undefined) throw notTaken(`${file}: line ${at + 1} of the share is mistyped.`);
    data += own;
  }
  const share = readShare(data);
  if (share) return share;
  throw notTaken(`${file}: ${otherVersion}`);
}

/** What the five lines of a share give, once each of them is right. */
async function typeLines(
  paper: number,
  hidden: Hidden,
  tell: (line: string) => void,
): Promise<string> {
  const lines: string[] = [];
  while (lines.length < lineCount) {
    const place = `line ${lines.length + 1}`;
    const own = readLine(lines.join(''), await hidden.ask(`Paper ${paper}, ${place}: `));
    if (own === undefined) tell(`That is not ${place} as it is printed. Type it again.`);
    else lines.push(own);
  }
  return lines.join('');
}

/** Why a share does not go with those before it; undefined when it does. */
function faultBeside([first, ...more]: readonly Share[], share: Share): string | undefined {
  if (!first) return undefined;
  if (first.keyId !== share.keyId)
    return `This is a share of the key ${share.keyId}, and the first one is of ${first.keyId}.`;
  if (first.set !== share.set)
    return `This is a share of the split ${share.set}, and the first one is of ${first.set}: the key was split more than once.`;
  if ([first, ...more].some((one) => one.number === share.number))
    return `This is share ${share.number} of ${share.holders} again.`;
  return undefined;
}

function notTaken(fault: string): DeliveryError {
  return new DeliveryError(
    'keys',
    `${fault} Nothing was changed.`,
    'Look at the paper, mend the file or name another one, and run this again.',
  );
}

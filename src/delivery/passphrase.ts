/**
 * Where the passphrase of a private key comes from: typed on the terminal without echo, or the first
 * line of a file. It is never an argument or a variable of the environment, which other programs can
 * read, and never part of a message; a drawn one is shown once, on the terminal alone.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { drawCode, readCode, showCode } from '../signature/code.ts';
import { DeliveryError, reasonOf } from './errors.ts';
import { openHidden, ownTerminal, type Terminal } from './terminal.ts';

/** Asks for the passphrase of a file; `left` is how many tries there are, this one included. */
export type Ask = {
  tries: number;
  passphrase: (file: string, left: number) => Promise<string>;
};

const terminalTries = 3;
export const shortestPassphrase = 12;

/** How a command gets passphrases: out of a file where one is named, else from whoever sits there. */
export function askPassphrase(
  passphraseFile: string | undefined,
  terminal: Terminal = ownTerminal,
): Ask {
  if (passphraseFile !== undefined)
    return {
      tries: 1,
      passphrase: () => Promise.resolve(asWritten(readFirstLine(passphraseFile))),
    };
  return {
    tries: terminalTries,
    passphrase: async (file, left) => {
      if (left < terminalTries)
        terminal.output.write(`That did not open it. Tries left: ${left}\n`);
      return asWritten(await askHidden(`Passphrase of ${basename(file)}: `, terminal));
    },
  };
}

/**
 * The passphrase of a new key: at least 12 characters. An empty answer on the terminal draws one of
 * 130 bits. Throws a DeliveryError where a file holds a shorter one.
 */
export async function choosePassphrase(
  passphraseFile: string | undefined,
  terminal: Terminal = ownTerminal,
): Promise<string> {
  if (passphraseFile !== undefined) {
    const chosen = asWritten(readFirstLine(passphraseFile));
    if (!isLongEnough(chosen))
      throw new DeliveryError(
        'keys',
        `The first line of ${passphraseFile} has fewer than ${shortestPassphrase} characters. Nothing was changed.`,
        'Choose a longer passphrase, or let one be drawn: run this on a terminal without --passphrase-file.',
      );
    return chosen;
  }
  const { output } = terminal;
  output.write(
    `The private key is locked with a passphrase. Best press Enter: a strong one is drawn for you.\n` +
      `Or type your own, at least ${shortestPassphrase} characters. Nothing appears while you type.\n`,
  );
  let typed = await askHidden('New passphrase: ', terminal);
  while (typed !== '' && !isLongEnough(typed)) {
    output.write(`Too short: at least ${shortestPassphrase} characters, or just Enter.\n`);
    typed = await askHidden('New passphrase: ', terminal);
  }
  const chosen = typed === '' ? showCode(drawCode()) : asWritten(typed);
  if (typed === '')
    output.write(
      `\n    ${chosen}\n\nThis is the passphrase, shown this once. Write it down on paper now.\n`,
    );
  output.write('Type it once more. It now opens the file that was written.\n');
  return chosen;
}

/** A drawn passphrase may be typed in any case and without dashes; every other counts as typed. */
function asWritten(typed: string): string {
  const code = readCode(typed);
  return code === undefined ? typed : showCode(code);
}

function isLongEnough(passphrase: string): boolean {
  return Array.from(passphrase).length >= shortestPassphrase;
}

function readFirstLine(file: string): string {
  try {
    const [line = ''] = readFileSync(file, 'utf8').split(/\r?\n/, 1);
    if (line !== '') return line;
  } catch (error) {
    throw new DeliveryError(
      'keys',
      `Could not read the passphrase file: ${reasonOf(error)}`,
      'Name a file whose first line is the passphrase: --passphrase-file FILE',
    );
  }
  throw new DeliveryError(
    'keys',
    `The first line of the passphrase file ${file} is empty.`,
    'Write the passphrase into its first line.',
  );
}

async function askHidden(prompt: string, terminal: Terminal): Promise<string> {
  const hidden = openHidden(
    terminal,
    'A passphrase is',
    'name a file whose first line is the passphrase: --passphrase-file FILE',
  );
  try {
    return await hidden.ask(prompt);
  } finally {
    hidden.close();
  }
}

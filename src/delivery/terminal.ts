/**
 * What a person types on the terminal and nobody may read there: passphrases and shares of a key. It
 * is never shown, kept in a history, or part of a message.
 */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { DeliveryError } from './errors.ts';

/** Where a person types and reads; process.stderr, so that what is printed can go into a file. */
export type Terminal = {
  input: NodeJS.ReadableStream & { isTTY?: boolean | undefined };
  output: NodeJS.WritableStream;
};

/** Asks for one line after the other; lines that were pasted at once answer the next questions. */
export type Hidden = { ask: (prompt: string) => Promise<string>; close: () => void };

export const ownTerminal: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Opens a terminal for hidden lines. Throws a DeliveryError where there is none: `what` was needed, as
 * "A passphrase is", and what else would do. Ctrl-C and the end of the input throw one when asked.
 */
export function openHidden({ input, output }: Terminal, what: string, instead: string): Hidden {
  if (input.isTTY !== true)
    throw new DeliveryError(
      'arguments',
      `${what} needed, and there is no terminal to type on. Nothing was changed.`,
      `Run this on a terminal, or ${instead}`,
    );
  // Readline edits the line and shows it on its output, which therefore leads nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const typed = lines[Symbol.asyncIterator]();
  return {
    ask: async (prompt) => {
      // Only now: the terminal shows nothing of what is typed since it was opened.
      output.write(prompt);
      const next = await typed.next();
      output.write('\n');
      if (next.done !== true) return next.value;
      throw new DeliveryError(
        'arguments',
        'Stopped before all was typed. Nothing was changed.',
        'To begin again, run the same command.',
      );
    },
    close: () => {
      lines.close();
    },
  };
}

/**
 * A word that somebody must type before something is done that nobody can undo. It may be seen, so unlike a
 * passphrase it is shown; no option stands for it, so no script can say it by mistake.
 */
import { createInterface } from 'node:readline/promises';
import { DeliveryError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** Asks for a word; told what to print before it. */
export type AskWord = (prompt: string) => Promise<string>;

/** Asks on a terminal. Throws a DeliveryError where there is none, or it is left without an answer. */
export async function askWord(prompt: string, { input, output }: Terminal): Promise<string> {
  if (input.isTTY !== true)
    throw new DeliveryError(
      'arguments',
      'This must be confirmed by typing a word, and there is no terminal to type on. Nothing was changed.',
      'Run the same command on a terminal.',
    );
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  const left = new Promise<undefined>((leave) => lines.once('close', () => leave(undefined)));
  try {
    const typed = await Promise.race([lines.question(prompt), left]);
    if (typed !== undefined) return typed.trim();
  } finally {
    lines.close();
  }
  throw new DeliveryError(
    'arguments',
    'Left without an answer. Nothing was changed.',
    'To begin again, run the same command.',
  );
}

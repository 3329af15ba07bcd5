/**
 * Asks whom a request is about: on the terminal, or three lines of what is piped in. Never an argument, which
 * the shell would keep and other programs can read.
 */
import { createInterface } from 'node:readline/promises';
import { chainOf, readCode } from '../../signature/code.ts';
import { DeliveryError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import type { Asked } from './find.ts';

const questions = [
  'E-mail address (Enter: not told): ',
  'Name (Enter: not told): ',
  'Withdrawal code (Enter: not told): ',
];

/** Asks the three questions. Throws a DeliveryError where nothing is told, or a code is none. */
export async function askWhom({ input, output }: Terminal): Promise<Asked> {
  const lines = createInterface({ input, output, terminal: false });
  const answers: string[] = [];
  const asking = lines[Symbol.asyncIterator]();
  for (const question of questions) {
    output.write(input.isTTY === true ? question : '');
    const { value, done } = await asking.next();
    answers.push(done ? '' : value.trim());
  }
  lines.close();
  const [email, name, typed] = answers.map((answer) => answer || undefined);
  if (email === undefined && name === undefined && typed === undefined)
    throw new DeliveryError(
      'arguments',
      'Nothing was told, so nobody can be found.',
      'Run this command again, and type an e-mail address, a name or a code.',
    );
  return { email, name, idHash: typed === undefined ? undefined : await idHashOfCode(typed) };
}

async function idHashOfCode(typed: string): Promise<string> {
  const code = readCode(typed);
  if (code !== undefined) return (await chainOf(code))[2];
  throw new DeliveryError(
    'arguments',
    'This is no withdrawal code: a character is missing or mistyped.',
    'Compare it with what was sent to you, and run this command again.',
  );
}

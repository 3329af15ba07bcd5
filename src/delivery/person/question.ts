/**
 * Asks whom a request is about: on the terminal, or three lines of what is piped in. Never an argument, which
 * the shell would keep and other programs can read.
 */
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { chainOf, readCode } from '../../signature/code.ts';
import { matchCountry } from '../country.ts';
import { DeliveryError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { readUnsubscribeCode } from '../unsubscribe.ts';
import type { Asked } from './find.ts';

const questions = [
  'E-mail address (Enter: not told): ',
  'Name (Enter: not told): ',
  'Withdrawal code, or the code of a message with news (Enter: not told): ',
];

const paperQuestions = [
  'Name, as on the sheet: ',
  'Country, as on the sheet (Enter: not told): ',
  'Day on which the sheet was signed, as 2026-11-20 (Enter: not told): ',
];

/** Asks the three questions. Throws a DeliveryError where nothing is told, or a code is none. */
export async function askWhom(terminal: Terminal): Promise<Asked> {
  const [email, name, typed] = await askAll(terminal, questions);
  if (email === undefined && name === undefined && typed === undefined) throw nothingTold();
  if (email !== undefined && !email.includes('@')) throw noAddress(email);
  return { email, name, ...(await readEither(typed)) };
}

/** Asks about a line of a printed sheet. Throws a DeliveryError where there is no name, or a fact is none. */
export async function askWhichLine(terminal: Terminal): Promise<Asked> {
  const [name, typed, day] = await askAll(terminal, paperQuestions);
  if (name === undefined) throw nothingTold();
  const country = typed === undefined ? undefined : matchCountry(typed);
  if (typed !== undefined && country === undefined) throw mistyped('This is no country we know');
  if (day !== undefined && !z.iso.date().safeParse(day).success)
    throw mistyped('This is no day, as 2026-11-20');
  return {
    ...{ email: undefined, name, idHash: undefined, unsubscribe: undefined },
    paper: { country, day },
  };
}

async function askAll(
  { input, output }: Terminal,
  questions: readonly string[],
): Promise<(string | undefined)[]> {
  const lines = createInterface({ input, output, terminal: false });
  const answers: string[] = [];
  const asking = lines[Symbol.asyncIterator]();
  for (const question of questions) {
    output.write(input.isTTY === true ? question : '');
    const { value, done } = await asking.next();
    answers.push(done ? '' : value.trim());
  }
  lines.close();
  return answers.map((answer) => answer || undefined);
}

function nothingTold(): DeliveryError {
  return new DeliveryError(
    'arguments',
    'Nothing was told, so nobody can be found.',
    'Run this command again, and type an e-mail address, a name or a code; with --paper a name.',
  );
}

/** Without this, whoever pastes a code here would tell its owner that nothing was found. */
function noAddress(typed: string): DeliveryError {
  const isCode = readCode(typed) ?? readUnsubscribeCode(typed);
  return mistyped(
    isCode === undefined
      ? 'This is no e-mail address'
      : 'This is a code, and no e-mail address: the third question is for it',
  );
}

function mistyped(what: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `${what}. Nothing was changed.`,
    'Run this command again, and type it anew or leave it out.',
  );
}

/** The two kinds of codes have different lengths. */
async function readEither(
  typed: string | undefined,
): Promise<Pick<Asked, 'idHash' | 'unsubscribe'>> {
  if (typed === undefined) return { idHash: undefined, unsubscribe: undefined };
  const code = readCode(typed);
  if (code !== undefined) return { idHash: (await chainOf(code))[2], unsubscribe: undefined };
  const unsubscribe = readUnsubscribeCode(typed);
  if (unsubscribe !== undefined) return { idHash: undefined, unsubscribe };
  throw new DeliveryError(
    'arguments',
    'This is no withdrawal code, which has 27 characters, and no code of a message with news, which has 16: a character is missing or mistyped.',
    'Compare it with what was sent to you, and run this command again.',
  );
}

/**
 * `npm run report` from its words to its file: brings what was opened up to date, counts it, and writes
 * one HTML file that only this user can read. Prints where it is.
 */
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DeliveryError, reasonOf } from '../errors.ts';
import type { OpenSource } from '../source.ts';
import { readWhere, whereHelp, whereOptions } from '../where.ts';
import { report } from './report.ts';

const defaultName = 'report.html';

const help = `npm run report -- [options]

Writes charts of all signatures by day, language, country, lane and state into one HTML file.

  --out FILE          where to write it (${defaultName} in the folder below); an older one is replaced
${whereHelp}`;

/** Runs the command; returns what to print. */
export async function runReport(words: readonly string[], open: OpenSource): Promise<string> {
  const chosen = readWords(words);
  if (chosen.help) return help;
  const source = await open(readWhere(chosen));
  try {
    const { campaign, database, opened, secrets, fetched } = source;
    const out = chosen.out ?? join(chosen.folder, defaultName);
    replaceFile(out, await report(campaign, database, opened, secrets, fetched));
    return `The report is in ${out}: open it in a browser. It is for you alone; do not hand it over.`;
  } finally {
    await source.close();
  }
}

function readWords(words: readonly string[]) {
  try {
    const out = { type: 'string' } as const;
    return parseArgs({ args: [...words], options: { ...whereOptions, out } }).values;
  } catch (error) {
    const next = 'To see the options: npm run report -- --help';
    throw new DeliveryError('arguments', reasonOf(error), next);
  }
}

/** Replaces a file as a whole; an older one stays where the new one cannot be written. */
function replaceFile(file: string, text: string): void {
  const temporary = `${file}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, text, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    const next = 'Is there room on the disk, and may you write there? Then run this command again.';
    throw new DeliveryError('files', `Could not write ${file}: ${reasonOf(error)}`, next, error);
  }
}

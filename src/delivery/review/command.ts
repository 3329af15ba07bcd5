/**
 * `npm run review` from its words to its lines: brings what was opened up to date, then shows or decides.
 * Prints numbers and masked samples; full names only where --names asks for them.
 */
import type { Database } from '../database.ts';
import type { OpenSource } from '../source.ts';
import { readWhere, type Where, whereHelp, whereOptions } from '../where.ts';
import type { Tell } from '../progress.ts';
import { readOptions, readTask } from './options.ts';
import { lookBack, review } from './review.ts';

const help = `npm run review -- [what to do] [which signatures] [options]

Without a word it shows what waits for a check by hand, and what stands out.

What to do; it is only shown, in numbers and samples, until you add --yes
  --release           held signatures count from now on
  --keep              held signatures stay held back: you have checked them
  --invalidate        signatures neither count nor are handed over
  --undo NUMBER       takes a decision back
  --journal           lists the decisions

Which signatures; all that you name must hold
  --lane LANE         turnstile, stamp or unchecked
  --day DAY           2026-11-20, or 2026-11-20..2026-11-22 (UTC)
  --language CODE     be
  --country CODE      PL, none (none was given) or unmatched (matches no country)
  --provider DOMAIN   of the e-mail address: mail.example
  --shape SHAPE       of the name: Ann Bee is 'Xxx Xxx', anna77 is xxxx00
  --text VERSION      of the text that was signed: be-0123456789ab
  --state STATE       held or counted
  --id ID             one id hash

  --names             full names in the samples; they then stand on your screen
  --yes               does it
${whereHelp}`;

/** What the command is lent by its door. */
export type Lent = {
  open: OpenSource;
  openDatabase: (where: Where) => Promise<Database>;
  now: Date;
  tell: Tell;
};

/** Runs the command; returns what to print. */
export async function runReview(words: readonly string[], lent: Lent): Promise<string> {
  const { open, openDatabase, now, tell } = lent;
  const chosen = readOptions(words, whereOptions);
  if (chosen.help) return help;
  const task = readTask(chosen);
  const where = readWhere(chosen);
  const command = ['npm run review --', ...words.map(quoteForShell)].join(' ');
  if (task.task === 'journal' || task.task === 'undo') {
    const database = await openDatabase(where);
    const lines = lookBack(task, { database, now, tell, command });
    return (await lines.finally(() => database.close())).join('\n');
  }
  const source = await open(where);
  const lines = review(task, { ...source, now, tell, command });
  return (await lines.finally(() => source.close())).join('\n');
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The door of `npm run person`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { bringSource } from '../source.ts';
import { ownTerminal } from '../terminal.ts';
import { openDatabase } from '../where.ts';
import { runPerson } from './command.ts';
import { askWhichLine, askWhom } from './question.ts';

await runAtDoor(async (words) => {
  const lent = lend();
  const ask = (paper: boolean) => (paper ? askWhichLine(ownTerminal) : askWhom(ownTerminal));
  const world = { openDatabase, now: lent.now, ask };
  const say = await runPerson(words, { ...world, open: (where) => bringSource(where, lent) });
  return { code: 0, say };
});

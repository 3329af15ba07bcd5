/** The door of `npm run close`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { ownTerminal } from '../terminal.ts';
import { askWord } from '../typed-word.ts';
import { openDatabase } from '../where.ts';
import { runClose } from './command.ts';
import { deployedPepper } from './pepper.ts';

await runAtDoor(async (words) => {
  const world = { openDatabase, pepper: deployedPepper };
  const say = await runClose(words, {
    ...lend(),
    ...world,
    ask: (prompt) => askWord(prompt, ownTerminal),
    say: (lines) => console.error(lines),
  });
  return { code: 0, say };
});

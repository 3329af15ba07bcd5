/** The door of `npm run revoke`. Exit code 0: done, or shown; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { ownTerminal } from '../terminal.ts';
import { askWord } from '../typed-word.ts';
import { openDatabase } from '../where.ts';
import { runRevoke } from './command.ts';

await runAtDoor(async (words) => {
  const ask = (prompt: string) => askWord(prompt, ownTerminal);
  const say = (line: string) => console.error(line);
  return { code: 0, say: await runRevoke(words, { ...lend(), openDatabase, ask, say }) };
});

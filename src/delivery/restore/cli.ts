/** The door of `npm run restore`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { openDatabase } from '../where.ts';
import { runRestore } from './command.ts';

await runAtDoor(async (words) => ({
  code: 0,
  say: await runRestore(words, { ...lend(), openDatabase }),
}));

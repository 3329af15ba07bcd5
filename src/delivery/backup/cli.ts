/** The door of `npm run backup`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { openDatabase } from '../where.ts';
import { runBackup } from './command.ts';

await runAtDoor(async (words) => ({
  code: 0,
  say: await runBackup(words, { ...lend(), openDatabase }),
}));

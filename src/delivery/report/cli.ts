/** The door of `npm run report`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { bringSource } from '../source.ts';
import { runReport } from './command.ts';

await runAtDoor(async (words) => {
  const lent = lend();
  return { code: 0, say: await runReport(words, (where) => bringSource(where, lent)) };
});

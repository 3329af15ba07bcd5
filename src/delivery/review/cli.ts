/** The door of `npm run review`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { bringSource } from '../source.ts';
import { openDatabase } from '../where.ts';
import { runReview } from './command.ts';

await runAtDoor(async (words) => {
  const lent = lend();
  const deciding = lent.progress('Deciding');
  const world = { openDatabase, now: lent.now, tell: deciding.tell };
  const say = await runReview(words, { ...world, open: (where) => bringSource(where, lent) });
  deciding.end();
  return { code: 0, say };
});

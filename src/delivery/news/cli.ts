/** The door of `npm run news`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { bringSource } from '../source.ts';
import { runNews } from './command.ts';

await runAtDoor(async (words) => {
  const lent = lend();
  const say = await runNews(words, { ...lent, open: (where) => bringSource(where, lent) });
  return { code: 0, say };
});

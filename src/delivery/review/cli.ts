/** The door of `npm run review`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { bringSource } from '../source.ts';
import { runReview } from './command.ts';

await runAtDoor(async (words) => {
  const { now, progress, ...lent } = lend();
  const writing = progress('Deciding');
  const open = (where: Parameters<typeof bringSource>[0]) =>
    bringSource(where, { ...lent, now, progress });
  const say = await runReview(words, { open, now, tell: writing.tell });
  writing.end();
  return { code: 0, say };
});

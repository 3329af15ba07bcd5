/** The door of `npm run paper`. Exit code 0: done; 1: failed. */
import { lend, runAtDoor } from '../door.ts';
import { readTexts } from '../steps.ts';
import { openDatabase } from '../where.ts';
import { runPaper } from './command.ts';

await runAtDoor(async (words) => {
  const lent = lend();
  const texts = () => readTexts(lent.content, lent.settings);
  return { code: 0, say: await runPaper(words, { ...lent, openDatabase, readTexts: texts }) };
});

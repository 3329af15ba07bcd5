/**
 * The door of `npm run deliver`. Exit code 0: done; 1: failed; 2: done, but some rows were set aside.
 */
import { runDeliver } from './deliver.ts';
import { lend, runAtDoor } from './door.ts';

await runAtDoor((words) => runDeliver(words, lend()));

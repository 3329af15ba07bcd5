/** Destroys the rows of a key in small steps, so that a test can kill it between two of them. */
import { writeFileSync } from 'node:fs';
import { openLocal } from '../../src/delivery/database.ts';
import { destroyRows } from '../../src/delivery/revoke/act.ts';

const [state = '', key = '', progress = ''] = process.argv.slice(2);
const database = await openLocal(state);
const tell = (done: number) => {
  if (done >= 100) writeFileSync(progress, String(done));
};
await destroyRows(database, { key, day: '2026-11-23', rows: 2000 }, tell, 10);
await database.close();

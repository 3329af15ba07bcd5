/**
 * A program for tests: the first step of the delivery, from 2,500 rows in memory into the file that it is
 * given, so that nothing but the first step writes to a disk.
 */
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { runAtDoor } from '../../src/delivery/door.ts';
import { fetchRows, type Query } from '../../src/delivery/fetch.ts';
import { countRows } from '../../src/delivery/rows-file.ts';

const d1 = new DatabaseSync(':memory:');
d1.exec(readFileSync('functions/migrations/0001_signature.sql', 'utf8'));
d1.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
  INSERT INTO signature SELECT unhex(printf('%064x', i)), x'00', '2026-11-23', 'be', 'stamp', 'counted',
    0, NULL, zeroblob(337), 'a', 'be-0', NULL, NULL, NULL FROM n`);
let pages = 0;
const query: Query = (sql) => {
  if (sql.includes('LIMIT')) pages += 1;
  return Promise.resolve(d1.prepare(sql).all());
};
const fetching = { campaign: 'a', source: 'local', now: new Date(), tell: () => undefined, query };

await runAtDoor(async ([path = '']) => {
  const rows = await fetchRows(path, fetching);
  return { code: 0, say: `asked ${pages} pages, has ${countRows(rows)} rows` };
});

/** Many rows in little time, for what must happen while rows are read, opened, written or marked. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { listFolders } from '../../src/delivery/batch/folder.ts';
import type { Stage } from './stage.ts';

/** So many people sign; under the id hash of each somebody puts further rows that do not open. */
export async function signMany(stage: Stage, people: number, spam: number): Promise<void> {
  for (let at = 0; at < people; at++) {
    const name = `Ann ${'ABCDEFGHIJ'.charAt(at % 10)}${'abcdefghij'.charAt(at / 10)}`;
    const email = `ann${at}@mailbox.example`;
    await stage.sign({ content: { level: 'initials', name, email, country: 'PL' } });
  }
  await stage.db
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${spam})
        INSERT INTO signature SELECT id_hash, randomblob(32), day, language, lane, 'repeat', 0, NULL,
          randomblob(337), key_id, text_version, NULL, NULL, NULL FROM signature, n`,
    )
    .run();
}

/** What D1 knows of batches: how many rows carry which number, and all of each batch. */
export async function marksOf({ query }: Stage) {
  return {
    rows: await query(
      'SELECT batch, COUNT(*) AS rows FROM signature GROUP BY batch ORDER BY batch',
    ),
    batches: await query('SELECT * FROM batch ORDER BY number'),
  };
}

/** The dossier's bytes by file, of a batch's folder. */
export function dossierOf(folder: string): Record<string, string> {
  const dossier = join(folder, 'dossier');
  return Object.fromEntries(
    readdirSync(dossier).map((name) => [name, sha256(join(dossier, name))]),
  );
}

/** A folder that has the name of a batch is whole: its sums, which are written last, are right. */
export function expectWhole(out: string): void {
  for (const { folder } of existsSync(out) ? listFolders(out) : []) {
    const sums = readFileSync(join(folder, 'dossier', 'SHA256SUMS'), 'utf8');
    const files = Object.entries(dossierOf(folder)).filter(([name]) => name !== 'SHA256SUMS');
    const found = files.map(([name, hash]) => `${hash}  ${name}`);
    expect(sums.trim().split('\n').sort()).toEqual(found.sort());
    for (const name of ['manifest.json', 'marks.txt', 'set-aside.txt'])
      expect(existsSync(join(folder, name))).toBe(true);
  }
}

export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

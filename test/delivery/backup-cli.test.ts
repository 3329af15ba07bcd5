import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BackupStage, contentsOf, openBackupStage } from './backup-stage.ts';
import { startCloudflare } from './cloudflare.ts';
import { runCommand } from './command.ts';

let stage: BackupStage;
let old: Awaited<ReturnType<typeof startCloudflare>>;
let fresh: Awaited<ReturnType<typeof startCloudflare>>;
beforeAll(async () => {
  stage = await openBackupStage();
  [old, fresh] = [await startCloudflare(stage.db), await startCloudflare(stage.fresh.db)];
});
afterAll(async () => {
  await old.stop();
  await fresh.stop();
  await stage.close();
});

// Each call is a process of Cloudflare's command, of about two seconds.
it('backs up the deployed database and restores it into a new one, asking Cloudflare for queries alone', async () => {
  await stage.clear();
  const folder = stage.folder();
  const run = (command: string, words: string[], environment: Record<string, string>) =>
    runCommand(`src/delivery/${command}/cli.ts`, ['--folder', folder, ...words], {
      UNDERSIGNED_CONTENT: stage.content,
      ...environment,
    });
  await stage.many(1200);
  for (let row = 0; row < 5; row++) await stage.signWith();
  const lost = await run('backup', ['--remote'], { ...old.environment, CLOUDFLARE_API_TOKEN: 'x' });
  expect([lost.code, lost.errors]).toEqual([1, expect.stringMatching(/npx wrangler login/)]);

  const made = await run('backup', ['--remote'], old.environment);
  expect([made.code, made.errors]).toEqual([0, expect.stringMatching(/Copying: 1,205 of 1,205/)]);
  const [name] = readdirSync(folder).filter((one) => one.endsWith('.sqlite'));
  const file = join(folder, name ?? '');
  const words = [file, '--remote', '--deliveries', join(folder, 'deliveries')];
  fresh.breakAfter(28);
  const broken = await run('restore', [...words, '--yes'], fresh.environment);
  expect([broken.code, broken.errors]).toEqual([
    1,
    expect.stringMatching(/Run this command again/),
  ]);
  fresh.mend();
  const half = await stage.fresh.query('SELECT COUNT(*) AS rows FROM signature');
  expect(half).not.toEqual([{ rows: 0 }]);
  const done = await run('restore', [...words, '--yes'], fresh.environment);
  expect([done.code, done.output]).toEqual([
    0,
    expect.stringMatching(/^Restored from[^]*Already in the database/),
  ]);
  expect(done.output + done.errors + made.output).not.toMatch(/mailbox|Ann|[0-9A-F]{64}/);
  expect(await contentsOf(stage.fresh.database)).toEqual(await contentsOf(stage.database));
  expect([...old.refused.filter((one) => !one.includes('/query')), ...fresh.refused]).toEqual([]);
}, 600_000);

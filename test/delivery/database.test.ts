import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localState, openLocal, openRemote } from '../../src/delivery/database.ts';
import { startCloudflare } from './cloudflare.ts';
import { runCommand } from './command.ts';
import { openStage, type Stage } from './stage.ts';

const count = "SELECT COUNT(*) AS held FROM signature WHERE state = 'held'";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const wrangler = createRequire(import.meta.url)
  .resolve('wrangler/package.json')
  .replace('package.json', 'bin/wrangler.js');

describe('openLocal', () => {
  it('opens the database that `wrangler d1 migrations apply DB --local` prepares', async () => {
    const folder = join(stage.folder, 'prepared');
    const apply = ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', folder];
    expect((await runCommand(wrangler, apply, { CI: '1' })).code).toBe(0);
    const database = await openLocal(join(folder, 'v3'));
    expect(await database.query('SELECT COUNT(*) AS rows FROM signature')).toEqual([{ rows: 0 }]);
    await database.close();
    expect(localState).toBe('.wrangler/state/v3');
  });

  it('waits while another process writes', async () => {
    await stage.sign();
    const folder = join(stage.state, 'd1', 'miniflare-D1DatabaseObject');
    const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)) ?? '';
    const other = new DatabaseSync(join(folder, file));
    other.exec('BEGIN IMMEDIATE');
    const end = setTimeout(() => {
      other.exec('COMMIT');
    }, 700);
    const database = await openLocal(stage.state);
    expect(await database.query('SELECT COUNT(*) AS rows FROM signature')).toEqual([{ rows: 1 }]);
    clearTimeout(end);
    other.close();
    await database.close();
  });
});

describe('write', () => {
  it.each(['local', 'remote'] as const)(
    'changes all or nothing in the %s database, and answers each statement',
    async (where) => {
      await stage.clear();
      await stage.sign();
      const cloudflare = await startCloudflare(stage.db);
      Object.assign(process.env, cloudflare.environment);
      const database = where === 'local' ? await openLocal(stage.state) : openRemote();
      const held = "UPDATE signature SET state = 'held'";
      const broken = "UPDATE signature SET state = 'lost'";
      await expect(database.write([held, broken])).rejects.toThrow(/CHECK/);
      const answers = await database.write(['SELECT state FROM signature', held, count]);
      expect(answers).toEqual([[{ state: 'counted' }], [], [{ held: 1 }]]);
      for (const name of Object.keys(cloudflare.environment))
        Reflect.deleteProperty(process.env, name);
      await database.close();
      await cloudflare.stop();
    },
  );
});

/** The benchmark's servers, in a process of their own: our Worker and the control, each on real D1. */
import type { D1Database } from '@cloudflare/workers-types';
import { createTestHarness } from 'wrangler';
import { localSite } from '../sites.ts';
import { pepper, secret } from '../worker.ts';

const ours = createTestHarness({
  workers: [
    {
      configPath: `${localSite.dist}/server/wrangler.json`,
      secrets: { PEPPER: pepper, TURNSTILE_SECRET: secret },
    },
  ],
});
const control = createTestHarness({
  workers: [
    {
      config: {
        name: 'control',
        main: 'test/bench/control.ts',
        compatibility_date: '2026-10-01',
        // Static assets in front, as ours has: what the platform's router costs is not ours to save.
        assets: { directory: `${localSite.dist}/client`, run_worker_first: true },
        ratelimits: [{ name: 'LIMITER', namespace_id: '1', simple: { limit: 60, period: 60 } }],
        d1_databases: [{ binding: 'DB', database_name: 'control', database_id: 'control' }],
      },
    },
  ],
});

const urls = {
  ours: (await ours.listen()).url.href,
  control: (await control.listen()).url.href,
};
const worker = ours.getWorker<{ DB: D1Database }>();
await worker.applyD1Migrations('DB');
const { DB } = await worker.getEnv();
const { DB: controlDB } = await control.getWorker<{ DB: D1Database }>().getEnv();
await controlDB.exec(
  'CREATE TABLE control (id_hash BLOB, digest BLOB, sealed BLOB, PRIMARY KEY (id_hash, digest)) WITHOUT ROWID',
);

// Whatever ends the benchmark ends its servers.
process.on('disconnect', () => process.exit(1));
process.on('message', (message) => {
  void (async () => {
    if (message === 'stop') {
      await Promise.all([ours.close(), control.close()]);
      process.exit(0);
    }
    const counted = await DB.prepare(
      "SELECT COUNT(*) AS n FROM signature WHERE state = 'counted'",
    ).first('n');
    await DB.exec('DELETE FROM signature');
    await controlDB.exec('DELETE FROM control');
    process.send?.({ counted });
  })();
});
process.send?.(urls);

/**
 * The built Worker on real workerd with real D1, queue, KV and limiter. Only the outside network is
 * replaced, at the wire: a stand-in for siteverify that refuses what is not documented, and a wall.
 */
import type { D1Database, KVNamespace } from '@cloudflare/workers-types';
import { createTestHarness } from 'wrangler';
import { localSite } from './sites.ts';

/** What the stand-in answers; a function may look at the request or never return. */
export type Siteverify = (request: SiteverifyRequest) => Response | Promise<Response>;
export type SiteverifyRequest = { secret: string; response: string; idempotency_key: string };

export const pepper = 'development-pepper-of-the-tests-0123456789';
/** Looks like a real secret, so hostname, action and cdata are compared. */
export const secret = '0x4AAAAAAAB1cDeFgHiJkLmNoPqRsTuVwXyZ';

type Env = { DB: D1Database; SNAPSHOT: KVNamespace };

/** Starts a Worker; `asked` collects what it asked siteverify. */
export async function startWorker(
  options: { dist?: string; secrets?: Record<string, string>; siteverify?: Siteverify } = {},
) {
  const asked: SiteverifyRequest[] = [];
  const outside = globalThis.fetch;
  let siteverify = options.siteverify;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (request.url !== 'https://challenges.cloudflare.com/turnstile/v0/siteverify')
      throw new Error(`The Worker may not reach ${request.url}`);
    const body = await request.json();
    if (request.method !== 'POST' || 'remoteip' in body || !/^[0-9a-f-]{36}$/.test(body.idempotency_key))
      throw new Error('siteverify would not understand this');
    asked.push(body);
    if (!siteverify) throw new Error('The network is down');
    return siteverify(body);
  };
  const server = createTestHarness({
    workers: [
      {
        configPath: `${options.dist ?? localSite.dist}/server/wrangler.json`,
        secrets: options.secrets ?? { PEPPER: pepper, TURNSTILE_SECRET: secret },
      },
    ],
  });
  const { url } = await server.listen();
  const worker = server.getWorker<Env>();
  await worker.applyD1Migrations('DB');
  const env = await worker.getEnv();
  return {
    url,
    asked,
    db: env.DB,
    snapshot: env.SNAPSHOT,
    fetch: server.fetch,
    logs: () => server.getLogs(),
    runCron: () => worker.scheduled({ cron: '*/5 * * * *' }),
    /** Sets what siteverify answers from now on; nothing: the network is down. */
    answerSiteverify: (next?: Siteverify) => {
      siteverify = next;
    },
    rows: async () => (await env.DB.prepare('SELECT * FROM signature').all()).results,
    clear: () => env.DB.prepare('DELETE FROM signature').run(),
    stop: async () => {
      await server.close();
      globalThis.fetch = outside;
    },
  };
}

export type TestWorker = Awaited<ReturnType<typeof startWorker>>;

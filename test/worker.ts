/**
 * The built Worker on real workerd with real D1, queue, KV and limiter. Only the outside network is
 * replaced, at the wire: a stand-in for siteverify that refuses what is not documented, and a wall.
 */
import type { D1Database, KVNamespace, Queue } from '@cloudflare/workers-types';
import { createTestHarness } from 'wrangler';
import { z } from 'zod';
import { dayOf } from '../src/signature/stamp.ts';
import { localSite } from './sites.ts';

/** What the stand-in answers; a function may look at the request or never return. */
export type Siteverify = (request: SiteverifyRequest) => Response | Promise<Response>;

export const pepper = 'development-pepper-of-the-tests-0123456789';
/** Looks like a real secret, so hostname, action and cdata are compared. */
export const secret = '0x4AAAAAAAB1cDeFgHiJkLmNoPqRsTuVwXyZ';

const requestSchema = z.strictObject({
  secret: z.string(),
  response: z.string(),
  idempotency_key: z.uuid(),
});
export type SiteverifyRequest = z.output<typeof requestSchema>;

const blob = z.array(z.number()).transform((bytes) => Buffer.from(bytes).toString('base64url'));
/** A row of D1, blobs as base64url. */
const rowSchema = z.strictObject({
  id_hash: blob,
  digest: blob,
  day: z.string(),
  language: z.string().nullable(),
  lane: z.string().nullable(),
  state: z.string(),
  fresh: z.number(),
  tag: blob.nullable(),
  sealed: blob.nullable(),
  key_id: z.string().nullable(),
  text_version: z.string().nullable(),
  batch: z.number().nullable(),
  decision: z.number().nullable(),
  was: z.string().nullable(),
});
export type StoredRow = z.output<typeof rowSchema>;

type Env = { DB: D1Database; SNAPSHOT: KVNamespace; QUEUE: Queue };

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
    if (request.method !== 'POST') throw new Error('siteverify answers POST only');
    const body = requestSchema.parse(await request.json());
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
    queue: env.QUEUE,
    fetch: server.fetch,
    logs: () => server.getLogs(),
    runCron: (scheduledTime = new Date()) =>
      worker.scheduled({ cron: '*/5 * * * *', scheduledTime }),
    /** Sets what siteverify answers from now on; nothing: the network is down. */
    answerSiteverify: (next?: Siteverify) => {
      siteverify = next;
    },
    rows: async () =>
      z.array(rowSchema).parse((await env.DB.prepare('SELECT * FROM signature').all()).results),
    /** As many held rows of today as a day takes. */
    fillReview: async () => {
      const rows = Array.from({ length: 2000 }, (_, index) => index.toString(16).padStart(64, '0'));
      for (let from = 0; from < rows.length; from += 100)
        await env.DB.prepare(
          `INSERT INTO signature (id_hash, digest, day, state, fresh) VALUES ${rows
            .slice(from, from + 100)
            .map((hex) => `(x'${hex}', x'00', '${dayOf(new Date())}', 'held', 2)`)
            .join(',')}`,
        ).run();
    },
    clear: () => env.DB.prepare('DELETE FROM signature').run(),
    stop: async () => {
      await server.close();
      globalThis.fetch = outside;
    },
  };
}

export type TestWorker = Awaited<ReturnType<typeof startWorker>>;

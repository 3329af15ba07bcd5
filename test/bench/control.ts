/**
 * What the benchmark compares with: a Worker that reads a body and inserts a row of the same size.
 * At /limited it asks the rate limiter first, as ours does: on the platform that is a look into memory,
 * but its local emulation is a Durable Object that writes to SQLite, a second insert.
 */
import type { D1Database, RateLimit } from '@cloudflare/workers-types';

export default {
  async fetch(request: Request, env: { DB: D1Database; LIMITER: RateLimit }): Promise<Response> {
    await request.text();
    if (request.url.endsWith('/limited'))
      await env.LIMITER.limit({ key: request.headers.get('cf-connecting-ip') ?? '' });
    await env.DB.prepare('INSERT INTO control (id_hash, digest, sealed) VALUES (?1, ?2, ?3)')
      .bind(
        crypto.getRandomValues(new Uint8Array(32)),
        crypto.getRandomValues(new Uint8Array(32)),
        crypto.getRandomValues(new Uint8Array(337)),
      )
      .run();
    return Response.json({ answer: 'signed' });
  },
};

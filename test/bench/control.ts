/** What the benchmark compares with: a Worker that reads a body and inserts a row of the same size. */
import type { D1Database } from '@cloudflare/workers-types';

export default {
  async fetch(request: Request, env: { DB: D1Database }): Promise<Response> {
    await request.text();
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

/**
 * A stand-in for Cloudflare's API that answers the one documented request, a D1 query
 * (developers.cloudflare.com/api/resources/d1/subresources/database/methods/query), from a real D1,
 * and refuses everything else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { D1Database } from '@cloudflare/workers-types';
import { z } from 'zod';

const account = '0123456789abcdef0123456789abcdef';
const token = 'token-of-the-campaigner';
const path = `/client/v4/accounts/${account}/d1/database/00000000-0000-0000-0000-000000000000/query`;
const bodySchema = z.strictObject({ sql: z.string(), params: z.array(z.unknown()).optional() });

export async function startCloudflare(db: D1Database) {
  const refused: string[] = [];
  let answered = 0;
  let stumbles = 0;
  let breaksAt = Infinity;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const known = request.method === 'POST' && request.url === path;
    const allowed = request.headers.authorization === `Bearer ${token}`;
    response.setHeader('content-type', 'application/json');
    if (!known || !allowed) {
      refused.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.statusCode = known ? 403 : 404;
      const errors = [
        { code: known ? 10000 : 7003, message: known ? 'Authentication error' : 'Not found' },
      ];
      response.end(JSON.stringify({ success: false, errors, messages: [], result: null }));
      return;
    }
    const fail = (status: number, message: string) => {
      response.statusCode = status;
      const errors = [{ code: 7500, message }];
      response.end(JSON.stringify({ success: false, errors, messages: [], result: null }));
    };
    if (answered >= breaksAt) {
      request.destroy();
      return;
    }
    if (stumbles > 0) {
      stumbles -= 1;
      fail(500, 'Network connection lost.');
      return;
    }
    const { sql } = bodySchema.parse(JSON.parse(await text(request)));
    // Several statements joined by semicolons run as one batch; ours hold no semicolon of their own.
    const statements = sql.split(';').filter((one) => one.trim() !== '');
    const answers = await db.batch(statements.map((one) => db.prepare(one))).catch(String);
    if (typeof answers === 'string') {
      fail(400, answers);
      return;
    }
    answered += 1;
    const result = answers.map(({ results, meta }) => ({ results, meta, success: true }));
    response.end(JSON.stringify({ success: true, errors: [], messages: [], result }));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    environment: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${address.port}/client/v4`,
      CLOUDFLARE_API_TOKEN: token,
      CLOUDFLARE_ACCOUNT_ID: account,
    },
    refused,
    answered: () => answered,
    /** The next request fails as D1 fails in passing. */
    stumble: () => {
      stumbles = 1;
    },
    /** After so many answers from now on every connection breaks, until it is mended. */
    breakAfter: (answers: number) => {
      breaksAt = answered + answers;
    },
    mend: () => {
      breaksAt = Infinity;
    },
    stop: () => new Promise((closed) => server.close(closed)),
  };
}

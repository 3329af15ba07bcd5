/**
 * A stand-in for Cloudflare's API that answers two documented requests, the names of a Worker's secrets and
 * the end of one of them
 * (developers.cloudflare.com/api/resources/workers/subresources/scripts/subresources/secrets/),
 * and refuses everything else. Every request is written down.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const account = '0123456789abcdef0123456789abcdef';
const token = 'token-of-the-operator';
const list = `GET /client/v4/accounts/${account}/workers/scripts/undersigned/secrets`;
const end = new RegExp(`^${list.replace('GET', 'DELETE')}/(\\w+)`);

/**
 * Starts a Cloudflare that knows these secrets; undefined: the Worker is not there yet. `keeps`: it says that
 * a secret is deleted, and keeps it.
 */
export async function startCloudflare(
  secrets: readonly string[] | undefined,
  { keeps = false } = {},
) {
  let known = secrets;
  const asked: string[] = [];
  const refused: string[] = [];

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const wish = `${request.method ?? ''} ${request.url ?? ''}`;
    const [, ended] = end.exec(wish) ?? [];
    const allowed = request.headers.authorization === `Bearer ${token}`;
    if (wish !== list && ended === undefined) {
      refused.push(wish);
      return send(response, 404, { code: 7003, message: 'No route for that URI' });
    }
    if (!allowed) return send(response, 403, { code: 10000, message: 'Authentication error' });
    asked.push(wish);
    if (!known) return send(response, 404, { code: 10007, message: 'This Worker does not exist' });
    if (ended !== undefined) {
      if (!keeps) known = known.filter((name) => name !== ended);
      return send(response, 200);
    }
    return send(
      response,
      200,
      undefined,
      known.map((name) => ({ name, type: 'secret_text' })),
    );
  }

  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    environment: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${address.port}/client/v4`,
      CLOUDFLARE_API_TOKEN: token,
      CLOUDFLARE_ACCOUNT_ID: account,
    },
    asked,
    refused,
    stop: () => new Promise((closed) => server.close(closed)),
  };
}

type Fault = { code: number; message: string };

function send(response: ServerResponse, status: number, fault?: Fault, result?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  const errors = fault ? [fault] : [];
  response.end(JSON.stringify({ success: !fault, errors, messages: [], result: result ?? null }));
}

/**
 * The world around a file, behind TLS: the campaign's hosts, where the real Worker answers, and hosts of
 * others, where a copy of the mirror lies in some folder. A browser started with `flags` finds them all.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TestWorker } from '../worker.ts';

const certificate = join(import.meta.dirname, '../curtain/certificate');

/** One request, as it arrived. */
type Asked = {
  method: string;
  url: string;
  origin: string | undefined;
  cookie: string | undefined;
  body: string;
};

/** Serves `folder` under the origins with a path in `copies`; every other host is the Worker's. */
export async function startWorld(worker: TestWorker, folder: string, copies: readonly string[]) {
  const asked: Asked[] = [];
  /** What answers in place of the Worker: files by their addresses. */
  const instead = new Map<string, string | Uint8Array>();
  /** Addresses whose answers wait. */
  const hanging = new Map<string, Promise<undefined>>();
  let visit = 0;
  let down = false;
  const options = {
    key: readFileSync(join(certificate, 'key.pem')),
    cert: readFileSync(join(certificate, 'chain.pem')),
  };
  const server = createServer(options, (request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const url = `https://${request.headers.host ?? ''}${request.url ?? ''}`;
    const bytes = await buffer(request);
    const { origin, cookie } = request.headers;
    asked.push({ method, url, origin, cookie, body: bytes.toString() });
    const copy = copies.find((one) => url.startsWith(one));
    const other = instead.get(url);
    await hanging.get(url);
    if (down) request.socket.destroy();
    else if (other !== undefined) response.writeHead(200, typeOf(url)).end(other);
    else if (copy !== undefined) serveFile(url.slice(copy.length), response);
    else await forward(method, url, request.headers['content-type'], bytes, response);
  }

  function serveFile(rest: string, response: ServerResponse): void {
    const name = rest.replace(/[?#].*/, '') || 'index.html';
    try {
      const bytes = readFileSync(join(folder, name));
      response.writeHead(200, { 'content-type': 'text/html' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  async function forward(
    method: string,
    url: string,
    type: string | undefined,
    bytes: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    visit += 1;
    const headers = {
      'cf-connecting-ip': `20.9.${String(visit)}.1`,
      ...(type === undefined ? {} : { 'content-type': type }),
    };
    const { pathname } = new URL(url);
    const init = method === 'GET' ? { headers } : { method, headers, body: bytes.toString() };
    const answered = await worker.fetch(pathname, init);
    const kept = [...answered.headers].filter(([name]) => !/^(connection|transfer)/.test(name));
    response.writeHead(answered.status, Object.fromEntries(kept));
    response.end(Buffer.from(await answered.arrayBuffer()));
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    asked,
    instead,
    /** Lets whoever asks for an address wait until the function that is returned is called. */
    hang: (url: string): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      hanging.set(url, promise);
      return () => {
        hanging.delete(url);
        resolve(undefined);
      };
    },
    flags: [`--host-resolver-rules=MAP * 127.0.0.1:${String(port)}`],
    /** The Worker answers everything again, at once. */
    reset: () => {
      down = false;
      instead.clear();
      hanging.clear();
    },
    /** Nobody is to be reached any more, or again. */
    cut: (cut: boolean) => {
      down = cut;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const typeOf = (url: string) => ({
  'content-type': url.includes('.js') ? 'text/javascript' : 'text/html',
});

export type World = Awaited<ReturnType<typeof startWorld>>;

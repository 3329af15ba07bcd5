/**
 * What Cloudflare's edge is to the page: TLS with a chain of 2.5 KB in records of 4 KB, HTTP/2, brotli 4,
 * the site's own headers and those that the edge adds. Pages are what the test makes of them; requests to
 * the API go on to the real Worker.
 */
import { readFileSync } from 'node:fs';
import { createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import type { TestWorker } from '../worker.ts';
import { compress } from './pad.ts';

const record = 4096;
const reporting = 'a.nel.cloudflare.com/report/v4?s=' + '%2Bq7Zr3kXw9LmT2vYb5'.repeat(7);

/** Serves `page` at every path but the API's; each visit comes from a network of its own. */
export async function startEdge(worker: TestWorker, client: string, address: string) {
  const ownHeaders = readHeaders(readFileSync(join(client, '_headers'), 'utf8'));
  let page: Uint8Array = new Uint8Array();
  let charset = 'utf-8';
  let visit = 0;
  const sessions = new Set<ServerHttp2Session>();
  const server = createSecureServer({
    key: readFileSync(join(import.meta.dirname, 'certificate/key.pem')),
    cert: readFileSync(join(import.meta.dirname, 'certificate/chain.pem')),
  });
  server.prependListener('secureConnection', (socket) => {
    if (socket instanceof TLSSocket) socket.setMaxSendFragment(record);
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const path = headers[':path'] ?? '/';
    if (headers[':method'] === 'POST') void forward(stream, path, headers['content-type'] ?? '');
    else servePage(stream);
  });

  function servePage(stream: ServerHttp2Stream): void {
    stream.respond({
      ':status': 200,
      'content-type': `text/html; charset=${charset}`,
      'content-encoding': 'br',
      'cache-control': 'public, max-age=0, must-revalidate',
      etag: 'W/"5f2b1c9d8e7a6b5c4d3e2f1a0b9c8d7e"',
      vary: 'accept-encoding',
      ...ownHeaders,
      ...edgeHeaders(),
    });
    for (let at = 0; at < page.length; at += record) stream.write(page.subarray(at, at + record));
    stream.end();
  }

  async function forward(stream: ServerHttp2Stream, path: string, type: string): Promise<void> {
    const body = (await buffer(stream)).toString();
    const network = `20.${visit >> 8}.${visit & 255}.1`;
    const headers = { 'content-type': type, 'cf-connecting-ip': network };
    const response = await worker.fetch(path, { method: 'POST', headers, body });
    const answer = Buffer.from(await response.arrayBuffer());
    if (stream.destroyed) return;
    stream.respond({
      ':status': response.status,
      ...Object.fromEntries(
        [...response.headers].filter(([name]) => !/^(connection|transfer)/.test(name)),
      ),
      ...edgeHeaders(),
    });
    stream.end(answer);
  }

  await new Promise<void>((done) => server.listen(443, address, done));
  return {
    /** The next visitor comes, and gets these bytes in brotli 4. */
    serve: (html: Buffer) => {
      page = compress(html);
      charset = /charset=([\w-]+)/.exec(html.toString('latin1'))?.[1] ?? charset;
      visit++;
      for (const session of sessions) session.destroy();
    },
    stop: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

export type Edge = Awaited<ReturnType<typeof startEdge>>;

/** The headers that `_headers` gives to every path. */
function readHeaders(text: string): Record<string, string> {
  const blocks = text.split(/\n(?=\S)/).filter((block) => block.trimStart().startsWith('/*\n'));
  const lines = blocks.flatMap((block) => block.trim().split('\n').slice(1));
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const [, name = '', value = ''] = /^\s*([\w-]+): (.*)$/.exec(line) ?? [];
      return [name.toLowerCase(), value];
    }),
  );
}

function edgeHeaders() {
  return {
    date: new Date().toUTCString(),
    server: 'cloudflare',
    'cf-cache-status': 'DYNAMIC',
    'report-to': `{"group":"cf-nel","max_age":604800,"endpoints":[{"url":"https://${reporting}"}]}`,
    nel: '{"report_to":"cf-nel","success_fraction":0.0,"max_age":604800}',
    'cf-ray': '8f3b2c1d0e9a7b6c-WAW',
  };
}

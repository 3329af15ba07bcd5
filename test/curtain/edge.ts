/**
 * What Cloudflare's edge is to the page: TLS with a chain of 2.5 KB in records of 4 KB, HTTP/2, brotli 4, and
 * the headers that it adds. Everything else is the real Worker's: its pages with the headers of `_headers`,
 * its answers. A test may change the page, or treat what is posted otherwise than an honest edge does.
 */
import { readFileSync } from 'node:fs';
import {
  createSecureServer,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { compress } from './pad.ts';
import { portOf } from './port.ts';

const record = 4096;
const reporting = 'a.nel.cloudflare.com/report/v4?s=' + '%2Bq7Zr3kXw9LmT2vYb5'.repeat(7);

/** Whose site it is: a TestWorker, or what answers in its place. */
export type Origin = { fetch: (path: string, init: Asked) => Promise<Given> };
type Given = {
  status: number;
  headers: Iterable<[string, string]>;
  arrayBuffer: () => Promise<ArrayBuffer>;
};
type Asked = {
  method: string;
  headers: Record<string, string>;
  redirect: 'manual';
  body?: Uint8Array<ArrayBuffer>;
};
type Answer = { headers: OutgoingHttpHeaders; body: Buffer };
/** What becomes of something posted; the Worker sees it when it is asked. */
export type Treatment = (
  stream: ServerHttp2Stream,
  ask: () => Promise<Answer>,
) => void | Promise<void>;
/** Who comes next: how the page is changed for them, and what becomes of what they post. */
export type Visitor = { change?: (html: Buffer) => Buffer; treat?: Treatment };

/** Serves a Worker's site at every name. */
export async function startEdge(origin: Origin, address = '127.0.0.1') {
  let visitor: Visitor = {};
  let visits = 0;
  let asked: string[] = [];
  const kept = new Map<string, Answer>();
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
    const { ':method': method = '', ':path': path = '', ':authority': authority = '' } = headers;
    asked.push(`${method} https://${authority}${path}`);
    const ask = async () => post(path, headers['content-type'] ?? '', await buffer(stream));
    // Whoever leaves while posting is waited for no longer.
    const leave = (error: unknown) => {
      if (!stream.destroyed) throw error;
    };
    const treat = async () => (visitor.treat ?? answerWhole)(stream, ask);
    if (method === 'POST') void treat().catch(leave);
    else void get(path).then((answer) => servePage(stream, answer));
  });

  /** As Cloudflare does, keeps what is not posted: then a busy machine is no slow server. */
  async function get(path: string): Promise<Answer> {
    const asking = { method: 'GET', headers: {}, redirect: 'manual' } as const;
    const answer = kept.get(path) ?? (await readAnswer(origin.fetch(path, asking)));
    kept.set(path, answer);
    return answer;
  }

  async function post(path: string, type: string, body: Buffer<ArrayBuffer>): Promise<Answer> {
    const network = `20.${visits >> 8}.${visits & 255}.1`;
    const headers = { 'content-type': type, 'cf-connecting-ip': network };
    return readAnswer(origin.fetch(path, { method: 'POST', headers, body, redirect: 'manual' }));
  }

  function servePage(stream: ServerHttp2Stream, { headers, body }: Answer): void {
    const isPage = String(headers['content-type']).startsWith('text/html');
    const page = compress((isPage && visitor.change?.(body)) || body);
    if (stream.destroyed) return;
    stream.respond({ ...headers, 'content-encoding': 'br', vary: 'accept-encoding' });
    for (let at = 0; at < page.length; at += record) stream.write(page.subarray(at, at + record));
    stream.end();
  }

  await new Promise<void>((done) => server.listen(0, address, done));
  return {
    port: portOf(server),
    /** What was asked for since the visitor came, as `POST https://petition.test/api/sign`. */
    asked: () => asked,
    /** Has a page at hand before somebody comes. */
    fetchAhead: get,
    /** The next visitor comes, from a network of its own. */
    welcome: (next: Visitor = {}) => {
      visitor = next;
      visits++;
      asked = [];
      for (const session of sessions) session.destroy();
    },
    stop: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

export type Edge = Awaited<ReturnType<typeof startEdge>>;

/** What an honest edge does. */
export const answerWhole: Treatment = async (stream, ask) => {
  const { headers, body } = await ask();
  if (stream.destroyed) return;
  stream.respond(headers);
  stream.end(body);
};

/** With the origin's headers, but those of its connection to us, and the edge's. */
async function readAnswer(answering: Promise<Given>): Promise<Answer> {
  const response = await answering;
  const own = [...response.headers].filter(([name]) => !/^(connection|transfer|mf-)/.test(name));
  return {
    headers: { ':status': response.status, ...Object.fromEntries(own), ...edgeHeaders() },
    body: Buffer.from(await response.arrayBuffer()),
  };
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

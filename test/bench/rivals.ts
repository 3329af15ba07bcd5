/** What the benchmark visits: our page in some languages, as it is deployed, and last the peer's. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Origin, startEdge } from '../curtain/edge.ts';
import { productionSite } from '../sites.ts';
import { secret, startWorker, type TestWorker } from '../worker.ts';
import { makePeer } from './peer.ts';

/** A page behind an edge. `prepare` lets the next visitor come; `check` throws when they left no signature. */
export type Rival = {
  name: string;
  address: string;
  port: number;
  prepare: () => Promise<void>;
  check: () => Promise<void>;
};

/** Milliseconds by which the script leaves after the style; the link is busy for longer with the page. */
const head = 100;

/** Starts the Worker and both edges. */
export async function startRivals(languages: readonly string[]) {
  const worker = await startWorker({
    dist: productionSite.dist,
    // A deployed Worker refuses the tests' own pepper.
    secrets: { PEPPER: randomBytes(32).toString('base64'), TURNSTILE_SECRET: secret },
  });
  const own = await startEdge(worker);
  const peer = await startEdge(await servePeer(worker));
  const ours = languages.map((language): Rival => ({
    name: `ours, ${language}`,
    address: `${productionSite.host}/${language}/`,
    port: own.port,
    prepare: async () => {
      await worker.clear();
      own.welcome();
    },
    check: async () => {
      const rows = await worker.rows();
      if (rows.length !== 1 || rows[0]?.state !== 'counted')
        throw new Error(`${rows.length} rows, the first one ${rows[0]?.state ?? 'missing'}`);
    },
  }));
  const reference: Rival = {
    name: 'a light peer',
    address: 'https://peer.example.org/',
    port: peer.port,
    prepare: () => Promise.resolve(peer.welcome()),
    check: () => Promise.resolve(),
  };
  return {
    rivals: [...ours, reference],
    stop: async () => {
      own.stop();
      peer.stop();
      await worker.stop();
    },
  };
}

/** The peer sends our headers, but its policy lets its own files in; what is posted it answers at once. */
async function servePeer(worker: TestWorker): Promise<Origin> {
  const files = makePeer();
  const { headers } = await worker.fetch('/en/');
  const policy = (headers.get('content-security-policy') ?? '')
    .replaceAll(/(script|style|connect)-src/g, "$1-src 'self'")
    .replace('img-src', "font-src 'self'; img-src");
  return {
    fetch: async (path, init) => {
      // Browsers ask for the style first, and edges obey; ours mixes what is asked for at the same time.
      if (path === '/script.js') await sleep(head);
      const { type, bytes } = files.get(path) ?? { type: '', bytes: null };
      if (init.method === 'POST') return Response.json({ code: 'signed' });
      return new Response(bytes, {
        headers: {
          ...Object.fromEntries(headers),
          'content-type': type,
          'content-security-policy': policy,
        },
      });
    },
  };
}

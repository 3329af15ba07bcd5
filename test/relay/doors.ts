/**
 * Two doors on real workerd: the campaign's own Worker, and a volunteer's relay before it. The relay's
 * network is a stand-in that knows one address, the campaign's host, and writes down what leaves.
 */
import { createTestHarness } from 'wrangler';
import { startWorker } from '../worker.ts';

const host = 'https://sign.example.org';
/** How Cloudflare names every Worker to another zone: not by its visitor's address. */
const relays = '2a06:98c0:3600::103';

/** What the host does with what a relay hands it; by default it is the campaign's own Worker. */
type Host = (request: Request) => Response | Promise<Response>;

/** Starts both; `left` collects what the relay sent out. */
export async function startDoors() {
  const worker = await startWorker();
  const own = (request: Request) => forward(request);
  let answering: Host = own;
  const left: { url: string; headers: Record<string, string>; body: string }[] = [];
  const outside = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(host)) return outside(request);
    const body = await request.clone().text();
    left.push({ url: request.url, headers: Object.fromEntries(request.headers), body });
    return answering(request);
  };

  async function forward(request: Request): Promise<Response> {
    const headers = { ...Object.fromEntries(request.headers), 'cf-connecting-ip': relays };
    const response = await worker.fetch('/api/sign', {
      method: request.method,
      headers,
      body: await request.text(),
    });
    return new Response(await response.text(), { status: response.status });
  }

  const relay = createTestHarness({
    workers: [{ configPath: 'functions/relay/wrangler.toml', vars: { HOST: host } }],
  });
  await relay.listen();
  return {
    worker,
    left,
    relay: { fetch: relay.fetch, logs: () => relay.getLogs() },
    /** Sets what the campaign's host does from now on; nothing: what it really does. */
    answerAs: (next: Host = own) => {
      answering = next;
    },
    stop: async () => {
      await relay.close();
      globalThis.fetch = outside;
      await worker.stop();
    },
  };
}

export type Doors = Awaited<ReturnType<typeof startDoors>>;

/**
 * `npm run bench`: how many signatures of the stamp lane are acknowledged in a second, beside a control
 * that only inserts a row of the same size, alternating in one run. Figures are noisy, ratios less so.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { z } from 'zod';
import buildSites from '../build-sites.ts';

type Round = { rate: number; latencies: number[] };

const signatures = 400;
const rounds = 5;
const connections = 16;

/** Every body comes from a network of its own, so that the limiter holds none. */
let network = 0;

console.log('Building the site …');
await buildSites();
const { makeBody } = await import('../signer.ts');

const bodies: string[] = [];
while (bodies.length < signatures) {
  const some = Math.min(8, signatures - bodies.length);
  const made = await Promise.all(Array.from({ length: some }, () => makeBody()));
  bodies.push(...made.map((body) => JSON.stringify(body)));
  if (process.stdout.isTTY) process.stdout.write(`\rStamping ${bodies.length} of ${signatures} …`);
}
console.log(`\n${signatures} signatures, ${rounds} rounds, ${connections} connections`);

const server = fork(new URL('serve.ts', import.meta.url));
const urls = z
  .object({ ours: z.url(), control: z.url() })
  .parse((await once(server, 'message'))[0]);

const rivals = {
  'control: insert only': urls.control,
  'control: limiter, insert': new URL('/limited', urls.control).href,
  'stamp lane': new URL('/api/sign', urls.ours).href,
};
const results = new Map<string, Round[]>();
for (let round = 0; round <= rounds; round++) {
  for (const [name, url] of Object.entries(rivals)) {
    const result = await drive(url);
    // The first round warms up.
    if (round > 0) results.set(name, [...(results.get(name) ?? []), result]);
  }
  const { counted } = await clear();
  if (counted !== signatures)
    throw new Error(`${counted} of ${signatures} signatures were counted`);
}
server.send('stop');

console.table(Object.fromEntries(Array.from(results, ([name, all]) => [name, summarize(all)])));
const wanted = 0.7;
const [plain = 0, limited = 0] = Object.keys(rivals).map(ratioTo);
console.log(`stamp lane / insert only: ${plain.toFixed(2)} (at least ${wanted} wanted)`);
console.log(`stamp lane / limiter, insert: ${limited.toFixed(2)}`);
process.exitCode = plain >= wanted ? 0 : 1;

/** The median over rounds of our rate beside a rival's in the same round. */
function ratioTo(name: string): number {
  const ours = results.get('stamp lane') ?? [];
  return median(
    ours.map(({ rate }, round) => rate / (results.get(name)?.[round]?.rate ?? Infinity)),
  );
}

/** Posts every body once; all must be acknowledged. */
async function drive(url: string): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const waiting = [...bodies];
  const latencies: number[] = [];
  const start = performance.now();
  const worker = async () => {
    for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
      const sent = performance.now();
      await post(url, body, agent);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return { rate: bodies.length / ((performance.now() - start) / 1000), latencies };
}

function post(url: string, body: string, agent: Agent): Promise<void> {
  network += 1;
  const address = `10.${(network >> 8) & 255}.${network & 255}.1`;
  const headers = { 'content-type': 'text/plain', 'cf-connecting-ip': address };
  return new Promise((done, fail) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => {
        if (text === '{"answer":"signed"}') done();
        else fail(new Error(`Answered ${response.statusCode ?? 0}: ${text}`));
      });
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

async function clear(): Promise<{ counted: number }> {
  server.send('clear');
  return z.object({ counted: z.number() }).parse((await once(server, 'message'))[0]);
}

function summarize(all: Round[]) {
  const latencies = all.flatMap((round) => round.latencies).sort((one, other) => one - other);
  const at = (part: number) =>
    Number((latencies[Math.floor(latencies.length * part)] ?? 0).toFixed(1));
  return {
    'acknowledged a second': Math.round(median(all.map((round) => round.rate))),
    'median ms': at(0.5),
    '99th percentile ms': at(0.99),
  };
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

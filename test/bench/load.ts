/**
 * `npm run bench:load [-- --rounds N]`: how long our page takes on 2G until something is painted, until the
 * form can be used, until it is signed, beside a page of 100 KB that stands for a light peer. Real Chromium,
 * nothing cached, our pages as they are deployed, the real Worker. Ratios are what to look at.
 */
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import buildSites from '../build-sites.ts';
import { layLink, type Link, type Shape } from './link.ts';
import { measure, type Times } from './measure.ts';
import { probe } from './probe.ts';
import { type Rival, startRivals } from './rivals.ts';

type Visited = Times & { bytes: number; connections: number };

const shapes: Shape[] = [40_000, 100_000].map((bitsPerSecond) => ({
  bitsPerSecond,
  roundTrip: 300,
}));
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const rounds = Number(options.rounds);

console.log('Building the site …');
await buildSites();
const { rivals, stop } = await startRivals(['be', 'ar', 'en']);
const link = await layLink();
const hosts = [...new Set(rivals.map(({ address }) => new URL(address).host))];
const browser = await startBrowser({
  flags: [
    '--ignore-certificate-errors',
    `--host-resolver-rules=${hosts.map((host) => `MAP ${host}:443 127.0.0.1:${link.port}`).join(', ')}, MAP * ~NOTFOUND`,
  ],
});
for (const shape of shapes) console.log(await describeLink(link, shape));

const visits = new Map<string, Visited[]>();
for (let round = 1; round <= rounds; round++)
  for (const shape of shapes)
    for (const rival of rivals) {
      if (process.stdout.isTTY)
        process.stdout.write(
          `\r\x1b[KRound ${round} of ${rounds}: ${rival.name}, ${rate(shape)} …`,
        );
      const seen = await visit(browser, link, shape, rival);
      const key = keyOf(shape, rival);
      if (seen) visits.set(key, [...(visits.get(key) ?? []), seen]);
    }
if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
await browser.close();
link.cut();
await stop();

console.table(
  Object.fromEntries(shapes.flatMap((shape) => rivals.map((rival) => row(shape, rival)))),
);
console.log(
  `Seconds from the start of the navigation (and their ratio to the peer's), medians of ${rounds} rounds, nothing cached; the form is filled at once and sent. ` +
    'Modelled: one queue each way at this rate for all connections, packets of 1,400 bytes and 40 of headers, a round trip of 300 ms which the name lookup and each TCP handshake pay too, TLS 1.3 with a chain of 2.5 KB, HTTP/2. ' +
    "Not modelled: loss, acknowledgements, TCP's slow start (ten packets outlast a round trip at these rates), a phone's slow processor, Turnstile (its host does not answer: the stamp signs).",
);

async function describeLink(link: Link, shape: Shape): Promise<string> {
  const { firstAnswer, roundTrip, bitsPerSecond } = await probe(link, shape);
  return `Control, ${rate(shape)}: 50 KB at ${(bitsPerSecond / 1000).toFixed(1)} kbit/s of payload, a byte and its echo in ${roundTrip.toFixed(0)} ms, the first answer of a new connection after ${firstAnswer.toFixed(0)} ms`;
}

/** One cold visit; undefined, and a failing exit code, when nothing was signed. */
async function visit(
  browser: Browser,
  link: Link,
  shape: Shape,
  rival: Rival,
): Promise<Visited | undefined> {
  try {
    await rival.prepare();
    link.begin(shape, rival.port);
    const times = await measure(browser, rival.address);
    await rival.check();
    return { ...times, ...link.carried() };
  } catch (error) {
    console.log(`\n${rival.name}, ${rate(shape)}: ${String(error).split('\n')[0] ?? ''}`);
    process.exitCode = 1;
    return undefined;
  }
}

function row(shape: Shape, rival: Rival): [string, Record<string, string | number>] {
  const reference = rivals.at(-1) ?? rival;
  const seconds = (name: keyof Times) => {
    const own = middle(shape, rival, name);
    const ratio = (own / middle(shape, reference, name)).toFixed(2);
    return (own / 1000).toFixed(1) + (rival === reference ? '' : ` (${ratio})`);
  };
  return [
    keyOf(shape, rival),
    {
      'first paint': seconds('painted'),
      'form usable': seconds('usable'),
      signed: seconds('signed'),
      'of it stamp': (middle(shape, rival, 'stamping') / 1000).toFixed(1),
      'KB to the phone': Number((middle(shape, rival, 'bytes') / 1000).toFixed(1)),
      connections: middle(shape, rival, 'connections'),
    },
  ];
}

function middle(shape: Shape, rival: Rival, name: keyof Visited): number {
  const values = (visits.get(keyOf(shape, rival)) ?? []).map((seen) => seen[name]);
  values.sort((one, other) => one - other);
  return values[values.length >> 1] ?? NaN;
}

function keyOf(shape: Shape, rival: Rival): string {
  return `${rate(shape)}, ${rival.name}`;
}

function rate({ bitsPerSecond }: Shape): string {
  return `${bitsPerSecond / 1000} kbit/s`;
}

/** What the rows of a run say: whether what must hold did, and the tables of docs/curtain.md. */
import { format } from 'prettier';
import type { Filter } from './filter.ts';
import type { Row } from './measure.ts';

/**
 * Of the pages sent through a filter of packets, over all languages, so many must arrive whole. Nobody needs
 * that to sign; at a half, whoever wants to read to the end loads the page twice on average.
 */
const leastWhole = 0.5;

/** What did not hold, a line each; none: all is well. */
export function failures(rows: readonly Row[]): string[] {
  const ofRows = rows.flatMap((row) => {
    const say = (what: string, times: number) =>
      times < row.tries
        ? [`${row.language}, ${row.filter.name}: ${what} ${times} of ${row.tries}`]
        : [];
    return [
      ...say('signed', row.signed),
      ...say('signed when padded', row.signedPadded),
      ...('bytesToClient' in row.filter ? say('whole', row.whole) : []),
    ];
  });
  const ofFilters = filtersOf(rows).flatMap((filter) => {
    const [whole, tries] = wholeThrough(rows, filter);
    return whole < tries * leastWhole
      ? [`${filter.name}: whole ${whole} of ${tries}, less than half`]
      : [];
  });
  return [...ofRows, ...ofFilters];
}

/** A line for a person who watches. */
export function lineOf(row: Row): string {
  const { language, filter, front, tries, whole, signed, signedPadded, troubles } = row;
  return [
    `${language}, ${filter.name}, front ${front}:`,
    `whole ${whole}, signed ${signed}, signed when padded ${signedPadded}, of ${tries};`,
    `seconds ${medianAndWorst(row)}`,
    ...troubles.map((trouble) => `\n  ${trouble}`),
  ].join(' ');
}

/** The whole of docs/curtain.md. */
export function writeReport(rows: readonly Row[], day: string, skipped: string[]): Promise<string> {
  const text = [
    '# Behind the curtain',
    `Measured on ${day} by \`npm run curtain\`, which writes this file: a real Chromium, the built pages, the Worker. Each page is loaded and signed as it is, and padded to 30 KB behind the signing script, so that it is certainly cut. A visit counts as signed when the page says so and the database holds one row that opens to what was typed.`,
    ...filtersOf(rows).flatMap((filter) => section(rows, filter)),
    ...skipped,
    '## What was modelled',
    `A server that speaks TLS in records of 4 KB with a certificate chain of 2.5 KB, HTTP/2, brotli 4 and the headers that Cloudflare's edge adds to our own, with each page at hand as in an edge's cache. The byte filter is a proxy that passes 16,384 bytes of each connection to the client, TLS included, then freezes it both ways without a word. The packet filter sits between two network namespaces, counts IP packets of each connection both ways together, and drops what follows the 25th; the delay is made there too. Turnstile and the relay hang. The page's clocks are those of visitors: own host 8 seconds, relay 8, silence 12, own host 15.`,
    '## What was not',
    `Packet loss, slow bandwidth and jitter; a server that thinks, since acknowledgements sent meanwhile are packets too; QUIC, which is switched off; other browsers than Chromium; a limit on the number of connections; filters that look at names or sizes. Where bytes are counted there is no delay, and the kernel still acknowledges what the filter swallows. The edge's headers are like Cloudflare's and not recorded from it.`,
    '## Again',
    '`npm run curtain -- --packets` measures all of this, in about five minutes, on a machine with nothing else to do; without `--packets` a machine that cannot count packets, which takes Linux, root, iproute2 and socat, skips that part and says so. `--languages be,ru`, `--tries 20`, `--filters "25 packets, 300 ms"` and `--front 0,300` (filler in front of the signing script, in bytes) measure parts, and leave this file alone.',
  ].join('\n\n');
  return format(text, { parser: 'markdown' });
}

function section(rows: readonly Row[], filter: Filter): string[] {
  const through = rows.filter((row) => row.filter === filter);
  const [whole, tries] = wholeThrough(rows, filter);
  const total = (count: (row: Row) => number) => through.reduce((sum, row) => sum + count(row), 0);
  const head = [
    'language',
    'front, bytes',
    'page, bytes',
    'arrived whole',
    'signed',
    'signed, padded',
    'seconds to sign: median, worst',
  ];
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    `## Frozen after ${filter.name}`,
    [
      line(head),
      line(head.map(() => '---')),
      ...through.map((row) =>
        line([
          row.language,
          row.front,
          row.page,
          ...[row.whole, row.signed, row.signedPadded].map((times) => `${times} of ${row.tries}`),
          medianAndWorst(row),
        ]),
      ),
    ].join('\n'),
    `${whole} of ${tries} pages arrived whole. Of ${2 * tries} visits ${total(({ toRelay }) => toRelay)} went on to the relay, ${total(({ toOwnAgain }) => toOwnAgain)} to our own host again.`,
  ];
}

function filtersOf(rows: readonly Row[]): Filter[] {
  return [...new Set(rows.map(({ filter }) => filter))];
}

/** How many pages arrived whole, and of how many. */
function wholeThrough(rows: readonly Row[], filter: Filter): [whole: number, tries: number] {
  const through = rows.filter((row) => row.filter === filter);
  return [
    through.reduce((sum, { whole }) => sum + whole, 0),
    through.reduce((sum, { tries }) => sum + tries, 0),
  ];
}

function medianAndWorst({ seconds }: Row): string {
  const [median, worst] = [seconds[seconds.length >> 1], seconds.at(-1)];
  return median === undefined || worst === undefined
    ? 'none'
    : `${median.toFixed(1)}, ${worst.toFixed(1)}`;
}

/** A browser, the edge in front of a Worker, and between them one of the filters. */
import type { Browser } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { relay } from '../sites.ts';
import type { TestWorker } from '../worker.ts';
import { type Edge, startEdge } from './edge.ts';
import { byteFilter, type Filter } from './filter.ts';
import { type Proxy, startProxy } from './proxy.ts';
import { nowhere, serverAddress, type Wire } from './wire.ts';

/** The name of a local site, as in the edge's certificate. */
export const localHost = 'petition.test';
/** They hang, as they do where a censor drops what goes there. */
const hanging = ['challenges.cloudflare.com', new URL(relay).hostname];

export type Link = {
  browser: Browser;
  edge: Edge;
  /** Forgets all connections; from now on this filter counts. */
  setFilter: (filter: Filter) => void;
  /** What each connection has sent, for a person to read. */
  count: () => Promise<unknown>;
  stop: () => Promise<void>;
};

/** A link whose filter counts bytes, on which this host name leads to the Worker. Needs no root. */
export async function openProxied(
  worker: TestWorker,
  host = localHost,
): Promise<Link & { proxy: Proxy }> {
  const edge = await startEdge(worker);
  const proxy = await startProxy(edge.port, () => byteFilter.bytesToClient);
  const hole = await startProxy(edge.port, () => 0);
  const browser = await startBrowser({
    flags: resolve(host, `127.0.0.1:${proxy.port}`, `127.0.0.1:${hole.port}`),
  });
  return {
    browser,
    edge,
    proxy,
    setFilter: (filter) => {
      if ('bytesToClient' in filter) proxy.setLimit(() => filter.bytesToClient);
    },
    count: () => Promise.resolve(proxy.connections()),
    stop: async () => {
      await browser.close();
      edge.stop();
      proxy.stop();
      hole.stop();
    },
  };
}

/** A link over a wire, whose filter counts packets. */
export async function openWired(worker: TestWorker, wire: Wire): Promise<Link> {
  const edge = await startEdge(worker, serverAddress);
  const browser = await startBrowser({
    flags: resolve(localHost, `${serverAddress}:${edge.port}`, nowhere),
    wrap: wire.wrap,
  });
  return {
    browser,
    edge,
    setFilter: (filter) => {
      if ('packets' in filter) wire.setFilter(filter);
    },
    count: wire.count,
    stop: async () => {
      await browser.close();
      edge.stop();
      await wire.cut();
    },
  };
}

/** Flags by which a name and those below it lead to an address; any other name hangs or is unknown. */
function resolve(host: string, address: string, hole: string): string[] {
  const rules = [
    ...[host, `*.${host}`].map((name) => `MAP ${name} ${address}`),
    ...hanging.map((name) => `MAP ${name} ${hole}`),
    'MAP * ~NOTFOUND',
  ];
  return ['--ignore-certificate-errors', `--host-resolver-rules=${rules.join(', ')}`];
}

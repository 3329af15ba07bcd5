import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localSite, onion, productionSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

let withOnion: TestWorker;
let without: TestWorker;
beforeAll(async () => {
  withOnion = await startWorker({ dist: productionSite.dist });
  without = await startWorker({ dist: localSite.dist });
});
afterAll(async () => {
  await without.stop();
  await withOnion.stop();
});

const pages = ['/be/', '/ar/safety/', '/en/withdraw/', '/ru/paper/', '/languages/'];

describe('a campaign with an onion service', () => {
  it.each(pages)('tells Tor Browser where the same page is: %s', async (path) => {
    const { headers } = await withOnion.fetch(path);
    expect(headers.get('onion-location')).toBe(onion + path);
    expect(headers.get('content-security-policy')).toContain(`default-src 'none'`);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('a campaign without one', () => {
  it.each(pages)('names none: %s', async (path) => {
    const { headers } = await without.fetch(path);
    expect(headers.has('onion-location')).toBe(false);
  });
});

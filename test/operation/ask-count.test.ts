import { describe, expect, it } from 'vitest';
import { askCount } from '../../src/operation/ask-count.ts';
import { startWorker } from '../worker.ts';

describe('before a build', () => {
  it('the running campaign is asked for its public number', async () => {
    const network = fetch; // the test's Worker replaces it by a wall
    const worker = await startWorker();
    try {
      await worker.snapshot.put('count', '12340');
      expect(await askCount(worker.url.origin, network)).toBe(12_340);
    } finally {
      await worker.stop();
    }
  });

  it.each([
    ['nobody answers', () => Promise.reject(new Error('ENOTFOUND'))],
    ['somebody else answers', () => Promise.resolve(new Response('<html>blocked'))],
    ['the answer is no number', () => Promise.resolve(Response.json({ count: 'many' }))],
  ])('there is no number where %s', async (_, network) => {
    expect(await askCount('https://petition.example', network)).toBeUndefined();
  });
});

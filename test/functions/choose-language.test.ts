import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorker, type TestWorker } from '../worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());

const languageFor = async (header: string | undefined) => {
  const headers: Record<string, string> = header === undefined ? {} : { 'accept-language': header };
  const response = await worker.fetch('/', { headers, redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(response.headers.get('vary')).toBe('accept-language');
  return response.headers.get('location');
};

describe('GET /', () => {
  it.each([
    ['be', '/be/'],
    ['be-BY,be;q=0.9,ru;q=0.8', '/be/'],
    ['ru-RU', '/ru/'],
    ['ja, ru;q=0.3, be;q=0.7', '/be/'],
    ['fr-CA, en;q=0.5', '/fr/'],
    ['ru;q=0, be', '/be/'],
    ['zh, *;q=0.1', '/en/'],
    ['', '/en/'],
    [undefined, '/en/'],
    [';;;q=,,=,-', '/en/'],
    ['be;q=abc', '/be/'],
    ['be;q=9999999999', '/be/'],
    ['../../etc/passwd', '/en/'],
    ['x'.repeat(5000), '/en/'],
  ])('with Accept-Language %j leads to %s', async (header, path) => {
    expect(await languageFor(header)).toBe(path);
  });

  it('serves each language as a page of its own, and an unknown address as a page that says so', async () => {
    for (const language of ['be', 'ru', 'en', 'ar']) {
      const response = await worker.fetch(`/${language}/`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.toString('latin1')).toContain(`<html lang=${language}`);
    }
    expect((await worker.fetch('/nowhere/')).status).toBe(404);
  });
});

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePage } from '../../src/site/encoding.ts';
import { readLanguages } from '../../src/site/settings.ts';
import { localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());

const cyrillic = 'Абараніце мірных пратэстоўцаў у Беларусі — «зараз жа». '.repeat(3);

describe('the bytes of a page', () => {
  it('are one a letter where that is lighter, and say so', () => {
    const page = encodePage(`<meta charset=utf-8><p>${cyrillic}`);
    expect(page.charset).toBe('windows-1251');
    expect(new TextDecoder('windows-1251').decode(page.bytes)).toBe(
      `<meta charset=windows-1251><p>${cyrillic}`,
    );
  });

  it('stay UTF-8 where a single letter has no place in the old character set', () => {
    const page = encodePage(`<meta charset=utf-8><p>${cyrillic}中`);
    expect(page).toEqual({
      charset: 'utf-8',
      bytes: Buffer.from(`<meta charset=utf-8><p>${cyrillic}中`),
    });
  });

  it.each(readLanguages(localSite.content))(
    'arrive in %s with the same charset in header and page, and show its title',
    async (language) => {
      const response = await worker.fetch(`/${language}/`);
      const charset = /charset=([\w-]+)$/.exec(response.headers.get('content-type') ?? '')?.[1];
      const html = new TextDecoder(charset).decode(await response.arrayBuffer());
      expect(html).toContain(`<meta charset=${charset ?? 'missing'}>`);
      const [, title = ''] =
        /^title: (.*)$/m.exec(readFileSync(`src/content/${language}/petition.md`, 'utf8')) ?? [];
      expect(html).toContain(`<h1>${title}</h1>`);
    },
  );
});

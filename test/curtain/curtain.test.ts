import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';
import { answerWhole, type Treatment } from './edge.ts';
import { byteFilter } from './filter.ts';
import { localHost, openProxied } from './link.ts';
import { padBehind, paddedSize } from './pad.ts';
import { differs, visit } from './visit.ts';

let worker: TestWorker;
let link: Awaited<ReturnType<typeof openProxied>>;
beforeAll(async () => {
  worker = await startWorker();
  link = await openProxied(worker);
});
afterAll(async () => {
  await link.stop();
  await worker.stop();
});
beforeEach(async () => {
  await worker.clear();
  link.setFilter(byteFilter);
});

const languages = ['ru', 'ar'];
const addressOf = (language: string) => `https://${localHost}/${language}/`;

describe('behind a filter that freezes each connection after 16 KB', () => {
  it.each(languages)('the page in %s arrives whole, and signs', async (language) => {
    link.edge.welcome();
    const seen = await visit(link.browser, addressOf(language), { expectWhole: true });
    expect(seen.trouble).toBeUndefined();
    expect(seen.whole).toBeDefined();
    expect(await differs(await worker.rows(), seen.code ?? '', localSite.keys)).toBeUndefined();
    expect(link.proxy.connections().filter(({ frozen }) => frozen)).toEqual([]);
  });

  it.each(languages)(
    'the page in %s is cut when padded to 30 KB, and still signs',
    async (language) => {
      link.edge.welcome({ change: (html) => padBehind(html, paddedSize) });
      const seen = await visit(link.browser, addressOf(language), { expectWhole: true });
      expect(seen.trouble).toBeUndefined();
      expect(seen.whole).toBeUndefined();
      expect(await differs(await worker.rows(), seen.code ?? '', localSite.keys)).toBeUndefined();
      const [first, ...others] = link.proxy.connections();
      expect(first).toEqual({ bytesToClient: 16_384, frozen: true });
      expect(others.some(({ frozen }) => !frozen)).toBe(true);
    },
  );
});

describe('a first request that hangs', () => {
  const hangs: Treatment = () => undefined;
  const losesAnswer: Treatment = async (_, ask) => {
    await ask();
  };

  it.each([
    ['is never heard of', hangs],
    ['arrives, and its answer is lost', losesAnswer],
  ])('since it %s goes down the ladder, and is one signature', async (_, treatFirst) => {
    let posted = 0;
    link.edge.welcome({
      treat: (stream, ask) => (posted++ === 0 ? treatFirst : answerWhole)(stream, ask),
    });
    const seen = await visit(link.browser, addressOf('ru'), { expectWhole: true });
    expect(seen.trouble).toBeUndefined();
    expect(seen.posts.filter((host) => host === localHost)).toHaveLength(2);
    expect(await differs(await worker.rows(), seen.code ?? '', localSite.keys)).toBeUndefined();
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTooHeavy, weighSite } from '../../src/operation/weigh.ts';
import { readLanguages } from '../../src/site/settings.ts';
import { productionSite } from '../sites.ts';

const weights = weighSite(join(productionSite.dist, 'client'));

describe('a page as it is deployed, with the count, news and every other door', () => {
  it.each(readLanguages(productionSite.content))(
    'arrives whole through a link frozen after a few packets: %s',
    (language) => {
      const page = weights.find(({ file }) => file === `${language}/index.html`);
      expect(page?.brotli4).toBeLessThanOrEqual(6000);
      expect(page?.front).toBeLessThanOrEqual(3600);
    },
  );

  it('says at its foot what it weighs at most, and every other page what was tested', () => {
    const read = (file: string) => readFileSync(join(productionSite.dist, 'client', file), 'utf8');
    expect(weights.find(({ file }) => file === 'en/index.html')?.limit).toBe(6000);
    expect(read('en/index.html')).toContain('<small>6 KB</small></footer>');
    for (const language of readLanguages(productionSite.content)) {
      const foot = /<small>[^<]*<\/small>(?=<\/footer>)/.exec(
        read(`${language}/safety/index.html`),
      );
      expect(foot?.[0].match(/\d+/g), language).toEqual(['6', '16']);
    }
  });

  it('or script of another kind keeps to a budget of its own', () => {
    expect(weights.filter(isTooHeavy)).toEqual([]);
  });

  it('or script that nobody gave a budget is found', () => {
    expect(
      isTooHeavy({ file: 'be/new.js', raw: 1, brotli11: 1, brotli4: 1, limit: undefined }),
    ).toBe(true);
  });
});

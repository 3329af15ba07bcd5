import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { weighPages } from '../../src/operation/weigh.ts';
import { readLanguages } from '../../src/site/settings.ts';
import { productionSite } from '../sites.ts';

/** In brotli 4. The front may have 3,600 where the padded-page test behind the curtain passes 20 of 20. */
const pageBudget = 6000;
const frontBudget = 3600;
/** Of the page on which somebody posts for others, who has a better link. */
const carryBudget = 3600;

const pages = weighPages(join(productionSite.dist, 'client'));

describe('a page as it is deployed, with the count on it', () => {
  it.each(readLanguages(productionSite.content))(
    'arrives whole through a link frozen after a few packets: %s',
    (language) => {
      const page = pages.find((one) => one.page === `${language}/index.html`);
      expect(page?.brotli4).toBeLessThanOrEqual(pageBudget);
      expect(page?.front).toBeLessThanOrEqual(frontBudget);
    },
  );

  it('for couriers stays small in every language', () => {
    const carry = pages.filter(({ page }) => page.endsWith('/carry/index.html'));
    expect(carry.length).toBe(readLanguages(productionSite.content).length);
    for (const { page, brotli4 } of carry) expect(brotli4, page).toBeLessThanOrEqual(carryBudget);
  });

  it('of another kind weighs no more than the campaign page', () => {
    for (const { page, brotli4 } of pages) expect(brotli4, page).toBeLessThanOrEqual(pageBudget);
  });
});

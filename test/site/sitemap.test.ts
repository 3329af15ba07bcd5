import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLanguages } from '../../src/site/settings.ts';
import { productionSite } from '../sites.ts';
import { elements, readXml, textOf } from './xml.ts';

const client = join(productionSite.dist, 'client');
const { host } = productionSite;
const urls = elements(readXml(readFileSync(join(client, 'sitemap.xml'), 'utf8')), 'url').map(
  (url) => ({
    loc: textOf(url, 'loc') ?? '',
    lastmod: textOf(url, 'lastmod'),
    links: elements(url, 'xhtml:link').map(({ attributes }) => attributes),
  }),
);
const alternatesOf = (address: string) =>
  urls.find(({ loc }) => loc === address)?.links.map(({ href = '' }) => href) ?? [];

describe('the sitemap', () => {
  it('lists every page of every language, each once, but no answer and no page for couriers', () => {
    const pages = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /^\w+\/(.+\/)?index\.html$/.test(file),
    );
    const wanted = pages
      .filter((file) => !/\/(answer|carry)\/|^languages\//.test(file))
      .map((file) => `${host}/${file.replace('index.html', '')}`);
    expect(urls.map(({ loc }) => loc).sort()).toEqual(wanted.sort());
  });

  it('lists only pages that exist', () => {
    for (const { loc } of urls)
      expect(existsSync(join(client, loc.replace(host, ''), 'index.html')), loc).toBe(true);
  });

  it('names each page in every language, and the root for any other', () => {
    const languages = [...readLanguages(productionSite.content), 'x-default'];
    for (const { loc, links } of urls) {
      expect(
        links.map(({ hreflang }) => hreflang),
        loc,
      ).toEqual(languages);
      expect(links.at(-1)).toEqual({
        rel: 'alternate',
        hreflang: 'x-default',
        href: `${host}/`,
      });
    }
  });

  it('names pages that name each other', () => {
    for (const { loc } of urls)
      for (const other of alternatesOf(loc).filter((href) => href !== `${host}/`))
        expect(alternatesOf(other), `${other} → ${loc}`).toContain(loc);
  });

  it('says when a page was last changed only where that is known', () => {
    const changed = (page: string) => urls.find(({ loc }) => loc === host + page)?.lastmod;
    expect(changed('/en/')).toBe('2020-07-28');
    expect(changed('/be/updates/')).toBe('2020-08-12');
    expect(changed('/be/updates/2020-08-05-handed-over/')).toBe('2020-08-05');
    expect(changed('/en/privacy/')).toBeUndefined();
  });

  it('is named to search engines at the campaign’s host', () => {
    const robots = readFileSync(join(client, 'robots.txt'), 'utf8');
    expect(robots).toContain(`\nSitemap: ${host}/sitemap.xml\n`);
    expect(robots).toContain('User-agent: *\nDisallow: /api/\n');
  });

  it('is the only place that lists languages for search engines: no page carries them', () => {
    expect(readFileSync(join(client, 'en/index.html'), 'latin1')).not.toContain('hreflang');
  });
});

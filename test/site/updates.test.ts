import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { linkPhotos } from '../../src/site/photos.ts';
import { localSite, productionSite } from '../sites.ts';
import { photo } from './news.ts';
import { elements, readXml, textOf } from './xml.ts';

const client = join(productionSite.dist, 'client');
const read = (page: string) => readFileSync(join(client, page), 'utf8');

const itemsOf = (language: string) => elements(readXml(read(`${language}/updates.xml`)), 'item');

describe('a campaign without news', () => {
  it('has no page for them, no feed and no link', () => {
    const local = join(localSite.dist, 'client');
    const built = readdirSync(local, { recursive: true, encoding: 'utf8' });
    expect(built.filter((name) => name.includes('updates') || name.includes('photos'))).toEqual([]);
    expect(readFileSync(join(local, 'en/index.html'), 'utf8')).not.toContain('updates/');
  });
});

describe('the list of news', () => {
  it('begins with the newest, each with its day in words', () => {
    const list = read('en/updates/index.html');
    expect(list).toMatch(/Thank you.*12 August 2020.*Handed over.*5 August 2020/s);
  });

  it('is linked from every page of the language', () => {
    for (const page of ['', 'privacy/', 'safety/', 'withdraw/'])
      expect(read(`ar/${page}index.html`), page).toMatch(/href=(\.\.\/)?updates\//);
  });

  it('shows what a language lacks in the default language, and says which that is', () => {
    const list = read('ar/updates/index.html');
    expect(list.match(/<li lang=en dir=ltr>/g)).toHaveLength(2);
    expect(read('be/updates/index.html')).toMatch(/Thank you.*<li><a [^>]*>Перададзена/s);
  });

  it('names its feed to people and to their readers', () => {
    for (const page of ['updates/index.html', 'updates/2020-08-12-thank-you/index.html']) {
      const html = read(`en/${page}`);
      expect(html).toMatch(/<link rel=alternate type=application\/rss\+xml href=[./]+updates.xml>/);
      expect(html).toMatch(/<a href=[./]+updates.xml>RSS/);
    }
  });
});

describe('a piece of news', () => {
  it('has its title, its day and its text', () => {
    const page = read('be/updates/2020-08-05-handed-over/index.html');
    expect(page).toMatch(/<h1>Перададзена<\/h1>.*5 жніўня 2020.*Мы перадалі подпісы\./s);
    expect(page).not.toContain('lang=en');
  });

  it('that a language lacks is there in the default language, and says so', () => {
    const page = read('ar/updates/2020-08-05-handed-over/index.html');
    expect(page).toMatch(
      /<html lang=ar dir=rtl>.*<h1 lang=en dir=ltr>Handed over.*<article lang=en dir=ltr>/s,
    );
  });

  it('links to a picture, with its size, and loads none', () => {
    const page = read('en/updates/2020-08-05-handed-over/index.html');
    expect(page).toMatch(
      /<a href=\.\.\/\.\.\/\.\.\/photos\/square\.jpg>The square<\/a> \(\d+ kB\)/,
    );
    expect(page).not.toContain('<img');
  });
});

describe('a picture of the campaign', () => {
  it('is published smaller and without what the camera wrote into it', async () => {
    const taken = readFileSync(join(productionSite.content, 'photos', photo.name));
    const published = readFileSync(join(client, 'photos', photo.name));
    expect(taken.includes(photo.place)).toBe(true);
    expect(published.includes(photo.place)).toBe(false);
    const { width, exif } = await sharp(published).metadata();
    expect({ width, exif }).toEqual({ width: 1600, exif: undefined });
  });
});

describe('a link to a picture', () => {
  const link = (href: string) =>
    linkPhotos(`<a href="${href}">The square</a>`, '../', 'be', productionSite.content);

  it('is found wherever the writer thought the folder to be', async () => {
    for (const href of ['photos/square.jpg', '../photos/square.jpg', '/photos/square.jpg'])
      expect(await link(href)).toBe('<a href="../photos/square.jpg">The square</a> (6 КБ)');
  });

  it('to another site stays as it is', async () => {
    const elsewhere = 'https://example.org/photos/square.jpg';
    expect(await link(elsewhere)).toBe(`<a href="${elsewhere}">The square</a>`);
  });

  it('that is not there stops the build, and names those that are', async () => {
    await expect(link('photos/sqare.jpg')).rejects.toThrow(/photos\/sqare\.jpg.*square\.jpg/);
  });
});

describe('the feed', () => {
  it('says its language and its own address', () => {
    const feed = readXml(read('be/updates.xml'));
    expect(textOf(feed, 'language')).toBe('be');
    expect(textOf(feed, 'link')).toBe(`${productionSite.host}/be/`);
    expect(elements(feed, 'atom:link')[0]?.attributes).toEqual({
      href: `${productionSite.host}/be/updates.xml`,
      rel: 'self',
      type: 'application/rss+xml',
    });
  });

  it('has every piece of news, newest first, at noon of its day', () => {
    const items = itemsOf('en');
    expect(items.map((item) => textOf(item, 'title'))).toEqual(['Thank you', 'Handed over']);
    expect(items.map((item) => textOf(item, 'pubDate'))).toEqual([
      'Wed, 12 Aug 2020 12:00:00 GMT',
      'Wed, 05 Aug 2020 12:00:00 GMT',
    ]);
  });

  it('tells the first paragraph of each, without its marks', () => {
    expect(itemsOf('en').map((item) => textOf(item, 'description'))).toEqual([
      'To you all.',
      'We handed over all signatures & hope for an answer.',
    ]);
  });

  it('leads to pages that exist', () => {
    const links = ['en', 'be', 'ar'].flatMap(itemsOf).map((item) => textOf(item, 'link') ?? '');
    expect(links).toHaveLength(6);
    for (const link of links)
      expect(existsSync(join(client, link.replace(productionSite.host, ''), 'index.html'))).toBe(
        true,
      );
  });

  it('says of each piece which language it is in', () => {
    expect(itemsOf('be').map((item) => textOf(item, 'dc:language'))).toEqual(['en', 'be']);
  });
});

/** The news as a feed (RSS 2.0), each with its first paragraph. */
import rss from '@astrojs/rss';
import type { APIRoute } from 'astro';
import { unmark } from '../../site/foreign.ts';
import { readLanguage } from '../../site/language.ts';
import { readUpdates, summaryOf, updatesPaths } from '../../site/updates.ts';

export const prerender = true;
export const getStaticPaths = updatesPaths;

export const GET: APIRoute = async ({ params }) => {
  const { language, address, petition, words } = await readLanguage(params['lang'] ?? '');
  const updates = await readUpdates(language);
  return rss({
    title: unmark(`${words.updates.title}: ${petition.title}`),
    description: petition.lead,
    site: address,
    xmlns: { atom: 'http://www.w3.org/2005/Atom', dc: 'http://purl.org/dc/elements/1.1/' },
    customData: `<language>${language}</language><atom:link href="${address}updates.xml" rel="self" type="application/rss+xml"/>`,
    items: updates.map((update) => ({
      title: update.title,
      link: `${address}updates/${update.slug}/`,
      // A day and no hour: noon, so that it is the same day nearly everywhere.
      pubDate: new Date(`${update.date}T12:00:00Z`),
      description: summaryOf(update),
      customData: `<dc:language>${update.language}</dc:language>`,
    })),
  });
};

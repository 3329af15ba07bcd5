/** What search engines are told: where the pages are, and that the rest is no page. */
import { readSettings } from '../site/settings.ts';

export const prerender = true;

export function GET(): Response {
  const { host } = readSettings();
  return new Response(`User-agent: *\nDisallow: /api/\n\nSitemap: ${host}/sitemap.xml\n`);
}

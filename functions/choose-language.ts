/** GET /: the language that the browser asks for, among ours. */
import type { Campaign } from '../src/signature/campaign.ts';

/** Redirects to a language's page; a header that makes no sense leads to the default one. */
export function redirectToLanguage(request: Request, campaign: Campaign): Response {
  const language = chooseLanguage(request.headers.get('accept-language') ?? '', campaign);
  return new Response(null, {
    status: 302,
    headers: { location: `/${language}/`, vary: 'accept-language', 'cache-control': 'no-store' },
  });
}

/** The best of our languages for an Accept-Language header (RFC 9110, section 12.5.4). */
export function chooseLanguage(header: string, campaign: Campaign): string {
  const wanted = header
    .slice(0, 500)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
      const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find(Boolean);
      return { language: tag.trim().split('-')[0], quality: quality ? Number(quality) : 1 };
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality);
  const match = wanted.find(({ language }) => campaign.languages.some((one) => one === language));
  return match?.language ?? campaign.defaultLanguage;
}

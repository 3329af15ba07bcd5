/**
 * What the Worker answers: short JSON for the page's script, or a prerendered page filled in. Not a word
 * that a visitor reads stands here; answers carry keys, pages carry the words.
 */
import type { Bindings } from './environment.ts';

/** Every JSON answer may be read from a relay, a mirror or a file. */
const jsonHeaders = {
  'content-type': 'application/json',
  'access-control-allow-origin': '*',
  'cache-control': 'no-store',
};

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A JSON answer of at most 200 bytes. */
export function answerJson(
  status: number,
  body: object,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...jsonHeaders, ...headers } });
}

/** A prerendered page of src/pages, as it is or rewritten. */
export async function answerPage(
  assets: Bindings['ASSETS'],
  url: URL,
  status: number,
  rewriter: HTMLRewriter = new HTMLRewriter(),
): Promise<Response> {
  const page = await assets.fetch(url);
  if (!page.ok && status !== 404 && status !== 405)
    throw new Error(`The page ${url.pathname} is not built.`);
  const rewritten = rewriter.transform(page);
  const policy = page.headers.get('content-security-policy');
  const headers = policy ? { ...pageHeaders, 'content-security-policy': policy } : pageHeaders;
  return new Response(rewritten.body, { status, headers });
}

/** Text as an attribute's value: HTMLRewriter escapes the quotes, not the ampersands. */
export function asAttribute(text: string): string {
  return text.replaceAll('&', '&amp;');
}

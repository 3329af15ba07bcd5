/**
 * What a file may do, written into it, since nobody sends headers with it: run its own scripts and styles,
 * ask the campaign's hosts and no others, tell nobody where a reader came from.
 */
import { createHash } from 'node:crypto';

const charset = '<meta charset=utf-8>';

/**
 * Puts a Content-Security-Policy and a referrer policy behind the charset of a minified page. `requests` are
 * the origins that scripts may ask, `forms` those that a form may go to.
 */
export function protect(html: string, requests: string[], forms: string[]): string {
  if (html.split(charset).length !== 2)
    throw new Error('A page must say once that it is in UTF-8.');
  const policy = [
    `default-src 'none'`,
    `script-src ${hashes(html, 'script')}`,
    `style-src ${hashes(html, 'style')}`,
    'img-src data:',
    `connect-src ${requests.join(' ')}`,
    `form-action ${Array.from(new Set(forms)).join(' ')}`,
    `base-uri 'none'`,
  ].join(';');
  return html.replace(
    charset,
    () =>
      `${charset}<meta http-equiv=Content-Security-Policy content="${policy}"><meta name=referrer content=no-referrer>`,
  );
}

/** The hashes of all inline scripts or styles. */
function hashes(html: string, tag: string): string {
  const inline = Array.from(
    html.matchAll(new RegExp(`<${tag}>(.+?)</${tag}>`, 'gs')),
    ([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
  );
  return Array.from(new Set(inline)).join(' ') || `'none'`;
}

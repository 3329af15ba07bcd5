/**
 * Last step of a build: takes every byte out of the pages that says nothing, sends each in its lightest
 * charset, and writes the headers that let only our own inline scripts and styles run.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { minify } from 'html-minifier-next';
import type { Campaign } from '../signature/campaign.ts';
import { encodePage } from './encoding.ts';

const turnstile = 'https://challenges.cloudflare.com';

/** An Astro integration. */
export function finishPages(campaign: () => Campaign): AstroIntegration {
  return {
    name: 'undersigned-finish-pages',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        const folder = fileURLToPath(dir);
        const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.html'))
          .map((name) => join(folder, name));
        for (const page of pages) {
          // HTMLRewriter builds no tree: in the Worker's templates every element needs its end.
          const whole = page.includes('/answer/');
          writeFileSync(page, await smallHtml(readFileSync(page, 'utf8'), whole));
        }
        const html = pages.map((page) => readFileSync(page, 'utf8')).join('');
        const { host, languages } = campaign();
        const policy = contentSecurityPolicy(html, host);
        const charsets = languages.map((language) => encodeCampaignPage(folder, language));
        // Into the block for all pages, which ends public/_headers: of two for one path the last wins.
        appendFileSync(
          join(folder, '_headers'),
          `  Content-Security-Policy: ${policy}\n${charsets.join('')}`,
        );
      },
    },
  };
}

/** Writes a campaign page in the charset in which it is lightest; returns the header that says so. */
function encodeCampaignPage(folder: string, language: string): string {
  const page = join(folder, language, 'index.html');
  const { charset, bytes } = encodePage(readFileSync(page, 'utf8'));
  writeFileSync(page, bytes);
  return `\n/${language}/\n  Content-Type: text/html; charset=${charset}\n`;
}

/** HTML without what HTML lets one leave out; scripts and styles stay as they are. */
export function smallHtml(html: string, keepEndTags: boolean): Promise<string> {
  return minify(html, {
    collapseWhitespace: true,
    collapseBooleanAttributes: true,
    decodeEntities: true,
    removeAttributeQuotes: true,
    removeOptionalTags: !keepEndTags,
  });
}

/** Allows the inline scripts and styles of these pages by hash, Turnstile, and requests to our own host. */
export function contentSecurityPolicy(html: string, host: string): string {
  const hashes = (tag: string) =>
    Array.from(
      new Set(
        Array.from(
          html.matchAll(new RegExp(`<${tag}>(.+?)</${tag}>`, 'gs')),
          ([, code = '']) => code,
        ),
      ),
      (code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
    ).join(' ');
  return [
    `default-src 'none'`,
    `script-src ${hashes('script')} ${turnstile}`,
    `style-src ${hashes('style')}`,
    `img-src data:`,
    `connect-src 'self' ${host}`.trim(),
    `frame-src ${turnstile}`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

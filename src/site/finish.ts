/**
 * Last step of a build: takes every byte out of the pages that says nothing, sends each in its lightest
 * charset, and writes the headers that let only our own inline scripts and styles run.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { minify } from 'html-minifier-next';
import type { Campaign } from '../signature/campaign.ts';
import { encodePage } from './encoding.ts';
import { readSettings } from './settings.ts';

const turnstile = 'https://challenges.cloudflare.com';

/** An Astro integration. */
export function finishPages(campaign: () => Campaign): AstroIntegration {
  return {
    name: 'undersigned-finish-pages',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        const folder = fileURLToPath(dir);
        offerOnion(join(folder, '_headers'), readSettings().onion);
        const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.html'))
          .map((name) => join(folder, name));
        for (const page of pages) {
          // HTMLRewriter builds no tree: in the Worker's templates every element needs its end.
          const whole = page.includes('/answer/');
          writeFileSync(page, await smallHtml(readFileSync(page, 'utf8'), whole));
        }
        const site = campaign();
        const own = site.languages.map((language) => join(folder, language, 'index.html'));
        // Into the block for all paths, which ends public/_headers; those of the campaign pages follow.
        const general = contentSecurityPolicy(
          pages.filter((page) => !own.includes(page)),
          site,
        );
        const blocks = own.map((page) => finishCampaignPage(page, site));
        appendFileSync(
          join(folder, '_headers'),
          `  Content-Security-Policy: ${general}\n${blocks.join('')}`,
        );
      },
    },
  };
}

/** Into the block for all paths: where the same page is as an onion service, which Tor Browser offers. */
function offerOnion(headers: string, onion: string | undefined): void {
  if (onion) appendFileSync(headers, `  Onion-Location: ${onion}/:splat\n`);
}

/**
 * Writes a campaign page in the charset in which it is lightest; returns its block of `_headers`. Its
 * policy names no script but its own: each further hash takes 50 bytes from what the worst link lets through.
 */
function finishCampaignPage(page: string, campaign: Campaign): string {
  const policy = contentSecurityPolicy([page], campaign);
  const { charset, bytes } = encodePage(readFileSync(page, 'utf8'));
  writeFileSync(page, bytes);
  return [
    `\n/${basename(dirname(page))}/`,
    `  Content-Type: text/html; charset=${charset}`,
    `  ! Content-Security-Policy`,
    `  Content-Security-Policy: ${policy}\n`,
  ].join('\n');
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

/**
 * Allows the inline scripts and styles of these files by hash, Turnstile, requests to our own host and the
 * relay, forms to go to our own hosts.
 */
export function contentSecurityPolicy(
  files: string[],
  { host, relay, formHost }: Campaign,
): string {
  const html = files.map((file) => readFileSync(file, 'utf8')).join('');
  const hashes = (tag: string) =>
    Array.from(
      new Set(
        Array.from(
          html.matchAll(new RegExp(`<${tag}>(.+?)</${tag}>`, 'gs')),
          ([, code = '']) => code,
        ),
      ),
      (code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
    );
  const directive = (name: string, ...sources: string[]) =>
    [name, ...sources.filter(Boolean)].join(' ');
  return [
    directive('default-src', `'none'`),
    directive('script-src', ...hashes('script'), `'self'`, turnstile),
    directive('style-src', ...hashes('style')),
    directive('img-src', 'data:'),
    directive('connect-src', host || `'self'`, relay),
    directive('frame-src', turnstile),
    directive('form-action', `'self'`, formHost),
    directive('base-uri', `'none'`),
    directive('frame-ancestors', `'none'`),
  ].join(';');
}

/**
 * Builds the files of a mirror: a site of its own for Astro (src/mirror/pages), without Worker, Turnstile and
 * public number, from the components of the real one. Then each page becomes one file that stands alone.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AstroInlineConfig } from 'astro';
import { quiet } from '../operation/run.ts';
import { readCampaign } from '../site/campaign.ts';
import { checkFirst } from '../site/check/first.ts';
import { smallHtml } from '../site/finish.ts';
import { pageConstants } from '../site/page-constants.ts';
import { campaignPlugin, inlineScriptPlugin } from '../site/plugins.ts';
import type { Settings } from '../site/settings.ts';
import type { Edition } from './edition.ts';
import { filesOf, partsOf, resolveForm, resolveLinks } from './links.ts';
import type { Files } from './manifest.ts';
import { protect } from './policy.ts';

/** The files of an edition by their names: index.html, be.html… Throws what Astro throws. */
export async function buildFiles(
  content: string,
  settings: Settings,
  edition: Edition,
): Promise<Files> {
  // Inside the project: for a folder elsewhere Astro keeps its chunks in one place for all builds.
  mkdirSync('.astro', { recursive: true });
  const folder = mkdtempSync(resolve('.astro', 'mirror-'));
  Object.assign(process.env, quiet); // Astro reads it when it is loaded
  const { build } = await import('astro');
  try {
    await build(siteOf(folder, content, edition));
    const read = (path: string) => readFileSync(join(folder, 'site', path), 'utf8');
    const pages = settings.languages.map((language) => ({
      name: `${language}.html`,
      address: `${settings.host}/${language}/`,
      html: read(`${language}/index.html`),
    }));
    const index = { name: 'index.html', address: `${settings.host}/`, html: read('index.html') };
    const files = [index, ...pages].map(async ({ name, address, html }) => {
      const text = await finishFile(html, address, settings);
      return [name, new TextEncoder().encode(text)] as const;
    });
    return new Map(await Promise.all(files));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Makes a built page stand alone: links, form, few bytes, and what it may ask of the network. */
async function finishFile(
  html: string,
  address: string,
  { host, relay, formHost = host, languages }: Settings,
): Promise<string> {
  const places = new Map([...filesOf(host, languages), ...partsOf(address)]);
  const linked = resolveLinks(resolveForm(html, address, formHost), address, places);
  const requests = relay === undefined ? [host] : [host, relay];
  return protect(await smallHtml(linked, false), requests, [host, formHost]);
}

function siteOf(folder: string, content: string, { made, expires }: Edition): AstroInlineConfig {
  // A file has no origin of its own to post to: the host is the real one on every machine.
  const campaign = () => readCampaign(content, false);
  const constants = () => ({ ...pageConstants(campaign()), SITE_KEY: '', EXPIRES: expires });
  return {
    configFile: false,
    logLevel: 'error',
    srcDir: 'src/mirror',
    outDir: join(folder, 'site'),
    cacheDir: join(folder, 'cache'),
    publicDir: resolve(folder, 'nothing'),
    compressHTML: true,
    build: { inlineStylesheets: 'always' },
    devToolbar: { enabled: false },
    integrations: [checkFirst(content)],
    vite: {
      plugins: [campaignPlugin(campaign), inlineScriptPlugin(constants)],
      define: { MADE: JSON.stringify(made), EXPIRES: JSON.stringify(expires) },
    },
  };
}

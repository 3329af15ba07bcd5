/** The site that the curtain measures: the campaign of the repository with a relay, and the clocks of visitors. */
import { appendFileSync, cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureDevelopmentKey } from '../../src/delivery/key-file.ts';
import { run } from '../../src/operation/run.ts';
import { readSettings } from '../../src/site/settings.ts';
import { builtCount, relay } from '../sites.ts';

export type Site = { dist: string; keys: string };

/** Where the site is in a folder that `buildSite` made. */
export function siteIn(folder: string): Site {
  return { dist: join(folder, 'site'), keys: join(folder, 'keys') };
}

/** Builds the site, local so that its rows can be opened, into a new folder; returns the folder. */
export async function buildSite(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'curtain-site-'));
  const { dist, keys } = siteIn(folder);
  // What Astro runs while it builds looks for packages above the folder it builds into.
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const content = join(folder, 'content');
  cpSync('src/content', content, { recursive: true });
  const settings = readSettings(content);
  if (!settings.relay) appendFileSync(join(content, 'campaign.yaml'), `\nrelay: ${relay}\n`);
  await ensureDevelopmentKey(keys, settings.id);
  await run('astro', ['build', '--outDir', dist], {
    UNDERSIGNED_CONTENT: content,
    UNDERSIGNED_LOCAL: '1',
    UNDERSIGNED_KEYS: keys,
    UNDERSIGNED_COUNT: String(builtCount),
  });
  return folder;
}

/**
 * Part of a deployment's build: puts the mirror of `npm run mirror` under /mirror/, as it was signed. What is
 * not as it was signed, too old, or made for another host stops the build before it has begun.
 */
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { mirrorFolder, publishesMirror } from '../site/published-mirror.ts';
import { readSettings, type Settings } from '../site/settings.ts';
import { manifestFile, readManifest } from './manifest.ts';
import { verifyMirror } from './verify.ts';

/**
 * The files carry a policy of their own, which the site's would add to: it knows none of their scripts. Only
 * what a <meta> cannot say is sent (w3.org/TR/CSP3, section 3.3).
 */
const headers = `
/mirror/*
  ! Content-Security-Policy
  Content-Security-Policy: frame-ancestors 'none'
`;

/** An Astro integration; the last one, so that nothing rewrites what was signed. */
export function publishMirror(): AstroIntegration {
  return {
    name: 'undersigned-publish-mirror',
    hooks: {
      'astro:config:setup': async ({ command }) => {
        if (command !== 'build' || !publishesMirror()) return;
        const faults = await faultsOf(mirrorFolder, readSettings());
        if (faults.length === 0) return;
        console.error(
          [
            `The mirror in ${mirrorFolder} cannot be published:`,
            ...faults,
            'Write it anew: npm run mirror. To deploy without one, move the folder away.',
          ].join('\n'),
        );
        process.exit(1);
      },
      'astro:build:done': ({ dir }) => {
        if (!publishesMirror()) return;
        const site = fileURLToPath(dir);
        cpSync(mirrorFolder, join(site, 'mirror'), { recursive: true });
        appendFileSync(join(site, '_headers'), headers);
      },
    },
  };
}

/** What is wrong with a mirror, in sentences; empty for one that the campaign signed and that is good today. */
async function faultsOf(folder: string, { id, host, mirrorKey }: Settings): Promise<string[]> {
  if (mirrorKey === undefined)
    return ['campaign.yaml has no mirrorKey, so nobody can tell who signed it.'];
  const today = new Date().toISOString().slice(0, 10);
  const { good, lines } = await verifyMirror(folder, { publicKey: mirrorKey, campaign: id, today });
  if (!good) return lines;
  const made = readManifest(readFileSync(join(folder, manifestFile)))?.host;
  return made === host ? [] : [`Its files post to ${made ?? 'nobody'}, not to ${host}.`];
}

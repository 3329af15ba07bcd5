/** The local site as it would be if the campaign closed on another day: the Worker's clock stays real. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { readSettings } from '../src/site/settings.ts';
import { localSite } from './sites.ts';

/** Copies the built site and moves its closing; returns where it is. Throws when nothing was moved. */
export function siteThatCloses(day: string): string {
  const dist = `${localSite.dist}-closes-${day}-${String(process.pid)}`;
  cpSync(localSite.dist, dist, { recursive: true });
  const worker = `${dist}/server/entry.mjs`;
  const code = readFileSync(worker, 'utf8');
  const moved = code.replace(
    `"closes": "${readSettings(localSite.content).closes}"`,
    `"closes": "${day}"`,
  );
  if (moved === code) throw new Error('The Worker does not say when the campaign closes.');
  writeFileSync(worker, moved);
  return dist;
}

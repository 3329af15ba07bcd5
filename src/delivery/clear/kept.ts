/**
 * What the delivery has left on this machine, and until when it may stay: what the campaign promised for the
 * database holds for the copies that were made from it. Looks at names, days and manifests alone.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destroyedFrom } from '../../signature/retention.ts';
import { dayOf } from '../../signature/stamp.ts';
import { replaced, unfinished } from '../batch/folder.ts';
import { readManifest, sha256 } from '../batch/manifest.ts';
import type { BatchRow } from '../batch/sql.ts';
import { manifestFile } from '../batch/write.ts';

/** A file or folder, and the UTC day from which it must not be there any more. */
export type Kept = { path: string; due: string };

/** What the campaign promised: when it delivered, and the day by which everything is deleted. */
export type Promised = { batches: readonly BatchRow[]; deletedBy: string };

/** Lists what there is in a folder of deliveries, what is due first. What is not ours is not listed. */
export function listKept(folder: string, promised: Promised): Kept[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const path = join(folder, name);
      const due = dueOf(name, path, promised.batches);
      return due === undefined ? [] : [{ path, due: earliest([due, promised.deletedBy]) }];
    })
    .sort((one, other) => (one.due === other.due ? 0 : one.due < other.due ? -1 : 1));
}

function dueOf(name: string, path: string, batches: readonly BatchRow[]): string | undefined {
  const changed = () => dayOf(statSync(path).mtime);
  if (/^batch-\d{3,}(-again)?$/.test(name))
    return destroyedFrom(handedOver(path, batches) ?? changed());
  // What was broken off holds names in the open, and is of no use.
  if (name === unfinished || name === replaced) return changed();
  if (name === 'report.html') return destroyedFrom(changed());
  const [, day] = /^(?:contacts|news|person)-(\d{4}-\d{2}-\d{2})/.exec(name) ?? [];
  if (day === undefined && !/^(rows|opened|again)\.sqlite/.test(name)) return undefined;
  const read = day ?? changed();
  const held = batches.filter(({ destroyed }) => destroyed === null || destroyed > read);
  const days = held.flatMap(({ confirmed }) => confirmed ?? []);
  return earliest([read, ...days].map(destroyedFrom));
}

/** The day of a batch's confirming; that of its writing where it is not the one that was confirmed. */
function handedOver(folder: string, batches: readonly BatchRow[]): string | undefined {
  try {
    const text = readFileSync(join(folder, manifestFile), 'utf8');
    const { number, made } = readManifest(text);
    const batch = batches.find((one) => one.number === number && one.manifest === sha256(text));
    return batch?.confirmed ?? made;
  } catch {
    return undefined;
  }
}

function earliest(days: readonly string[]): string {
  return days.reduce((one, other) => (other < one ? other : one));
}

/**
 * The folder of a batch: it appears whole or not at all, only this user can read it, and a run that was
 * broken off leaves nothing that the next one does not clear away.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DeliveryError, reasonOf } from '../errors.ts';

/** What a run that was broken off leaves; the next one clears it away. */
export const unfinished = '.unfinished';
export const replaced = '.replaced';

/** The name of a batch's folder. */
export function folderName(number: number): string {
  return `batch-${String(number).padStart(3, '0')}`;
}

/** Paths of the folders of batches, by number. */
export function listFolders(out: string): { number: number; folder: string }[] {
  if (!existsSync(out)) return [];
  return readdirSync(out)
    .flatMap((name) => {
      const [, digits] = /^batch-(\d{3,})$/.exec(name) ?? [];
      return digits === undefined ? [] : [{ number: Number(digits), folder: join(out, name) }];
    })
    .sort((one, other) => one.number - other.number);
}

/**
 * Fills a new folder and gives it its name; an older one of that name goes. Throws a DeliveryError, and
 * leaves the older one, when it cannot be filled.
 */
export async function writeFolder(
  out: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const temporary = join(out, unfinished);
  const folder = join(out, name);
  try {
    clear(out);
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    await fill(temporary);
    if (existsSync(folder)) renameSync(folder, join(out, replaced));
    renameSync(temporary, folder);
    clear(out);
  } catch (error) {
    clear(out);
    if (error instanceof DeliveryError || !isOfDisk(error)) throw error;
    const next = `Is there room on the disk, and may you write to ${out}? Then run this command again.`;
    throw new DeliveryError('files', `Could not write ${folder}: ${reasonOf(error)}`, next, error);
  }
  return folder;
}

function clear(out: string): void {
  for (const name of [unfinished, replaced])
    rmSync(join(out, name), { recursive: true, force: true });
}

/** An error of the system has a number; its message names a path and no content. */
function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'errno' in error;
}

/**
 * Which files of the key folder hold a private key of the campaign, or print one. Told by name, and of a
 * plain file by the campaign it names; needs no passphrase, and opens no key.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { keyNameOf, plainSuffix } from '../key-name.ts';
import { unfinished } from './overwrite.ts';

export type Found = {
  /** Paths, in the order in which they are destroyed. */
  files: string[];
  /** Folders of pages of a split key, which go once they are empty. */
  folders: string[];
  /** Names that stay: keys of other campaigns, of the mirror, and what nobody can tell. */
  others: string[];
};

const plainSchema = z.object({ campaign: z.string() });

/** Looks into the key folder; finds nothing where there is none. */
export function findKeys(keyFolder: string, campaign: string): Found {
  const found: Found = { files: [], folders: [], others: [] };
  if (!existsSync(keyFolder)) return found;
  for (const entry of readdirSync(keyFolder, { withFileTypes: true })) {
    const path = join(keyFolder, entry.name);
    if (entry.isDirectory() && isOfSplit(entry.name, campaign)) {
      found.folders.push(path);
      found.files.push(...filesBelow(path));
    } else if (!entry.isDirectory() && isKey(path, entry.name, campaign)) found.files.push(path);
    else found.others.push(entry.name);
  }
  // What was broken off before comes first: another file may want its name.
  const rank = (path: string) => (path.endsWith(unfinished) ? 0 : 1);
  found.files.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return found;
}

function isKey(path: string, name: string, campaign: string): boolean {
  if (name.endsWith(unfinished)) return true;
  if (name.endsWith(plainSuffix)) return campaignOf(path) === campaign;
  return keyNameOf(name.replace(/\.paper\.html$/, '.age'))?.campaign === campaign;
}

/** Pages of a split key; or what a rehearsal left that was killed, which was never put to use. */
function isOfSplit(name: string, campaign: string): boolean {
  if (/^rehearsal-\w{6}$/.test(name)) return true;
  return keyNameOf(name.replace(/\.shares-\w{8}$/, '.age'))?.campaign === campaign;
}

function campaignOf(path: string): string | undefined {
  try {
    return plainSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).campaign;
  } catch {
    return undefined;
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * What the name of a key file says before anybody opens it: plain or protected, and which key it
 * should hold. Whoever reads the file sees whether that is true.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file that anybody who has it can read: the development key, the mirror's, one opened by hand. */
export const plainSuffix = '.private.json';
const protectedSuffix = '.age';

/** Which key a file holds by its name, which is known before anybody asks for a passphrase. */
export type KeyName = { campaign: string; id: string };

/** The key that the name of a protected file tells: campaign, dash, key id, `.age`; else undefined. */
export function keyNameOf(file: string): KeyName | undefined {
  const [, campaign, id] = /^([a-z0-9-]+)-([\w-]{11})\.age$/.exec(basename(file)) ?? [];
  return campaign === undefined || id === undefined ? undefined : { campaign, id };
}

/** The name of the file in which a key is protected. */
export function protectedName({ campaign, id }: KeyName): string {
  return `${campaign}-${id}${protectedSuffix}`;
}

/** Paths of all key files in a folder, plain and protected, by name. */
export function listKeyFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(plainSuffix) || name.endsWith(protectedSuffix))
    .sort()
    .map((name) => join(folder, name));
}

/** The name of the folder for the pages of a split key; `set` tells one split from another. */
export function sharePagesName({ campaign, id }: KeyName, set: string): string {
  return `${campaign}-${id}.shares-${set}`;
}

/** Folders with pages of a split key, and what a rehearsal left that was killed without a warning. */
export function listSharePages(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.shares-\w{8}$|^rehearsal-\w{6}$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** True for a key file that a passphrase protects, by its name. */
export function isProtected(file: string): boolean {
  return file.endsWith(protectedSuffix);
}

/** True when both are the same key of the same campaign. */
export function isSame(one: KeyName, other: KeyName): boolean {
  return one.campaign === other.campaign && one.id === other.id;
}

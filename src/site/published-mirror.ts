/**
 * Whether this build publishes a mirror: the files of `npm run mirror`, under /mirror/. A deployment does once
 * the folder is there; a local build never does, since its host is not the one that the files post to.
 */
import { existsSync } from 'node:fs';
import { localBuild } from './campaign.ts';

/** Where the mirror is, unless a test names another folder, or none. */
export const mirrorFolder = process.env['UNDERSIGNED_MIRROR'] ?? 'mirror';

/** Whether there are files to download, and a page on which one keeps them on a phone. */
export function publishesMirror(): boolean {
  return !localBuild && existsSync(mirrorFolder);
}

/**
 * Where a development machine keeps its keys: a folder that git ignores and no build copies from.
 * Only the public half is read here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const keyFolder = process.env['UNDERSIGNED_KEYS'] ?? '.keys';
export const developmentKeyFile = 'development.private.json';

/** The development public key, base64url; undefined before `npm start` made one. */
export function readDevelopmentKey(folder: string = keyFolder): string | undefined {
  const file = join(folder, developmentKeyFile);
  if (!existsSync(file)) return undefined;
  return z.object({ publicKey: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8')))
    .publicKey;
}

/**
 * Writes a mirror into its folder: never an older edition over a newer one, nothing of the last edition left
 * over, and no file that is not in the manifest. What stands in the way is told before anything is built.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Edition } from './edition.ts';
import { MirrorError } from './error.ts';
import {
  type Files,
  type Manifest,
  manifestFile,
  readManifest,
  signatureFile,
} from './manifest.ts';

/** The edition that lies in a folder. */
export type Last = { bytes: Uint8Array; manifest: Manifest; signed: boolean };

/**
 * The edition in a folder that the next one may replace; undefined when there is none. Throws a MirrorError
 * when it is newer, signed while the next one is not, or when something else lies there.
 */
export function readLast(folder: string, next: Edition, signing: boolean): Last | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const bytes = names.includes(manifestFile) ? readFileSync(join(folder, manifestFile)) : undefined;
  const manifest = bytes && readManifest(bytes);
  const known = [manifestFile, signatureFile, ...Object.keys(manifest?.files ?? {})];
  const foreign = names.filter((name) => !known.includes(name));
  if (foreign.length > 0)
    throw new MirrorError(
      `${folder} holds what is no part of a mirror: ${foreign.join(', ')}. Nothing was written.`,
      'Move it away, or write into another folder: --out FOLDER',
    );
  if (!bytes) return undefined;
  if (!manifest)
    throw new MirrorError(
      `${join(folder, manifestFile)} cannot be read, so nobody knows which edition lies there.`,
      'Move the folder away, or write into another one: --out FOLDER',
    );
  const signed = names.includes(signatureFile);
  if (signed && !signing)
    throw new MirrorError(
      `${folder} holds a signed mirror. Nothing was written.`,
      'Write the unsigned one into another folder: --unsigned --out FOLDER',
    );
  if (manifest.serial > next.serial) throw older(folder, manifest, next.serial);
  return { bytes, manifest, signed };
}

/**
 * Writes files and manifest over the last edition. `sign` is asked for the signature of a manifest that has
 * none yet; without it none is written. Returns whether anything changed. Throws a MirrorError when the last
 * edition has the same number and is another one.
 */
export async function writeMirror(
  folder: string,
  last: Last | undefined,
  files: Files,
  manifest: Uint8Array<ArrayBuffer>,
  sign?: () => Promise<Uint8Array>,
): Promise<boolean> {
  const same = last !== undefined && Buffer.compare(last.bytes, manifest) === 0;
  const serial = readManifest(manifest)?.serial;
  if (last && !same && last.manifest.serial === serial) throw older(folder, last.manifest, serial);
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(last?.manifest.files ?? {}))
    if (!files.has(name)) rmSync(join(folder, name), { force: true });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  // A signature is another one each time it is made: one of the same bytes stays.
  if (sign && !(same && last.signed)) {
    const signature = Buffer.from(await sign()).toString('base64');
    writeFileSync(join(folder, signatureFile), `${signature}\n`);
  }
  writeFileSync(join(folder, manifestFile), manifest);
  return !same;
}

/** Whoever has an edition takes no other of its number, and none of a lower one. */
function older(folder: string, last: Manifest, serial: number): MirrorError {
  return new MirrorError(
    `${folder} holds the edition ${last.serial} of ${last.made}; this one would be ${serial} and is not the same. Nothing was written.`,
    'Commit your changes, so that the commit gives a larger number, or name one: --serial NUMBER',
  );
}

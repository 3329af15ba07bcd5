/** Finds the batch that was written last on this machine, to confirm it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeliveryError } from '../errors.ts';
import type { Prepared } from './confirm.ts';
import { listFolders } from './folder.ts';
import { readManifest, sha256 } from './manifest.ts';
import { dossierFolder, manifestFile, marksFile } from './write.ts';

/** Reads what was written last. Throws a DeliveryError where there is nothing, or it is damaged. */
export function readPrepared(out: string): Prepared {
  const last = listFolders(out).at(-1);
  if (!last)
    throw new DeliveryError(
      'batch',
      `There is no batch in ${out} to confirm.`,
      'Write it first: npm run deliver',
    );
  const { folder } = last;
  try {
    const text = readFileSync(join(folder, manifestFile), 'utf8');
    return {
      folder,
      manifest: readManifest(text),
      hash: sha256(text),
      marks: join(folder, marksFile),
      dossier: join(folder, dossierFolder),
    };
  } catch (error) {
    throw new DeliveryError(
      'files',
      `${join(folder, manifestFile)} is missing or damaged. Nothing was changed.`,
      'Write the batch anew: npm run deliver',
      error,
    );
  }
}

/**
 * `npm run keys -- --combine`: makes a split key whole again, and writes it as `npm run keys` does, into
 * a file that a new passphrase locks. From here on the key is whole on this machine.
 */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { keyIdOf } from '../../site/campaign.ts';
import type { Settings } from '../../site/settings.ts';
import type { Passphrases } from '../campaign-key.ts';
import { DeliveryError } from '../errors.ts';
import { protectedName } from '../key-name.ts';
import { inRehearsal, lockAndProve } from '../rehearsal.ts';
import type { Gather } from './gather.ts';
import type { Share } from './share.ts';
import { combineShares } from './split-key.ts';

export type Restored = { file: string; numbers: number[] };

/**
 * Gathers shares of a key of the campaign and writes the key; tells the file and which shares gave it.
 * Throws a DeliveryError, and changes nothing, where they do not give it.
 */
export async function restoreKey(
  settings: Settings,
  folder: string,
  gather: Gather,
  { choose, ask }: Passphrases,
): Promise<Restored> {
  const shares = await gather((share) => {
    admit(share, settings, folder);
  });
  const key = await combineShares(settings.id, shares);
  if (!key)
    throw new DeliveryError(
      'keys',
      'These shares do not give the key: at least one of them is not genuine. Nothing was changed.',
      'Try again with another choice of shares, to find out which one it is.',
    );
  const passphrase = await choose();
  const file = join(folder, protectedName(key));
  await inRehearsal(folder, async (rehearsal) => {
    renameSync(await lockAndProve(rehearsal, key, passphrase, ask), file);
  });
  return { file, numbers: shares.map((share) => share.number).sort((one, other) => one - other) };
}

/** Before anybody types the rest: the key is this campaign's, and no file of it is in the way. */
function admit({ keyId }: Share, { id, keys }: Settings, folder: string): void {
  if (!keys.some(({ publicKey }) => keyIdOf(publicKey) === keyId))
    throw new DeliveryError(
      'keys',
      `This is a share of the key ${keyId}, which is no key of the campaign ${id} in campaign.yaml. Nothing was changed.`,
      'Run this in the folder of its campaign. If campaign.yaml has lost the key, add the public key from the paper, as accepted.',
    );
  const file = join(folder, protectedName({ campaign: id, id: keyId }));
  if (existsSync(file))
    throw new DeliveryError(
      'keys',
      `${file} is there already, and a key is never overwritten. Nothing was changed.`,
      'If it opens, you need no shares: npm run keys -- --check\nElse move it to a safe place, or name another folder: --key-folder FOLDER',
    );
}

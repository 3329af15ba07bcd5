/**
 * The private keys that open a campaign's rows, and the one of them whose secrets lock what was opened and
 * put it into its order.
 */
import { keyIdOf } from '../site/campaign.ts';
import type { Settings } from '../site/settings.ts';
import { DeliveryError } from './errors.ts';
import { type OpenedKeyFile, readKeyFiles } from './key-file.ts';
import { type Secrets, secretsOf } from './lock.ts';
import type { Keys } from './open.ts';
import { askPassphrase } from './passphrase.ts';
import type { Where } from './where.ts';

/** What opening needs of the keys. */
export type KeyRing = { keys: Keys; key: string; secrets: Secrets };

/** Reads the campaign's private keys; asks for a passphrase where one is locked. */
export async function readKeyRing(where: Where, settings: Settings): Promise<KeyRing> {
  const ids = idsOf(settings);
  const kept = await readKeyFiles(where.keyFolder, {
    ask: askPassphrase(where.passphraseFile),
    wanted: { campaign: settings.id, ids },
  });
  const own = kept.filter(({ campaign }) => campaign === settings.id);
  const rank = ({ id }: OpenedKeyFile) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
  const [first] = own.sort((one, other) => rank(one) - rank(other) || (one.id < other.id ? -1 : 1));
  if (!first) throw noKey(settings.id);
  const keys = new Map(own.map((key) => [key.id, key]));
  return { keys, key: first.id, secrets: await secretsOf(first.pair) };
}

/** Ids of the keys that the settings name, current ones first. */
export function idsOf({ keys }: Settings): string[] {
  const ranks = ['current', 'accepted', 'revoked'];
  return keys
    .toSorted((one, other) => ranks.indexOf(one.status) - ranks.indexOf(other.status))
    .map(({ publicKey }) => keyIdOf(publicKey));
}

function noKey(campaign: string): DeliveryError {
  return new DeliveryError(
    'keys',
    `There is no private key of the campaign ${campaign} to open signatures with.`,
    'Put your key file into the key folder, or name its folder: --key-folder FOLDER',
  );
}

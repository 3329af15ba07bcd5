/** The public key that lines from paper are sealed to; nothing here can open anything. */
import { keyIdOf } from '../../site/campaign.ts';
import { readDevelopmentKey } from '../../site/development.ts';
import type { Settings } from '../../site/settings.ts';
import { DeliveryError } from '../errors.ts';
import type { Where } from '../where.ts';

export type PublicKey = { id: string; publicKey: string };

/**
 * The campaign's current key. For the database of this machine the development key, to which `npm start`
 * seals, where there is one. Throws a DeliveryError where there is none.
 */
export function findPublicKey(
  { remote, keyFolder }: Pick<Where, 'remote' | 'keyFolder'>,
  { keys }: Pick<Settings, 'keys'>,
): PublicKey {
  const current = keys.find(({ status }) => status === 'current')?.publicKey;
  const publicKey = (remote ? undefined : developmentKey(keyFolder)) ?? current;
  if (publicKey !== undefined) return { id: keyIdOf(publicKey), publicKey };
  throw new DeliveryError(
    'keys',
    'There is no public key to seal to. Nothing was stored.',
    remote
      ? 'Make one: npm run keys. Then run this command again.'
      : 'Run `npm start` once: it makes one for this machine. Then run this command again.',
  );
}

function developmentKey(folder: string): string | undefined {
  try {
    return readDevelopmentKey(folder);
  } catch (error) {
    throw new DeliveryError(
      'keys',
      `The development key in ${folder} is damaged. Nothing was stored.`,
      'Put it back from a copy, or delete it and run `npm start`, which makes a new one.',
      error,
    );
  }
}

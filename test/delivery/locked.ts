/** Protected key files that open in no time: the same format with fewer rounds, for tests alone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { armor, Encrypter } from 'age-encryption';
import type { KeyName } from '../../src/delivery/key-name.ts';
import type { Ask } from '../../src/delivery/passphrase.ts';

export const passphrase = 'three wise goats on a bridge';
const fewRounds = 8;

/** Writes a key, or any other text, as `npm run keys` does; returns its path. */
export async function lockQuickly(
  folder: string,
  key: KeyName,
  chosen = passphrase,
  text = JSON.stringify(key),
): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(chosen);
  encrypter.setScryptWorkFactor(fewRounds);
  const file = join(folder, `${key.campaign}-${key.id}.age`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, armor.encode(await encrypter.encrypt(text)), { mode: 0o600 });
  return file;
}

/** Somebody who types this, once. */
export function answer(typed: string): Ask {
  return { tries: 1, passphrase: () => Promise.resolve(typed) };
}

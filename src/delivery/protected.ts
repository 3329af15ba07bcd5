/**
 * A text in a file that a passphrase protects: the age format (age-encryption.org/v1, scrypt
 * recipient, armored), which age and rage open without this software. Neither text nor passphrase
 * is ever in an error, and no cause is passed on: it could quote either.
 */
import { readFileSync } from 'node:fs';
import { armor, Decrypter, Encrypter } from 'age-encryption';
import { DeliveryError, reasonOf } from './errors.ts';
import type { Ask } from './passphrase.ts';

type Unlocked = { ok: true; text: string } | { ok: false; why: 'passphrase' | 'damaged' };

const armored = '-----BEGIN';
/** As long as a drawn passphrase, in any of the ways to type it. */
const likeDrawn = /^[\da-z]{27}$/i;

/** Locks a text with a passphrase: takes about a second and 256 MB, and so does each guess. */
export async function protect(text: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return armor.encode(await encrypter.encrypt(text));
}

/**
 * Opens a file with the passphrases that are known already, else with one that is asked for; what
 * opened is added to the known ones. Throws a DeliveryError where nothing opens it.
 */
export async function openProtected(file: string, ask: Ask, known: string[]): Promise<string> {
  const bytes = readBytes(file);
  for (const passphrase of known) {
    const unlocked = await unlock(bytes, passphrase);
    if (unlocked.ok) return unlocked.text;
    if (unlocked.why === 'damaged') throw damaged(file);
  }
  let typed = '';
  for (let left = ask.tries; left > 0; left--) {
    typed = await ask.passphrase(file, left);
    if (known.includes(typed)) continue;
    const unlocked = await unlock(bytes, typed);
    if (!unlocked.ok && unlocked.why === 'damaged') throw damaged(file);
    if (!unlocked.ok) continue;
    known.push(typed);
    return unlocked.text;
  }
  throw new DeliveryError(
    'keys',
    `${file} did not open: the passphrase is not the one it was locked with${hintAt(typed)}. Nothing was changed.`,
    'Type it as it was written down. If you are sure of it, this file is damaged: put back your copy of it.',
  );
}

/** The file as armored text, which can be printed and typed; armored here where it is not. */
export function readArmored(file: string): string {
  const bytes = readBytes(file);
  const text = new TextDecoder().decode(bytes);
  return isArmored(text) ? text : armor.encode(bytes);
}

/** Reads a key file. Throws a DeliveryError where the system refuses. */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new DeliveryError(
      'keys',
      `Could not read ${file}: ${reasonOf(error)}`,
      'See that the file is yours and readable, then run this again.',
      error,
    );
  }
}

function isArmored(text: string): boolean {
  return text.trimStart().startsWith(armored);
}

async function unlock(bytes: Uint8Array, passphrase: string): Promise<Unlocked> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    const text = new TextDecoder().decode(bytes);
    const file = isArmored(text) ? armor.decode(text) : bytes;
    return { ok: true, text: await decrypter.decrypt(file, 'text') };
  } catch (error) {
    // The library has no type for it, only these words.
    const wrong = error instanceof Error && error.message.startsWith('no identity matched');
    return { ok: false, why: wrong ? 'passphrase' : 'damaged' };
  }
}

function hintAt(typed: string): string {
  if (!likeDrawn.test(typed.replace(/[\s-]/g, ''))) return '';
  return ' (if it was a drawn one: its check character does not fit, so a character is mistyped)';
}

function damaged(file: string): DeliveryError {
  return new DeliveryError(
    'keys',
    `${file} is damaged: it is no longer the file that was written. Nothing was changed.`,
    'Put back your copy of it, from a stick or from the paper copy (docs/keys.md).',
  );
}

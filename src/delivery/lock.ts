/**
 * What lies on this machine's disk between two steps is locked again: whoever takes the machine finds
 * no more in it than in the database, as long as the private key's passphrase is unknown. The secret
 * follows from the private key alone, so a second run, or another machine, has the same.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { format } from '../signature/binding.ts';

/**
 * One secret of 32 bytes for each purpose; whoever has one cannot do the work of another. As key objects,
 * which Node has not to make anew for each of a million rows.
 */
export type Secrets = Record<'person' | 'shown' | 'entered' | 'salt' | 'unsubscribe', KeyObject>;

const cipher = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/** Draws the secrets of a key pair out of the shared secret of its own halves (HKDF, RFC 5869). */
export async function secretsOf(pair: CryptoKeyPair): Promise<Secrets> {
  const own = { name: 'ECDH', public: pair.publicKey };
  const shared = await crypto.subtle.deriveBits(own, pair.privateKey, 256);
  const secretFor = (purpose: keyof Secrets) =>
    createSecretKey(
      new Uint8Array(hkdfSync('sha256', new Uint8Array(shared), '', `${format}|${purpose}`, 32)),
    );
  return {
    person: secretFor('person'),
    shown: secretFor('shown'),
    entered: secretFor('entered'),
    salt: secretFor('salt'),
    unsubscribe: secretFor('unsubscribe'),
  };
}

/** A keyed hash of 16 bytes: equal for equal texts, and an order that nobody without the secret knows. */
export function keyedHash(secret: KeyObject, text: string): Uint8Array {
  return createHmac('sha256', secret).update(text).digest().subarray(0, 16);
}

/** Locks a value that JSON can write (AES-256-GCM): nonce, ciphertext, tag. */
export function lock(secret: KeyObject, value: unknown): Uint8Array {
  const nonce = randomFillSync(new Uint8Array(nonceLength));
  const locking = createCipheriv(cipher, secret, nonce);
  const text = locking.update(JSON.stringify(value), 'utf8');
  return Buffer.concat([nonce, text, locking.final(), locking.getAuthTag()]);
}

/** The mirror of lock. Throws where the secret is another or a byte was changed. */
export function unlock(secret: KeyObject, locked: Uint8Array): unknown {
  const unlocking = createDecipheriv(cipher, secret, locked.subarray(0, nonceLength));
  unlocking.setAuthTag(locked.subarray(-tagLength));
  const text = unlocking.update(locked.subarray(nonceLength, -tagLength));
  return JSON.parse(Buffer.concat([text, unlocking.final()]).toString('utf8'));
}

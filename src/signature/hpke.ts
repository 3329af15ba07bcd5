/**
 * Sealing by HPKE (RFC 9180), base mode, single shot: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
 * AES-128-GCM, on WebCrypto alone. The same module runs in the page and in the Worker; it can seal
 * and cannot open. Proven against the RFC's vectors A.3.1 and against @hpke/core.
 */
import { type Binary, hmac, importKey, toBinary, toBytes } from './bytes.ts';

const curve = { name: 'ECDH', namedCurve: 'P-256' };

/** What stands before every label: the RFC's version and the id of the KEM, or of the whole suite. */
const kem = 'HPKE-v1KEM\0\x10';
const suite = 'HPKE-v1HPKE\0\x10\0\x01\0\x01';

/** What sealing adds: the encapsulated key before the ciphertext, the authentication tag after it. */
export const overhead = 65 + 16;

/**
 * Seals plaintext to a public key (65 bytes, uncompressed point).
 * Returns the encapsulated key (65 bytes) followed by the ciphertext (plaintext + 16 bytes).
 * The ephemeral key pair is drawn here; only the test of the RFC's vectors passes its own.
 * Throws when the public key is no point of the curve.
 */
export async function sealTo(
  publicKey: Binary,
  info: Binary,
  aad: Binary,
  plaintext: Binary,
  ephemeral?: CryptoKeyPair,
): Promise<Binary> {
  const pair = ephemeral || (await crypto.subtle.generateKey(curve, true, ['deriveBits']));
  const encapsulated = toBinary(await crypto.subtle.exportKey('raw', pair.publicKey));
  const recipient = { name: 'ECDH', public: await importKey(publicKey, curve) };
  const dh = toBinary(await crypto.subtle.deriveBits(recipient, pair.privateKey, 256));

  // LabeledExtract is an HMAC keyed by the salt; LabeledExpand one keyed by what was extracted, with
  // the length before and a 1 behind (section 4). No salt is a key of zeros, of any length.
  const kemSecret = await hmac('\0', kem + 'eae_prk' + dh);
  const kemContext = 'shared_secret' + encapsulated + publicKey;
  const shared = await hmac(kemSecret, '\0\x20' + kem + kemContext + '\x01');
  const idHash = await hmac('\0', suite + 'psk_id_hash');
  const infoHash = await hmac('\0', suite + 'info_hash' + info);
  const context = '\0' + idHash + infoHash + '\x01';
  const secret = await hmac(shared, suite + 'secret');
  const key = await hmac(secret, '\0\x10' + suite + 'key' + context);
  const nonce = await hmac(secret, '\0\x0c' + suite + 'base_nonce' + context);

  const iv = toBytes(nonce.slice(0, 12));
  const cipher = { name: 'AES-GCM', iv, additionalData: toBytes(aad) };
  const imported = await importKey(key.slice(0, 16), 'AES-GCM', 'encrypt');
  return encapsulated + toBinary(await crypto.subtle.encrypt(cipher, imported, toBytes(plaintext)));
}

/** A key pair as readKeyFiles gives it, without a file. */
import type { KeyFile } from '../../src/delivery/key-file.ts';

const curve = { name: 'ECDH', namedCurve: 'P-256' };

export async function importPair(key: KeyFile): Promise<CryptoKeyPair> {
  const point = Buffer.from(key.publicKey, 'base64url');
  return {
    privateKey: await crypto.subtle.importKey('jwk', key.privateKey, curve, false, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('raw', point, curve, true, []),
  };
}

/**
 * The signature of a mirror's manifest: ECDSA on P-256 with SHA-256 over its exact bytes (FIPS 186-5), r and s
 * side by side in 64 bytes, as WebCrypto makes and checks it. Nothing but WebCrypto is used: what keeps a page
 * on a phone checks it too.
 */
const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
const curve = { name: 'ECDSA', namedCurve: 'P-256' };

/** Signs; 64 bytes. */
export async function signBytes(
  bytes: Uint8Array<ArrayBuffer>,
  privateKey: CryptoKey,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, bytes));
}

/** Whether a signature is that of these bytes by a key: an uncompressed point, 65 bytes. Never throws. */
export async function isSigned(
  bytes: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  publicKey: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', publicKey, curve, false, ['verify']);
    return await crypto.subtle.verify(algorithm, key, signature, bytes);
  } catch {
    return false; // no point of the curve
  }
}

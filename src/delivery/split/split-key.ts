/**
 * Splits a private key into shares, and makes it whole again (Shamir's secret sharing over GF(256), by
 * an audited library). Fewer shares than needed say nothing about the key. The library does not see
 * whether shares belong together: what comes out is believed only when its public half has the key's id.
 */
import { createECDH } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { keyIdOf } from '../../site/campaign.ts';
import { drawCode } from '../../signature/code.ts';
import { type KeyFile, keyFileSchema } from '../key-schema.ts';
import type { Among, Share } from './share.ts';

const curve = 'prime256v1';
const setLength = 8;
const coordinateBytes = 32;

/** Draws the shares of a private key, one for each holder. */
export async function splitKey(key: KeyFile, { needed, holders }: Among): Promise<Share[]> {
  const secret = new Uint8Array(Buffer.from(key.privateKey.d, 'base64url'));
  const parts = await split(secret, holders, needed);
  const set = drawCode().slice(0, setLength);
  return parts.map((part, at) => {
    return { needed, holders, number: at + 1, set, keyId: key.id, part: new Uint8Array(part) };
  });
}

/** The key that shares give; undefined when they are too few, or one of them is not genuine. */
export async function combineShares(
  campaign: string,
  shares: readonly Share[],
): Promise<KeyFile | undefined> {
  const [first, second] = shares;
  if (!first) return undefined;
  // One share alone, which the library refuses, would be the key if it were not split at all.
  const secret = second
    ? await combine(shares.map((share) => share.part))
    : first.part.slice(0, coordinateBytes);
  const publicKey = publicKeyOf(secret);
  if (publicKey === undefined || keyIdOf(publicKey) !== first.keyId) return undefined;
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 1 + coordinateBytes), point.subarray(1 + coordinateBytes)];
  const privateKey = {
    kty: 'EC',
    crv: 'P-256',
    x: x.toString('base64url'),
    y: y.toString('base64url'),
    d: Buffer.from(secret).toString('base64url'),
  };
  return keyFileSchema.parse({ campaign, id: first.keyId, publicKey, privateKey });
}

/** The public half, base64url; undefined for a number that is no private key of the curve. */
function publicKeyOf(secret: Uint8Array): string | undefined {
  const half = createECDH(curve);
  try {
    half.setPrivateKey(secret);
    return half.getPublicKey('base64url');
  } catch {
    return undefined;
  }
}

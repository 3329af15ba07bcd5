import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBinary, toBytes } from '../../src/signature/bytes.ts';
import { overhead, sealTo } from '../../src/signature/hpke.ts';
import { rfc9180 } from './rfc9180.ts';

const binary = (hex: string) => Buffer.from(hex, 'hex').toString('latin1');
const p256 = { name: 'ECDH', namedCurve: 'P-256' };
const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

describe('sealTo', () => {
  it('writes the very bytes of RFC 9180, appendix A.3.1', async () => {
    const sealed = await sealTo(
      binary(rfc9180.pkRm),
      binary(rfc9180.info),
      binary(rfc9180.aad),
      binary(rfc9180.pt),
      await keyPair(rfc9180.skEm, rfc9180.pkEm),
    );
    expect(Buffer.from(sealed, 'latin1').toString('hex')).toBe(rfc9180.enc + rfc9180.ct);
  });

  it('is opened by another implementation, whatever was sealed', async () => {
    const recipient = await suite.kem.generateKeyPair();
    const publicKey = toBinary(await suite.kem.serializePublicKey(recipient.publicKey));
    const latin1 = fc.string({ unit: 'binary-ascii', maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 600 }),
        latin1,
        latin1,
        async (bytes, info, aad) => {
          const sealed = toBytes(await sealTo(publicKey, info, aad, toBinary(bytes)));
          expect(sealed.length).toBe(bytes.length + overhead);
          const opened = await suite.open(
            { recipientKey: recipient.privateKey, enc: sealed.slice(0, 65), info: toBytes(info) },
            sealed.slice(65),
            toBytes(aad),
          );
          expect(new Uint8Array(opened)).toEqual(new Uint8Array(bytes));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('never writes the same bytes twice', async () => {
    const { publicKey } = await suite.kem.generateKeyPair();
    const key = toBinary(await suite.kem.serializePublicKey(publicKey));
    expect(await sealTo(key, 'info', 'aad', 'text')).not.toBe(
      await sealTo(key, 'info', 'aad', 'text'),
    );
  });

  it('refuses a public key that is no point of the curve', async () => {
    await expect(sealTo('\x04' + '\x01'.repeat(64), 'info', 'aad', 'text')).rejects.toThrow();
  });
});

async function keyPair(secretHex: string, pointHex: string): Promise<CryptoKeyPair> {
  const point = Buffer.from(pointHex, 'hex');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: Buffer.from(secretHex, 'hex').toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  return {
    privateKey: await crypto.subtle.importKey('jwk', jwk, p256, true, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('raw', point, p256, true, []),
  };
}

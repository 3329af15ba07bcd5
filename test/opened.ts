/** Opens a row as the campaigner would, with another implementation of HPKE and the development key. */
import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { developmentKeyFile } from '../src/site/development.ts';
import { aadOf, infoOf } from '../src/signature/binding.ts';
import { toBytes } from '../src/signature/bytes.ts';
import { readContent } from '../src/signature/content.ts';
import { localSite } from './sites.ts';
import type { StoredRow } from './worker.ts';

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});
/** What a row of D1 holds, and where it was sealed. Throws when it does not open. */
export async function openRow(row: StoredRow, keys: string = localSite.keys) {
  const { privateKey } = z
    .object({ privateKey: z.looseObject({ kty: z.string() }) })
    .parse(JSON.parse(readFileSync(join(keys, developmentKeyFile), 'utf8')));
  const recipientKey = await suite.kem.importKey('jwk', privateKey, false);
  const sealed = new Uint8Array(Buffer.from(row.sealed ?? '', 'base64url'));
  for (const sealedBy of ['page', 'worker'] as const) {
    const recipient = {
      recipientKey,
      enc: sealed.slice(0, 65),
      info: toBytes(infoOf('belarus-2020', row.key_id ?? '')),
    };
    const aad = toBytes(aadOf(row.id_hash, row.text_version ?? '', sealedBy));
    const opened = await suite.open(recipient, sealed.slice(65), aad).catch(() => undefined);
    if (opened) return { sealedBy, content: readContent(new Uint8Array(opened)) };
  }
  throw new Error('The row does not open.');
}

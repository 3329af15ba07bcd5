/**
 * What a key file holds, before a passphrase locks it and after one opens it. The door for every text
 * that claims to be a key: its halves and its id belong together, or it is refused.
 */
import { z } from 'zod';
import { keyIdOf } from '../site/campaign.ts';

const coordinate = z.string().regex(/^[\w-]{43}$/);
export const keyFileSchema = z
  .strictObject({
    campaign: z.string(),
    /** As in the rows: the first 11 characters of base64url(SHA-256(public key)). */
    id: z.string(),
    /** Uncompressed point, 65 bytes as base64url. */
    publicKey: z.string().regex(/^[\w-]{87}$/),
    /** JSON Web Key (RFC 7518, section 6.2). */
    privateKey: z.object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: coordinate,
      y: coordinate,
      d: coordinate,
    }),
    /** True for the key of `npm start`, which protects nobody. */
    development: z.literal(true).optional(),
  })
  .refine((key) => key.id === keyIdOf(key.publicKey) && key.publicKey === pointOf(key.privateKey), {
    error: 'the private key, the public key and the id do not belong together',
  });

/** A key pair as it is kept in a file. */
export type KeyFile = z.output<typeof keyFileSchema>;

function pointOf({ x, y }: { x: string; y: string }): string {
  const parts = [x, y].map((part) => Buffer.from(part, 'base64url'));
  return Buffer.concat([Buffer.of(4), ...parts]).toString('base64url');
}

/**
 * Key pairs as files, on the campaigner's machine alone. The private key is made here, written here
 * and read here; it must never reach repository, build or Worker, so nothing but src/delivery and
 * `npm start` may import this file, and src/mirror, whose signing key is kept in the same way.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { keyIdOf } from '../site/campaign.ts';
import { developmentKeyFile } from '../site/development.ts';
import { DeliveryError, reasonOf } from './errors.ts';

const namedCurve = 'P-256';
/** What a key pair is for, and what either half then does: opening what was sealed, or signing a mirror. */
const purposes = {
  opening: { name: 'ECDH', secret: ['deriveBits'], open: [] },
  signing: { name: 'ECDSA', secret: ['sign'], open: ['verify'] },
} as const;
type Purpose = keyof typeof purposes;
const suffix = '.private.json';

const coordinate = z.string().regex(/^[\w-]{43}$/);
const keyFileSchema = z
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

/** A key file that was read, with what opens rows; the private key cannot be exported from it. */
export type OpenedKeyFile = Omit<KeyFile, 'privateKey'> & {
  file: string;
  pair: CryptoKeyPair;
};

/** Draws a key pair for a campaign; what it is for is decided where it is read. */
export async function makeKeyPair(campaign: string): Promise<KeyFile> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve }, true, ['deriveBits']);
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
  const privateKey = await crypto.subtle.exportKey('jwk', pair.privateKey);
  const publicKey = Buffer.from(raw).toString('base64url');
  return keyFileSchema.parse({ campaign, id: keyIdOf(publicKey), publicKey, privateKey });
}

/**
 * Writes a key file that only this user can read; returns its path. The development key has a name
 * of its own. Throws a DeliveryError when the file exists: a key is never overwritten.
 */
export function writeKeyFile(folder: string, key: KeyFile): string {
  const name = key.development ? developmentKeyFile : `${key.campaign}-${key.id}${suffix}`;
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify(key, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new DeliveryError(
      'keys',
      `Could not write the private key ${file}: ${reasonOf(error)}`,
      'A key is never overwritten: if a file is in the way, move it to a safe place and run this again.',
      error,
    );
  }
  return file;
}

/** Reads every key file of a folder; none when there is no folder. Throws a DeliveryError on a bad one. */
export function readKeyFiles(
  folder: string,
  purpose: Purpose = 'opening',
): Promise<OpenedKeyFile[]> {
  if (!existsSync(folder)) return Promise.resolve([]);
  const names = readdirSync(folder).filter((name) => name.endsWith(suffix));
  return Promise.all(names.sort().map((name) => readKeyFile(join(folder, name), purpose)));
}

/** Makes the key of a local build when there is none yet. */
export async function ensureDevelopmentKey(folder: string, campaign: string): Promise<void> {
  if (existsSync(join(folder, developmentKeyFile))) return;
  writeKeyFile(folder, { ...(await makeKeyPair(campaign)), development: true });
}

async function readKeyFile(file: string, purpose: Purpose): Promise<OpenedKeyFile> {
  const { name, secret, open } = purposes[purpose];
  const curve = { name, namedCurve };
  try {
    const { privateKey, ...key } = keyFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const point = Buffer.from(key.publicKey, 'base64url');
    const pair = {
      privateKey: await crypto.subtle.importKey('jwk', privateKey, curve, false, secret),
      publicKey: await crypto.subtle.importKey('raw', point, curve, true, open),
    };
    return { ...key, file, pair };
  } catch (error) {
    // The cause is left out: a parser's message may quote the file, and the file is a private key.
    throw new DeliveryError(
      'keys',
      `${file} is not a key file as \`npm run keys\` and \`npm start\` write it${faultOf(error)}.`,
      file.endsWith(developmentKeyFile)
        ? `It is only the development key: delete it and run \`npm start\`, which makes another.`
        : 'Put back your copy of it, or move it out of the folder.',
    );
  }
}

/** Which field is at fault, without its value. */
function faultOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return '';
  const fields = error.issues.map((issue) => issue.path.join('.') || issue.message);
  return ` (look at: ${fields.join(', ')})`;
}

function pointOf({ x, y }: { x: string; y: string }): string {
  const parts = [x, y].map((part) => Buffer.from(part, 'base64url'));
  return Buffer.concat([Buffer.of(4), ...parts]).toString('base64url');
}

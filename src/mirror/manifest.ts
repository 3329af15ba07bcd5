/**
 * What a mirror consists of: the hash of each file, the edition and until when it is good. Signed as a whole
 * (signature.ts); the same files and edition are the same bytes.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Edition } from './edition.ts';

/** The files of a mirror by their names; none is in a folder. */
export type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

export const manifestFile = 'manifest.json';
/** Base64 of the signature, and a line's end. */
export const signatureFile = 'manifest.json.sig';
/** The same hashes for `sha256sum -c`; itself among the files of the manifest. */
export const sumsFile = 'SHA256SUMS';

const manifestSchema = z.strictObject({
  format: z.literal('undersigned-mirror-1'),
  /** The campaign's id, and its main host as an origin. */
  campaign: z.string(),
  host: z.string(),
  /** Grows from edition to edition. */
  serial: z.int().positive(),
  /** First and last ISO day on which it is good. */
  made: z.iso.date(),
  expires: z.iso.date(),
  /** Id of the key that signs it: the first 11 characters of base64url(SHA-256(public key)). */
  key: z.string(),
  /** SHA-256 in hexadecimal digits. */
  files: z.record(
    z.string().regex(/^\w[\w.-]*$/),
    z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int() }),
  ),
});

export type Manifest = z.output<typeof manifestSchema>;

/** The bytes of the manifest of these files. */
export function writeManifest(
  files: Files,
  { serial, made, expires }: Edition,
  campaign: Pick<Manifest, 'campaign' | 'host' | 'key'>,
): Uint8Array<ArrayBuffer> {
  const manifest: Manifest = {
    format: 'undersigned-mirror-1',
    campaign: campaign.campaign,
    host: campaign.host,
    serial,
    made,
    expires,
    key: campaign.key,
    files: Object.fromEntries(
      sorted(files).map(([name, bytes]) => [name, { sha256: sha256(bytes), bytes: bytes.length }]),
    ),
  };
  return encode(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** What a manifest says; undefined for bytes that are none. */
export function readManifest(bytes: Uint8Array): Manifest | undefined {
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** The hashes of these files as `sha256sum` writes them. */
export function writeSums(files: Files): Uint8Array<ArrayBuffer> {
  return encode(
    sorted(files)
      .map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`)
      .join(''),
  );
}

/** SHA-256 in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** By name, in the same order on every machine. */
function sorted(files: Files): [string, Uint8Array<ArrayBuffer>][] {
  return [...files].sort(([one], [other]) => (one < other ? -1 : 1));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

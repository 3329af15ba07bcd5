/**
 * The manifest of a batch: what was handed over and what became of everybody else, counted but never
 * named. For the campaigner, not for the target, who gets its hash alone; a secret salt keeps the small
 * numbers in it from being guessed by that.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { accountSchema } from '../account.ts';
import { keyedHash, type Secrets } from '../lock.ts';
import type { Counted } from './count.ts';

const note =
  'For the campaigner, not for the target: countries are counted here for people too who chose to ' +
  'be only counted, and small numbers are not grouped.';

const numbers = z.record(z.string(), z.int());
const manifestSchema = z.object({
  note: z.string(),
  salt: z.string(),
  campaign: z.string(),
  number: z.int(),
  /** UTC day. */
  made: z.iso.date(),
  /** Which database was read. */
  source: z.enum(['deployed', 'local']),
  /** The private key whose secrets put the lines into their order. */
  key: z.string(),
  account: accountSchema,
  delivered: z.object({
    byLevel: numbers,
    byLanguage: numbers,
    byTextVersion: numbers,
    byCountry: numbers,
  }),
  files: z.array(z.object({ name: z.string(), sha256: z.string() })),
});

export type Manifest = z.output<typeof manifestSchema>;
export type Files = Manifest['files'];

/** Reads a manifest. Throws where it is none. */
export function readManifest(text: string): Manifest {
  return manifestSchema.parse(JSON.parse(text));
}

/** Makes the manifest of a batch from its facts. */
export function makeManifest(
  facts: Omit<Manifest, 'note' | 'salt' | 'delivered'>,
  { byLevel, byLanguage, byText, byCountry }: Counted,
  secrets: Pick<Secrets, 'salt'>,
): Manifest {
  const countries = Array.from(byCountry, ([key, number]) => [key || 'none', number] as const);
  const salt = keyedHash(secrets.salt, `${facts.campaign} ${facts.number}`);
  return {
    note,
    salt: Buffer.from(salt).toString('hex'),
    ...facts,
    delivered: {
      byLevel,
      byLanguage: sorted(byLanguage),
      byTextVersion: sorted(byText),
      byCountry: sorted(countries),
    },
  };
}

/** The manifest as it is kept: indented, since people read it. */
export function sayManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** SHA-256 of a text, in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** SHA-256 of files, in hexadecimal digits; they may be large. */
export async function hashFiles(folder: string, names: readonly string[]): Promise<Files> {
  const files: Files = [];
  for (const name of names) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    files.push({ name, sha256: hash.digest('hex') });
  }
  return files;
}

function sorted(numbers: Iterable<readonly [string, number]>): Record<string, number> {
  return Object.fromEntries(Array.from(numbers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

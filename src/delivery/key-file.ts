/**
 * Key pairs as files, on the campaigner's machine alone. The private key is made here, written here
 * and read here; it must never reach repository, build or Worker, so nothing but src/delivery and
 * `npm start` may import this file, and src/mirror, whose signing key is kept in the same way.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { keyIdOf } from '../site/campaign.ts';
import { developmentKeyFile } from '../site/development.ts';
import { DeliveryError, reasonOf } from './errors.ts';
import {
  isProtected,
  isSame,
  type KeyName,
  keyNameOf,
  listKeyFiles,
  plainSuffix,
  protectedName,
} from './key-name.ts';
import { type KeyFile, keyFileSchema } from './key-schema.ts';
import type { Ask } from './passphrase.ts';
import { openProtected, protect, readBytes } from './protected.ts';

const namedCurve = 'P-256';
/** What a key pair is for, and what either half then does: opening what was sealed, or signing a mirror. */
const purposes = {
  opening: { name: 'ECDH', secret: ['deriveBits'], open: [] },
  signing: { name: 'ECDSA', secret: ['sign'], open: ['verify'] },
} as const;
type Purpose = keyof typeof purposes;

export type { KeyFile };

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
  const name = key.development ? developmentKeyFile : `${key.campaign}-${key.id}${plainSuffix}`;
  return writeNew(folder, name, `${JSON.stringify(key, null, 2)}\n`);
}

/** Writes a key file that a passphrase protects, as writeKeyFile does; returns its path. */
export async function writeProtectedKey(
  folder: string,
  key: KeyFile,
  passphrase: string,
): Promise<string> {
  return writeNew(folder, protectedName(key), await protect(JSON.stringify(key), passphrase));
}

function writeNew(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
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

export type Reading = {
  /** Needed where a wanted key is protected by a passphrase. */
  ask?: Ask | undefined;
  /** Of the protected files only these keys of this campaign; without it all that the folder holds. */
  wanted?: { campaign: string; ids: readonly string[] } | undefined;
  purpose?: Purpose | undefined;
};

/**
 * Reads the key files of a folder, plain ones and those that a passphrase protects; none when there is
 * no folder. A protected file is opened only when its name says that it is wanted and no plain file
 * holds the same key. Throws a DeliveryError on a bad file or where nothing opens it.
 */
export async function readKeyFiles(
  folder: string,
  { ask, wanted, purpose }: Reading = {},
): Promise<OpenedKeyFile[]> {
  const isWanted = ({ campaign, id }: KeyName) =>
    wanted === undefined || (campaign === wanted.campaign && wanted.ids.includes(id));
  const files = listKeyFiles(folder);
  const plain = files.filter((file) => !isProtected(file));
  const kept = await Promise.all(plain.map((file) => readPlainKey(file, purpose)));
  const known: string[] = [];
  for (const file of files) {
    const name = keyNameOf(file);
    if (!name || !isWanted(name) || kept.some((key) => isSame(key, name))) continue;
    kept.push(await readProtectedKey(file, ask ?? nobody, known, purpose));
  }
  return kept;
}

/** Reads a plain key file. Throws a DeliveryError when it is none. */
export async function readPlainKey(file: string, purpose?: Purpose): Promise<OpenedKeyFile> {
  const key = parseKeyFile(file, new TextDecoder().decode(readBytes(file)));
  return importPair(file, key, purpose);
}

/**
 * Opens a protected key file and sees that it holds the key of its name; `known` are passphrases that
 * are tried before anybody is asked, and gets the one that opened it.
 */
export async function readProtectedKey(
  file: string,
  ask: Ask,
  known: string[],
  purpose?: Purpose,
): Promise<OpenedKeyFile> {
  return importPair(file, await readSecretKey(file, ask, known), purpose);
}

/** As readProtectedKey does, but gives the private key itself, to be split among holders. */
export async function readSecretKey(file: string, ask: Ask, known: string[]): Promise<KeyFile> {
  const key = parseKeyFile(file, await openProtected(file, ask, known));
  const name = keyNameOf(file);
  if (!name || !isSame(key, name))
    throw new DeliveryError(
      'keys',
      `${file} holds the key ${key.id} of the campaign ${key.campaign}, which is not what its name says. Nothing was changed.`,
      `Name it ${protectedName(key)}, or move it out of the folder and put back the right one.`,
    );
  return key;
}

/** Makes the key of a local build when there is none yet. */
export async function ensureDevelopmentKey(folder: string, campaign: string): Promise<void> {
  if (existsSync(join(folder, developmentKeyFile))) return;
  writeKeyFile(folder, { ...(await makeKeyPair(campaign)), development: true });
}

/** For a command that takes plain keys alone. */
const nobody: Ask = {
  tries: 1,
  passphrase: (file) => {
    throw new DeliveryError(
      'keys',
      `${file} is locked with a passphrase, and this command cannot ask for it.`,
      'Move it into the folder of the keys that open signatures.',
    );
  },
};

function parseKeyFile(file: string, text: string): KeyFile {
  try {
    return keyFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw notKeyFile(file, error);
  }
}

/** What opens rows, or signs, from a key in hand. Throws a DeliveryError where the key is none. */
export async function importPair(
  file: string,
  { privateKey, ...key }: KeyFile,
  purpose: Purpose = 'opening',
): Promise<OpenedKeyFile> {
  const { name, secret, open } = purposes[purpose];
  const curve = { name, namedCurve };
  try {
    const point = Buffer.from(key.publicKey, 'base64url');
    const pair = {
      privateKey: await crypto.subtle.importKey('jwk', privateKey, curve, false, secret),
      publicKey: await crypto.subtle.importKey('raw', point, curve, true, open),
    };
    return { ...key, file, pair };
  } catch (error) {
    throw notKeyFile(file, error);
  }
}

/** Without the cause: a parser's message may quote the file, and the file is a private key. */
function notKeyFile(file: string, error: unknown): DeliveryError {
  return new DeliveryError(
    'keys',
    `${file} is not a key file as \`npm run keys\` and \`npm start\` write it${faultOf(error)}.`,
    file.endsWith(developmentKeyFile)
      ? `It is only the development key: delete it and run \`npm start\`, which makes another.`
      : 'Put back your copy of it, or move it out of the folder.',
  );
}

/** Which field is at fault, without its value. */
function faultOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return '';
  const fields = error.issues.map((issue) => issue.path.join('.') || issue.message);
  return ` (look at: ${fields.join(', ')})`;
}

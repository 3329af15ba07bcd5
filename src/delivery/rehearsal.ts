/**
 * Proves a private key before anybody relies on it: it is locked and opened again with the passphrase
 * typed anew, and a canary that the page's own module sealed to its public half must open. The canary
 * is random and says nothing. All happens in a folder that is gone afterwards.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { infoOf } from '../signature/binding.ts';
import { fromBase64url, toBinary, toBytes } from '../signature/bytes.ts';
import { drawCode, hashCode } from '../signature/code.ts';
import { sealTo } from '../signature/hpke.ts';
import { DeliveryError, reasonOf } from './errors.ts';
import { type OpenedKeyFile, readKeyFiles, writeProtectedKey } from './key-file.ts';
import type { KeyFile } from './key-schema.ts';
import { unseal } from './open.ts';
import type { Ask } from './passphrase.ts';

/** True when the key opens what the page seals to its public half. */
export async function opensCanary({
  campaign,
  id,
  publicKey,
  pair,
}: Omit<OpenedKeyFile, 'file'>): Promise<boolean> {
  const info = infoOf(campaign, id);
  const aad = await hashCode(drawCode());
  const canary = drawCode();
  const sealed = await sealTo(fromBase64url(publicKey) ?? '', info, aad, canary);
  const opened = await unseal(pair, info, aad, toBytes(sealed));
  return opened !== undefined && toBinary(opened) === canary;
}

/**
 * Works in a new folder inside the key folder, so that nothing of a key is ever written elsewhere. It
 * is removed when the work ends, and when a signal ends the process, which leaves through 'exit'.
 */
export async function inRehearsal<T>(
  folder: string,
  work: (rehearsal: string) => Promise<T>,
): Promise<T> {
  const rehearsal = makeRehearsal(folder);
  const forget = () => {
    rmSync(rehearsal, { recursive: true, force: true });
  };
  process.once('exit', forget);
  try {
    return await work(rehearsal);
  } finally {
    forget();
    process.off('exit', forget);
  }
}

/** Locks a key into the empty folder of a rehearsal and proves it there; returns the file's path. */
export async function lockAndProve(
  rehearsal: string,
  key: KeyFile,
  passphrase: string,
  ask: Ask,
): Promise<string> {
  const written = await writeProtectedKey(rehearsal, key, passphrase);
  const [kept] = await readKeyFiles(rehearsal, { ask }).catch((error: unknown) => {
    if (error instanceof DeliveryError && error.code === 'keys')
      throw notProven('the passphrase of the second time did not open it');
    throw error;
  });
  if (kept?.publicKey !== key.publicKey) throw notProven('it could not be read again');
  if (!(await opensCanary(kept))) throw notProven('it did not open what the page seals');
  return written;
}

/** What to throw where a key is not as it must be, before anything stands in its place. */
export function notProven(reason: string): DeliveryError {
  return new DeliveryError(
    'keys',
    `The key was not put to use: ${reason}. Nothing was changed.`,
    'Run the same command again.',
  );
}

function makeRehearsal(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return mkdtempSync(join(folder, 'rehearsal-'));
  } catch (error) {
    throw new DeliveryError(
      'keys',
      `Could not write into ${folder}: ${reasonOf(error)}. Nothing was changed.`,
      'Make room or name another folder: --key-folder FOLDER',
      error,
    );
  }
}

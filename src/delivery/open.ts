/**
 * Opens one row, offline, with the private key, through @hpke/core: whoever seals and whoever opens
 * share no code but the names of what is bound. What was opened stays in memory; no error holds it.
 */
import { hash } from 'node:crypto';
import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256, HpkeError } from '@hpke/core';
import { z } from 'zod';
import { aadOf, infoOf, type SealedBy } from '../signature/binding.ts';
import { type Binary, type Bytes, toBytes } from '../signature/bytes.ts';
import { readContent } from '../signature/content.ts';
import type { Lane, State } from '../signature/lane.ts';
import type { OpenedKeyFile } from './key-file.ts';
import { type Entered, enteredOf } from './obey.ts';
import type { Terms } from './terms.ts';

/** Private keys by key id. */
export type Keys = ReadonlyMap<string, Pick<OpenedKeyFile, 'pair'>>;

/** A row as it is stored; withdrawing empties all that came with the signature. */
export type StoredRow = {
  /** In base64url. */
  idHash: string;
  /** UTC day of arrival. */
  day: string;
  language: string | undefined;
  lane: Lane | undefined;
  state: State;
  sealed: Uint8Array | undefined;
  keyId: string | undefined;
  textVersion: string | undefined;
  /** Number of the decision after a check by hand that last touched it. */
  decision: number | undefined;
};

/** A row that opened: what it says in the open, and what the person entered. */
export type Signature = {
  idHash: string;
  day: string;
  lane: Lane;
  state: Exclude<State, 'withdrawn' | 'invalidated'>;
  language: string;
  textVersion: string;
  decision: number | undefined;
  entered: Entered;
};

/**
 * Why a row is no signature. `destroyed`: its sealed part was, some days after it was handed over or when a
 * key was stolen. `forged` opened without the mark that leads to its id hash: somebody
 * other than the signer sealed it, and nothing in it is the signer's word.
 */
export type Fate =
  'withdrawn' | 'invalidated' | 'destroyed' | 'nonsense' | 'unknownKey' | 'unopened' | 'forged';

/** What became of a row. */
export type Opening =
  { idHash: string; fate: 'opened'; signature: Signature } | { idHash: string; fate: Fate };

/** Whatever was sealed, with the mark that leads to the id hash. */
const contentSchema = z.looseObject({ mark: z.string() });
const encapsulatedLength = 65;
// Keeps nothing of what it opens, and costs a tenth of opening a row to make.
const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});
/** Nearly every row without a check was sealed by the Worker, nearly every other one by the page. */
const sealers = (lane: Lane): readonly SealedBy[] =>
  lane === 'unchecked' ? ['worker', 'page'] : ['page', 'worker'];

/** Opens a row. Only a fault of this machine throws; what an adversary can store is a fate. */
export async function openRow(row: StoredRow, keys: Keys, terms: Terms): Promise<Opening> {
  const { idHash, day, state, lane, language, textVersion, decision } = row;
  if (state === 'withdrawn' || state === 'invalidated') return { idHash, fate: state };
  if (!row.sealed) return { idHash, fate: 'destroyed' };
  if (!lane || !language || !textVersion) return { idHash, fate: 'unopened' };
  const content = await openContent({ ...row, lane, textVersion }, keys, terms.id);
  if (typeof content === 'string') return { idHash, fate: content };
  const entered = enteredOf(content, terms);
  if (!entered) return { idHash, fate: 'nonsense' };
  const signature = { idHash, day, lane, state, language, textVersion, decision, entered };
  return { idHash, fate: 'opened', signature };
}

/** What the signer of a row sealed, as it was written; a fate where there is no such thing. */
export async function openContent(
  row: Pick<StoredRow, 'idHash' | 'sealed' | 'keyId'> & { lane: Lane; textVersion: string },
  keys: Keys,
  campaign: string,
): Promise<z.output<typeof contentSchema> | Extract<Fate, 'unopened' | 'unknownKey' | 'forged'>> {
  const { idHash, lane, textVersion, keyId, sealed } = row;
  if (!keyId || !sealed) return 'unopened';
  const key = keys.get(keyId);
  if (!key) return 'unknownKey';
  const info = infoOf(campaign, keyId);
  for (const sealedBy of sealers(lane)) {
    const plaintext = await unseal(key.pair, info, aadOf(idHash, textVersion, sealedBy), sealed);
    if (!plaintext) continue;
    const { data } = contentSchema.safeParse(readContent(plaintext));
    return data && idHashOf(data.mark) === idHash ? data : 'forged';
  }
  return 'unopened';
}

/**
 * The id hash that a mark leads to, as chainOf in src/signature/code.ts makes it; without waiting for
 * WebCrypto, which a million rows feel.
 */
export function idHashOf(mark: string): string {
  const pass = hash('sha256', toBytes(mark), 'base64url');
  return hash('sha256', pass, 'base64url');
}

/** The mirror of sealTo in src/signature/hpke.ts; undefined when it does not open. */
export async function unseal(
  recipientKey: CryptoKeyPair,
  info: Binary,
  aad: Binary,
  sealed: Uint8Array,
): Promise<Bytes | undefined> {
  const recipient = {
    recipientKey,
    info: Buffer.from(info, 'latin1'),
    enc: sealed.subarray(0, encapsulatedLength),
  };
  const ciphertext = sealed.subarray(encapsulatedLength);
  try {
    return new Uint8Array(await suite.open(recipient, ciphertext, Buffer.from(aad, 'latin1')));
  } catch (error) {
    if (error instanceof HpkeError) return undefined;
    throw error;
  }
}

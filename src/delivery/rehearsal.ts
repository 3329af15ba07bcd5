/**
 * Proves a private key before anybody relies on it: a canary that the page's own module sealed to the
 * public key must open with what was read from the file. The canary is random and says nothing.
 */
import { infoOf } from '../signature/binding.ts';
import { fromBase64url, toBinary } from '../signature/bytes.ts';
import { drawCode, hashCode } from '../signature/code.ts';
import { sealTo } from '../signature/hpke.ts';
import type { OpenedKeyFile } from './key-file.ts';
import { unseal } from './open.ts';

/** True when the key opens what the page seals to its public half. */
export async function opensCanary({
  campaign,
  id,
  publicKey,
  pair,
}: OpenedKeyFile): Promise<boolean> {
  const info = infoOf(campaign, id);
  const aad = await hashCode(drawCode());
  const canary = drawCode();
  const sealed = await sealTo(fromBase64url(publicKey) ?? '', info, aad, canary);
  const opened = await unseal(pair, info, aad, sealed);
  return opened !== undefined && toBinary(opened) === canary;
}

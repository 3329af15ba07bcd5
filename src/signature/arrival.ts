/**
 * A plain form, sealed on arrival: draws the code, seals under the same binding as a page would, and
 * keys the tag. From here on what was entered is nowhere in the open; the code goes to the signer alone.
 */
import { aadOf, infoOf } from './binding.ts';
import { type Binary, fromBase64url } from './bytes.ts';
import { type Campaign, currentKey } from './campaign.ts';
import { chainOf, drawCode, hashCode } from './code.ts';
import { type Content, contentSizes, writeContent } from './content.ts';
import type { Entries } from './entries.ts';
import { sealTo } from './hpke.ts';
import type { Sealed } from './row.ts';
import { pepperTag, tagInput } from './tag.ts';

/** A code for the signer and what is stored of it. */
export type Arrival = { code: string; sealed: Sealed };

/** Seals checked entries; undefined when together they do not fit. Throws when the campaign has no key. */
export async function sealOnArrival(
  entries: Entries,
  textVersion: string,
  campaign: Campaign,
  pepper: string,
): Promise<Arrival | undefined> {
  const code = drawCode();
  const [mark, , idHash] = await chainOf(code);
  const plaintext = writeContent({ mark, ...contentOf(entries) });
  if (plaintext.length > Math.max(...contentSizes)) return undefined;
  const key = currentKey(campaign);
  if (!key) throw new Error('The campaign has no current key.');
  const sealed = await sealTo(
    decode(key.publicKey),
    infoOf(campaign.id, key.id),
    aadOf(idHash, textVersion, 'worker'),
    plaintext,
  );
  const tag = entries.email && decode(await hashCode(tagInput(campaign.id, entries.email)));
  return {
    code,
    sealed: {
      idHash,
      withPass: true,
      sealed,
      keyId: key.id,
      textVersion,
      tag: tag ? await pepperTag(pepper, tag) : undefined,
    },
  };
}

/** What was entered and nothing that was left empty, as the page seals it. */
function contentOf({ level, name, email, country, news }: Entries): Content {
  return {
    level,
    ...(name && { name }),
    ...(email && { email }),
    ...(country && { country }),
    ...(news && { news: 'on' }),
  };
}

function decode(text: string): Binary {
  const binary = fromBase64url(text);
  if (binary === undefined) throw new Error('A value of ours is not base64url.');
  return binary;
}

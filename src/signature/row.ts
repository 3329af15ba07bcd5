/**
 * Third step: what is stored. Takes the Human that only the check makes, so the steps cannot be wired
 * in another order. Holds no address, no time but the day, nothing that is not sealed or keyed.
 */
import { z } from 'zod';
import { type Binary, toBase64url, toBinary, toBytes } from './bytes.ts';
import type { Human } from './human.ts';
import { sentLanes } from './lane.ts';

const base64url = z.string().regex(/^[\w-]+$/);

/** A row as it goes to D1, or to the queue where D1 does not answer: binary values as base64url. */
export const rowSchema = z.strictObject({
  idHash: base64url,
  /** Whether its sender knew the pass, as the signer does and a relay does not. */
  withPass: z.boolean(),
  digest: base64url,
  day: z.iso.date(),
  language: z.string(),
  lane: z.enum(sentLanes),
  held: z.boolean(),
  tag: base64url.nullable(),
  sealed: base64url,
  keyId: z.string(),
  textVersion: z.string(),
});
export type Row = z.output<typeof rowSchema>;

export type Sealed = {
  /** base64url. */
  idHash: string;
  withPass: boolean;
  sealed: Binary;
  keyId: string;
  textVersion: string;
  /** The tag under the pepper. */
  tag: Binary | undefined;
};

/**
 * What tells rows of one id hash apart, in base64url. Over all that opening depends on: nobody can take an
 * honest row's place with its bytes under another text.
 */
export async function digestOf(
  signature: Pick<Sealed, 'keyId' | 'textVersion' | 'sealed'>,
): Promise<string> {
  const { keyId, textVersion, sealed } = signature;
  const opened = toBytes(`${keyId}|${textVersion}|${sealed}`);
  return toBase64url(toBinary(await crypto.subtle.digest('SHA-256', opened)));
}

/** The row of a sealed signature on a day (UTC). */
export async function rowOf(signature: Sealed, human: Human, day: string): Promise<Row> {
  const { idHash, withPass, sealed, keyId, textVersion } = signature;
  return {
    idHash,
    withPass,
    digest: await digestOf(signature),
    day,
    language: textVersion.slice(0, 2),
    lane: human.lane,
    held: human.held,
    tag: signature.tag === undefined ? null : toBase64url(signature.tag),
    sealed: toBase64url(sealed),
    keyId,
    textVersion,
  };
}

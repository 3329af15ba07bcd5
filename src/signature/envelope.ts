/**
 * First step of a signature sealed in the page: the body as it arrives, checked at the door. What is
 * inside the sealed part is nobody's to see here; the envelope around it must be exact.
 */
import { z } from 'zod';
import { fromBase64url } from './bytes.ts';
import type { Campaign } from './campaign.ts';
import { idHashOfPass } from './code.ts';
import { contentSizes } from './content.ts';
import { overhead } from './hpke.ts';

const hash = z.string().refine((text) => fromBase64url(text)?.length === 32);
const sealedSizes = contentSizes.map((size) => size + overhead);

/** The name of the field that Turnstile's script adds to a form. */
const turnstileField = 'cf-turnstile-response';

/** Names are those of the form's fields, since the page sends whatever the form holds. */
const envelopeSchema = z
  .strictObject({
    pass: hash.optional(),
    id: hash.optional(),
    sealed: binary((length) => sealedSizes.includes(length)),
    key: z.string().regex(/^[\w-]{11}$/),
    text: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*-[0-9a-f]{12}$/),
    consent: z.literal('on'),
    stamp: z.string().max(40).optional(),
    tag: binary((length) => length === 32).optional(),
    [turnstileField]: z.string().max(2048).optional(),
    unchecked: z.literal('on').optional(),
  })
  .transform(async ({ id, pass, [turnstileField]: token, ...rest }, context) => {
    const idHash = pass === undefined ? id : await idHashOfPass(pass);
    // A relay is given the id hash alone, and has nothing to say that only the signer can.
    const foreign = pass === undefined ? (token ?? rest.tag ?? rest.unchecked) : id;
    if (idHash === undefined || foreign !== undefined) {
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    }
    return { ...rest, token, idHash, withPass: pass !== undefined };
  })
  .readonly();

/**
 * A signature as it arrived, sealed, under the id hash (base64url), and whether the pass was shown;
 * sealed part and tag decoded.
 */
export type Envelope = z.output<typeof envelopeSchema>;

/** Why an envelope is not taken: `old` means that its key or its text is not ours any more. */
export type EnvelopeRefusal = 'malformed' | 'long' | 'old';

/** Checks a body (JSON text) against the wire format and the campaign's keys and texts. */
export async function readEnvelope(
  body: string,
  campaign: Campaign,
): Promise<{ ok: true; value: Envelope } | { ok: false; refusal: EnvelopeRefusal }> {
  const parsed = await envelopeSchema.safeParseAsync(parseJson(body));
  if (!parsed.success) {
    const long = parsed.error.issues.every(
      (issue) => issue.code === 'custom' && issue.params?.long,
    );
    return { ok: false, refusal: long ? 'long' : 'malformed' };
  }
  const { key, text } = parsed.data;
  const accepted = campaign.keys.some((one) => one.id === key && one.status !== 'revoked');
  if (!accepted || !Object.hasOwn(campaign.texts, text)) return { ok: false, refusal: 'old' };
  return { ok: true, value: parsed.data };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** base64url of a binary string whose length is right; one that is only too long is told apart. */
function binary(fits: (length: number) => boolean) {
  return z
    .string()
    .max(1600)
    .transform((text, context) => {
      const value = fromBase64url(text);
      if (value !== undefined && fits(value.length)) return value;
      const long = value !== undefined && value.length > Math.max(...sealedSizes);
      context.addIssue({ code: 'custom', params: { long } });
      return z.NEVER;
    });
}

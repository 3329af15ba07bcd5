/** A signer's page, without the page: makes the same body from the same modules. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { keyIdOf, readCampaign } from '../src/site/campaign.ts';
import { developmentKeyFile } from '../src/site/development.ts';
import { aadOf, infoOf } from '../src/signature/binding.ts';
import { fromBase64url, toBase64url } from '../src/signature/bytes.ts';
import { chainOf, drawCode, hashCode, idHashOfPass } from '../src/signature/code.ts';
import { type Content, writeContent } from '../src/signature/content.ts';
import { sealTo } from '../src/signature/hpke.ts';
import { checkStamp, dayOf, findStamp } from '../src/signature/stamp.ts';
import { tagInput } from '../src/signature/tag.ts';
import { localSite } from './sites.ts';

const campaign = 'belarus-2020';
const { publicKey } = z
  .object({ publicKey: z.string() })
  .parse(JSON.parse(readFileSync(join(localSite.keys, developmentKeyFile), 'utf8')));

export const keyId = keyIdOf(publicKey);
/** The text version that each language shows now. */
export const { present: texts, told: toldIn } = readCampaign(localSite.content, true);
/** What the Worker says to the senders of these bodies. */
export const told = toldIn['be'] ?? {};

export type Body = Record<string, unknown>;

/** A new code and what follows from it. */
export async function newSigner() {
  const code = drawCode();
  const [mark, pass, id] = await chainOf(code);
  return { code, mark, pass, id };
}
export type Signer = Awaited<ReturnType<typeof newSigner>>;

/** A body as the page sends it to its own host, with a stamp of today unless told otherwise. */
export async function makeBody(
  options: {
    signer?: Signer;
    content?: Content;
    text?: string;
    stamp?: string | undefined;
    day?: string;
  } = {},
): Promise<Body> {
  const { mark, pass, id } = options.signer ?? (await newSigner());
  const content = options.content ?? { level: 'count' };
  const text = options.text ?? texts['be'] ?? '';
  const sealed = await sealTo(
    fromBase64url(publicKey) ?? '',
    infoOf(campaign, keyId),
    aadOf(id, text, 'page'),
    writeContent({ mark, ...content }),
  );
  const day = options.day ?? dayOf(new Date());
  return {
    pass,
    key: keyId,
    text,
    consent: 'on',
    sealed: toBase64url(sealed),
    ...(content.email && { tag: await hashCode(tagInput(campaign, content.email)) }),
    stamp: 'stamp' in options ? options.stamp : await findStamp(campaign, id, day),
  };
}

/** The first stamp that does not fit; one of 512 does by chance. */
export async function findWrongStamp(id: string, day: string): Promise<string> {
  const isWrong = async (stamp: string) =>
    (await checkStamp(campaign, id, stamp, new Date(day))) === 'wrong';
  let counter = 0;
  while (!(await isWrong(`${day}.${counter}`))) counter++;
  return `${day}.${counter}`;
}

/** A body as the page sends it through a relay: it names the id hash and shows no pass. */
export async function relayed({ pass, key, text, consent, sealed, stamp }: Body): Promise<Body> {
  return { id: await idHashOfPass(String(pass)), key, text, consent, sealed, stamp };
}

/** A POST of a body as the page makes it: text/plain, so no preflight. */
export function post(body: Body | string, headers: Record<string, string> = {}) {
  return {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

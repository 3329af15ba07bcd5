/**
 * Asks Cloudflare whether a Turnstile token is good. The only place that knows siteverify; it sends
 * token and secret, never an address.
 * https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
 */
import { z } from 'zod';

const siteverify = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';
const patience = 3000;

const answerSchema = z.object({
  success: z.boolean(),
  hostname: z.string().optional(),
  action: z.string().optional(),
  cdata: z.string().optional(),
  'error-codes': z.array(z.string()).default([]),
});
type SiteverifyAnswer = z.output<typeof answerSchema>;

/**
 * `spent`: expired or used, as happens to an honest visitor on a slow link. `unreachable`: nobody could
 * tell, which is not the same as `refused`.
 */
export type Verdict = 'human' | 'spent' | 'unreachable' | 'refused';

export type Question = {
  token: string;
  /** The widget's cdata must be this id hash (base64url). */
  idHash: string;
  secret: string;
  /** Hosts whose pages may carry the widget. */
  hostnames: string[];
  /** With Cloudflare's test secrets hostname, action and cdata are sample values and not compared. */
  testing: boolean;
};

/** Asks with 3 s patience, twice at most, under one idempotency key, so a retry is never "used". */
export async function askTurnstile(question: Question, fetcher: typeof fetch): Promise<Verdict> {
  const body = JSON.stringify({
    secret: question.secret,
    response: question.token,
    idempotency_key: await idempotencyKey(question),
  });
  const answer = (await ask(body, fetcher)) ?? (await ask(body, fetcher));
  return answer ? judge(answer, question) : 'unreachable';
}

function judge(answer: SiteverifyAnswer, question: Question): Verdict {
  const { success, hostname, action, cdata } = answer;
  const codes = answer['error-codes'];
  if (codes.includes('timeout-or-duplicate')) return 'spent';
  if (codes.some((code) => /internal-error|secret/.test(code))) return 'unreachable';
  if (!success) return 'refused';
  if (question.testing) return 'human';
  const ours = question.hostnames.some((one) => one === hostname);
  return ours && action === 'sign' && cdata === question.idHash ? 'human' : 'refused';
}

async function ask(body: string, fetcher: typeof fetch): Promise<SiteverifyAnswer | undefined> {
  try {
    const response = await fetcher(siteverify, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(patience),
    });
    return answerSchema.safeParse(await response.json()).data;
  } catch {
    return undefined;
  }
}

/** A UUID (RFC 9562, version 8) of id hash and token. */
async function idempotencyKey({ idHash, token }: Question): Promise<string> {
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode(`${idHash}|${token}`),
  );
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}

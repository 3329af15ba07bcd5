/**
 * Withdrawing by code, with and without JavaScript. The only place where a code arrives; it is hashed at
 * once and never kept. Known and unknown codes get the same answer.
 */
import type { Campaign } from '../src/signature/campaign.ts';
import { isOver } from '../src/signature/closing.ts';
import { chainOf, readCode, showCode } from '../src/signature/code.ts';
import { dayOf } from '../src/signature/stamp.ts';
import { answerJson, answerPage, asAttribute } from './answer.ts';
import { isOfType, readBody } from './body.ts';
import { type Bindings, readSecrets } from './environment.ts';
import { isOverLimit } from './limit.ts';
import { withdrawRows } from './store.ts';

const bodyLimit = 4096;

/** What came of a code: `wrong` is a typing error, `unavailable` changed nothing. */
type Outcome = 'done' | 'wrong' | 'unavailable';
const statusOf = { done: 200, wrong: 422, unavailable: 503 } as const;

/** POST /api/withdraw, the code as plain text. */
export async function withdrawByScript(
  request: Request,
  bindings: Bindings,
  campaign: Campaign,
  now: Date,
): Promise<Response> {
  if (!isOfType(request, 'text/plain')) return answerJson(415, { answer: 'wrong' });
  const typed = await readBody(request, bodyLimit);
  if (typed === undefined) return answerJson(413, { answer: 'wrong' });
  const outcome = await withdraw(typed, request, bindings, campaign, now);
  return answerJson(statusOf[outcome], { answer: outcome });
}

/** POST /<language>/withdraw: asks once more, then withdraws; each time a page in its language. */
export async function withdrawByForm(
  request: Request,
  bindings: Bindings,
  campaign: Campaign,
  language: string,
  now: Date,
): Promise<Response> {
  const form = isOfType(request, 'application/x-www-form-urlencoded');
  const body = form ? await readBody(request, bodyLimit) : undefined;
  const sent = new URLSearchParams(body ?? '');
  const typed = sent.get('code') ?? '';
  const step = sent.has('confirmed')
    ? await withdraw(typed, request, bindings, campaign, now)
    : readCode(typed)
      ? 'confirm'
      : 'wrong';
  const code = readCode(typed);
  const rewriter = new HTMLRewriter()
    .on('[data-step]', {
      element: (part) => {
        if (!part.getAttribute('data-step')?.split(' ').includes(step)) part.remove();
      },
    })
    .on('[name=code]', {
      element: (input) => {
        input.setAttribute('value', asAttribute(code ? showCode(code) : typed.slice(0, 100)));
      },
    });
  const status = step === 'confirm' ? 200 : statusOf[step];
  const template = new URL(`/${language}/answer/withdraw/`, request.url);
  return answerPage(bindings.ASSETS, template, status, rewriter);
}

async function withdraw(
  typed: string,
  request: Request,
  bindings: Bindings,
  campaign: Campaign,
  now: Date,
): Promise<Outcome> {
  const code = readCode(typed);
  if (!code) return 'wrong';
  const today = dayOf(now);
  const over = isOver(campaign.closes, today);
  const secrets = readSecrets(bindings, campaign);
  if (!secrets && !over) return 'unavailable';
  // After the end, without a pepper, nobody can be limited, so nothing is added for an unknown code.
  if (secrets && (await isOverLimit(request, bindings.LIMITER, secrets.pepper)))
    return 'unavailable';
  const [, , idHash] = await chainOf(code);
  try {
    await withdrawRows(bindings.DB, idHash, today, secrets !== undefined);
  } catch {
    return 'unavailable';
  }
  return 'done';
}

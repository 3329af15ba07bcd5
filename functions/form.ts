/**
 * POST /<language>/sign: the form without JavaScript. Sealed on arrival by the same module as in the
 * page, and held; what was entered goes back into the form when something is to be mended, and nowhere
 * else.
 */
import { z } from 'zod';
import { sealOnArrival } from '../src/signature/arrival.ts';
import type { Campaign } from '../src/signature/campaign.ts';
import { isTaken } from '../src/signature/closing.ts';
import { showCode } from '../src/signature/code.ts';
import { checkEntries, type Entries, tidy } from '../src/signature/entries.ts';
import { holdForm } from '../src/signature/human.ts';
import { rowOf } from '../src/signature/row.ts';
import { dayOf } from '../src/signature/stamp.ts';
import { answerPage } from './answer.ts';
import { isOfType, readBody } from './body.ts';
import { type Bindings, readSecrets } from './environment.ts';
import { formAgain, type FormProblem } from './form-again.ts';
import { isOverLimit } from './limit.ts';
import { storeOrQueue } from './store.ts';

const bodyLimit = 16_384;
const fields = ['level', 'name', 'email', 'country', 'consent', 'news', 'text'] as const;
const field = z
  .array(z.string())
  .max(1)
  .transform(([value = '']) => tidy(value));
const formSchema = z.object({
  level: field,
  name: field,
  email: field,
  country: field,
  text: field,
  consent: field.transform((value) => value !== ''),
  news: field.transform((value) => value !== ''),
});

/** Takes a plain form: parse, check, seal, store, and answer with a page in its language. */
export async function signForm(
  request: Request,
  bindings: Bindings,
  campaign: Campaign,
  language: string,
  now: Date,
): Promise<Response> {
  const again = (status: number, problems: FormProblem[], entries?: Entries) =>
    formAgain(bindings, request, language, status, problems, entries);

  if (!isTaken(campaign.closes, dayOf(now))) return again(410, ['form.closed']);
  if (!isOfType(request, 'application/x-www-form-urlencoded')) return again(415, ['form.repeated']);
  const body = await readBody(request, bodyLimit);
  if (body === undefined) return again(413, ['form.large']);
  const sent = new URLSearchParams(body);
  const parsed = formSchema.safeParse(
    Object.fromEntries(fields.map((name) => [name, sent.getAll(name)])),
  );
  if (!parsed.success) return again(422, ['form.repeated']);
  const { text, ...entries } = parsed.data;
  const problems = checkEntries(entries, campaign.levels);
  if (problems.length > 0) return again(422, problems, entries);
  if (campaign.texts[text] !== language) return again(409, ['text.changed'], entries);

  const secrets = readSecrets(bindings, campaign);
  if (!secrets) return again(503, ['form.unavailable'], entries);
  // Held anyway; above the limit it waits, so that one machine cannot use up the day for all.
  if (await isOverLimit(request, bindings.LIMITER, secrets.pepper))
    return again(429, ['form.unavailable'], entries);

  const arrival = await sealOnArrival(entries, text, campaign, secrets.pepper);
  if (!arrival) return again(422, ['form.long'], entries);
  const row = await rowOf(arrival.sealed, holdForm(), dayOf(now));
  const receipt = await storeOrQueue(bindings.DB, bindings.QUEUE, row, campaign.heldPerDay);
  // Its key was revoked and the Worker still seals to it: nothing can be signed until it is deployed anew.
  if (receipt === 'old' || receipt === 'unavailable')
    return again(503, ['form.unavailable'], entries);
  if (receipt === 'full') return again(429, ['form.full'], entries);
  const rewriter = new HTMLRewriter().on('#code', {
    element: (place) => place.setInnerContent(showCode(arrival.code)),
  });
  const template = new URL(`/${language}/answer/signed/`, request.url);
  return answerPage(bindings.ASSETS, template, 200, rewriter);
}

/**
 * POST /<language>/sign: the form without JavaScript. Sealed on arrival by the same module as in the
 * page, and held; what was entered goes back into the form when something is to be mended, and nowhere
 * else.
 */
import { z } from 'zod';
import { aadOf, infoOf } from '../src/signature/binding.ts';
import { fromBase64url, type Binary } from '../src/signature/bytes.ts';
import { type Campaign, currentKey } from '../src/signature/campaign.ts';
import { drawCode, hashCode, showCode } from '../src/signature/code.ts';
import { contentSizes, writeContent } from '../src/signature/content.ts';
import { checkEntries, type Entries, type Problem, tidy } from '../src/signature/entries.ts';
import { sealTo } from '../src/signature/hpke.ts';
import { holdForm } from '../src/signature/human.ts';
import { type Row, rowOf } from '../src/signature/row.ts';
import { dayOf } from '../src/signature/stamp.ts';
import { pepperTag, tagInput } from '../src/signature/tag.ts';
import { answerPage, asAttribute } from './answer.ts';
import { isOfType, readBody } from './body.ts';
import { type Bindings, readSecrets } from './environment.ts';
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

type FormProblem =
  Problem | 'text.changed' | `form.${'long' | 'repeated' | 'full' | 'unavailable' | 'large'}`;

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
  const key = currentKey(campaign);
  if (!secrets || !key) return again(503, ['form.unavailable'], entries);
  // Held anyway; above the limit it waits, so that one machine cannot use up the day for all.
  if (await isOverLimit(request, bindings.LIMITER, secrets.pepper))
    return again(429, ['form.unavailable'], entries);
  const plaintext = writeContent(contentOf(entries));
  if (plaintext.length > Math.max(...contentSizes)) return again(422, ['form.long'], entries);

  const code = drawCode();
  const idHash = await hashCode(code);
  const sealed = await sealTo(
    decode(key.publicKey),
    infoOf(campaign.id, key.id),
    aadOf(idHash, text, 'worker'),
    plaintext,
  );
  const tag = entries.email && (await hashCode(tagInput(campaign.id, entries.email)));
  const row: Row = await rowOf(
    {
      idHash: decode(idHash),
      sealed,
      keyId: key.id,
      textVersion: text,
      tag: tag ? await pepperTag(secrets.pepper, decode(tag)) : undefined,
    },
    holdForm(),
    dayOf(now),
  );
  const receipt = await storeOrQueue(bindings.DB, bindings.QUEUE, row, campaign.heldPerDay);
  if (receipt === 'unavailable') return again(503, ['form.unavailable'], entries);
  if (receipt === 'full') return again(429, ['form.full'], entries);
  const rewriter = new HTMLRewriter().on('#code', {
    element: (place) => place.setInnerContent(showCode(code)),
  });
  return answerPage(
    bindings.ASSETS,
    new URL(`/${language}/answer/signed/`, request.url),
    200,
    rewriter,
  );
}

/** The form again: entries kept, a summary of what to mend, a message at each field. */
function formAgain(
  bindings: Bindings,
  request: Request,
  language: string,
  status: number,
  problems: FormProblem[],
  entries?: Entries,
): Promise<Response> {
  const shown = new Set<string>(firstPerField(problems));
  const faulty = new Set(Array.from(shown, fieldOf));
  const rewriter = new HTMLRewriter()
    .on('[data-problem]', {
      element: (message) => {
        if (!shown.has(message.getAttribute('data-problem') ?? '')) message.remove();
      },
    })
    .on('form input', {
      element: (input) => {
        const name = input.getAttribute('name') ?? '';
        if (entries) keep(input, name, entries);
        if (!faulty.has(name)) return;
        input
          .setAttribute('aria-invalid', 'true')
          .setAttribute('aria-describedby', `${name}-error`);
      },
    });
  return answerPage(
    bindings.ASSETS,
    new URL(`/${language}/answer/form/`, request.url),
    status,
    rewriter,
  );
}

function keep(input: RewrittenElement, name: string, entries: Entries): void {
  if (name === 'level') {
    input.removeAttribute('checked');
    if (input.getAttribute('value') === entries.level) input.setAttribute('checked', '');
  }
  if (name === 'name' || name === 'email' || name === 'country')
    input.setAttribute('value', asAttribute(entries[name]));
  // A consent is given anew whenever the text or the entries changed; the wish for news is kept.
  if (name === 'news' && entries.news) input.setAttribute('checked', '');
}

function firstPerField(problems: FormProblem[]): FormProblem[] {
  return problems.filter(
    (problem, index) => problems.findIndex((one) => fieldOf(one) === fieldOf(problem)) === index,
  );
}

function fieldOf(problem: string): string {
  return problem.slice(0, problem.indexOf('.'));
}

/** What was entered and nothing that was left empty, as the page seals it. */
function contentOf({ level, name, email, country, news }: Entries) {
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

/**
 * POST /api/sign: a signature that was sealed in the page (or carried here) becomes a row.
 * Sees nothing that a person entered; logs nothing.
 */
import type { Campaign } from '../src/signature/campaign.ts';
import { isOver } from '../src/signature/closing.ts';
import { readEnvelope } from '../src/signature/envelope.ts';
import { checkHuman, hold } from '../src/signature/human.ts';
import { rowOf } from '../src/signature/row.ts';
import { dayOf } from '../src/signature/stamp.ts';
import { pepperTag } from '../src/signature/tag.ts';
import { askTurnstile } from '../src/signature/turnstile.ts';
import { answerJson } from './answer.ts';
import { isOfType, readBody } from './body.ts';
import { readCount, showCount } from './count.ts';
import { type Bindings, readSecrets } from './environment.ts';
import { isOverLimit } from './limit.ts';
import { findEarlier } from './read.ts';
import { storeOrQueue } from './store.ts';

/** A body without a token is under 1,000 bytes; a token has at most 2,048 characters. */
const bodyLimit = 4096;
const statusOf = { malformed: 400, long: 400, old: 409, human: 403, closed: 410 } as const;

/** Takes a sealed signature: parse, check that it is a person, store, answer with a key. */
export async function signSealed(
  request: Request,
  bindings: Bindings,
  campaign: Campaign,
  now: Date,
): Promise<Response> {
  const secrets = readSecrets(bindings, campaign);
  // After the end a missing pepper is normal: `npm run close` has deleted it.
  const ended = isOver(campaign.closes, dayOf(now));
  if (!secrets && !ended) return answerJson(503, { retry: true });
  if (!isOfType(request, 'text/plain'))
    return answerJson(415, { answer: 'failed', reason: 'malformed' });
  const body = await readBody(request, bodyLimit);
  if (body === undefined) return answerJson(413, { answer: 'failed', reason: 'malformed' });
  const language = languageOf(body, campaign);
  const told = campaign.told[language] ?? {};
  const tell = (status: number, answer: 'signed' | 'failed', reason: string) =>
    answerJson(status, { answer, reason, say: told[reason] });
  if (!secrets) return tell(statusOf.closed, 'failed', 'closed');
  const envelope = await readEnvelope(body, campaign);
  if (!envelope.ok) return tell(statusOf[envelope.refusal], 'failed', envelope.refusal);

  const today = dayOf(now);
  const ownHost = new URL(campaign.host || request.url).hostname;
  const check = checkHuman(envelope.value, {
    campaign: campaign.id,
    now,
    today,
    closes: campaign.closes,
    // Where D1 does not answer, a new check does no harm: the queue takes the row.
    earlier: (idHash) => findEarlier(bindings.DB, idHash).catch(() => undefined),
    ask: (token, idHash) =>
      askTurnstile(
        {
          token,
          idHash,
          secret: secrets.turnstileSecret,
          hostnames: [ownHost],
          testing: secrets.testing,
        },
        fetch,
      ),
  });
  const [human, over, count] = await Promise.all([
    check,
    isOverLimit(request, bindings.LIMITER, secrets.pepper),
    readCount(bindings, campaign),
  ]);
  if (!human.ok)
    return human.refusal === 'day'
      ? answerJson(403, { day: human.day })
      : tell(statusOf[human.refusal], 'failed', human.refusal);

  const { idHash, withPass, sealed, key, text, tag } = envelope.value;
  const row = await rowOf(
    {
      idHash,
      withPass,
      sealed,
      keyId: key,
      textVersion: text,
      tag: tag === undefined ? undefined : await pepperTag(secrets.pepper, tag),
    },
    over ? hold(human.value) : human.value,
    today,
  );
  const receipt = await storeOrQueue(bindings.DB, bindings.QUEUE, row, campaign.heldPerDay);
  if (receipt === 'unavailable') return answerJson(503, { retry: true });
  if (receipt === 'old') return tell(statusOf.old, 'failed', 'old');
  if (receipt === 'full') return tell(429, 'failed', 'full');
  if (receipt === 'held') return tell(200, 'signed', 'held');
  return answerJson(200, {
    answer: 'signed',
    count: showCount(count, campaign.grouping[language]),
  });
}

/** The language of the page that sent a body, whatever else is wrong with it. */
function languageOf(body: string, campaign: Campaign): string {
  const [, language = ''] = /"text":"([\w-]+)-[0-9a-f]{12}"/.exec(body) ?? [];
  return Object.hasOwn(campaign.told, language) ? language : campaign.defaultLanguage;
}

/**
 * Second step: is this a person? Turnstile first; where it cannot answer, the stamp; with neither, only
 * a visitor who agreed to be held. Nothing is stored without the value that only this file makes.
 */
import { isTaken } from './closing.ts';
import type { Envelope } from './envelope.ts';
import type { SentLane } from './lane.ts';
import { checkStamp } from './stamp.ts';
import type { Verdict } from './turnstile.ts';

/** Nobody else can make a Human: the key is not exported. */
const checked = Symbol('checked');

/** That somebody was let in, by which lane, and whether the signature waits for a check by hand. */
export type Human = { lane: SentLane; held: boolean; [checked]: true };

export type HumanAnswer =
  | { ok: true; value: Human }
  /** Neither a token nor a stamp; the page may offer to send it held. */
  | { ok: false; refusal: 'human' }
  /** Only the stamp's day is out of range: `day` is ours, to stamp again. */
  | { ok: false; refusal: 'day'; day: string }
  /** The campaign has closed, and no valid stamp says that this was made before. */
  | { ok: false; refusal: 'closed' };

export type HumanCheck = {
  campaign: string;
  now: Date;
  today: string;
  /** The last day of the campaign. */
  closes: string;
  ask: (token: string, idHash: string) => Promise<Verdict>;
  /** How an id hash came that is already stored. */
  earlier: (idHash: string) => Promise<{ lane: SentLane; held: boolean } | undefined>;
};

/**
 * The lanes of a signature that was sealed in the page. A counted one needs no new check for its
 * retry; a held one may pass a check after all, and stays held where none works. Once the campaign has
 * closed, only a stamp of a day before lets anything new in.
 */
export async function checkHuman(envelope: Envelope, check: HumanCheck): Promise<HumanAnswer> {
  const stamp = envelope.stamp
    ? await checkStamp(check.campaign, envelope.idHash, envelope.stamp, check.now)
    : 'wrong';
  const stampDay = stamp === 'valid' ? envelope.stamp?.slice(0, 10) : undefined;
  const taken = isTaken(check.closes, check.today, stampDay);
  if (taken && stampDay && !envelope.token) return pass('stamp', false);

  const earlier = await check.earlier(envelope.idHash);
  if (earlier && !(earlier.held && taken)) return pass(earlier.lane, earlier.held);
  if (!taken) return { ok: false, refusal: 'closed' };

  const verdict = envelope.token ? await check.ask(envelope.token, envelope.idHash) : 'unreachable';
  if (verdict === 'human') return pass('turnstile', false);
  if (stamp === 'valid') return pass('stamp', verdict === 'refused');
  if (envelope.unchecked) return pass('unchecked', true);
  if (earlier) return pass(earlier.lane, true);
  if (stamp === 'day') return { ok: false, refusal: 'day', day: check.today };
  return { ok: false, refusal: 'human' };
}

/** The lane of a plain form: held, and the form said so before. */
export function holdForm(): Human {
  return { lane: 'unchecked', held: true, [checked]: true };
}

/** The same person above the rate limit: held, never refused. */
export function hold(human: Human): Human {
  return { ...human, held: true };
}

function pass(lane: SentLane, held: boolean): HumanAnswer {
  return { ok: true, value: { lane, held, [checked]: true } };
}

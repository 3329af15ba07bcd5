/**
 * The Worker: method and path lead to one step; anything that breaks is caught here, once, and says
 * nothing but that it broke. All pages are static; what is not ours goes to them.
 */
import { campaign } from 'virtual:campaign';
import { rowSchema } from '../src/signature/row.ts';
import { answerJson, answerPage } from './answer.ts';
import { readBody } from './body.ts';
import { redirectToLanguage } from './choose-language.ts';
import { answerCount, takeSnapshot } from './count.ts';
import { destroyDue } from './destroy.ts';
import type { Bindings } from './environment.ts';
import { signForm } from './form.ts';
import { signSealed } from './sign.ts';
import { storeRow } from './store.ts';
import { withdrawByForm, withdrawByScript } from './withdraw.ts';

type Message = { body: unknown; ack: () => void; retry: () => void };

async function route(request: Request, bindings: Bindings): Promise<Response> {
  const url = new URL(request.url);
  const now = new Date();
  if (url.pathname.startsWith('/api/')) {
    switch (`${request.method} ${url.pathname}`) {
      case 'POST /api/sign':
        return signSealed(request, bindings, campaign, now);
      case 'POST /api/withdraw':
        return withdrawByScript(request, bindings, campaign, now);
      case 'GET /api/count':
        return answerCount(bindings, campaign);
    }
    const known = ['/api/sign', '/api/withdraw', '/api/count'].includes(url.pathname);
    return answerJson(known ? 405 : 404, { answer: 'malformed' });
  }
  if (url.pathname === '/') return redirectToLanguage(request, campaign);

  const [, language = '', step] = url.pathname.split('/');
  if (step === 'answer' || !campaign.languages.includes(language))
    return answerPage(bindings.ASSETS, new URL('/404', url), 404);
  if (request.method === 'POST' && step === 'sign')
    return signForm(request, bindings, campaign, language, now);
  if (request.method === 'POST' && step === 'withdraw')
    return withdrawByForm(request, bindings, campaign, language, now);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answerPage(bindings.ASSETS, new URL('/404', url), 405);
  // Somebody reloaded, or typed, the address of an answer.
  const page = step === 'sign' ? `/${language}/` : `/${language}/withdraw/`;
  return Response.redirect(new URL(page, url).href, 302);
}

export default {
  async fetch(request: Request, bindings: Bindings): Promise<Response> {
    try {
      return await route(request, bindings);
    } catch {
      // Neither logged nor told: an error's text may hold what somebody entered.
      return answerJson(503, { retry: true });
    } finally {
      if (!request.bodyUsed) await readBody(request, 0);
    }
  },

  async scheduled(run: { scheduledTime: number }, bindings: Bindings): Promise<void> {
    const now = new Date(run.scheduledTime);
    try {
      await takeSnapshot(bindings, now);
    } finally {
      await destroyDue(bindings.DB, campaign.deletedBy, now);
    }
  },

  /**
   * Rows that D1 did not take: stored late, beyond the day's cap, since their senders were answered. What
   * storing refuses, as a row of a revoked key, is dropped.
   */
  async queue(batch: { messages: readonly Message[] }, bindings: Bindings): Promise<void> {
    for (const message of batch.messages) {
      try {
        await storeRow(bindings.DB, rowSchema.parse(message.body), Number.MAX_SAFE_INTEGER);
        message.ack();
      } catch {
        message.retry();
      }
    }
  },
};

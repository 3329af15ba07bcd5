import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dayOf } from '../../src/signature/stamp.ts';
import { siteThatCloses } from '../closed.ts';
import { makeBody, newSigner, post, relayed, texts, told } from '../signer.ts';
import { startWorker, type TestWorker } from '../worker.ts';

const daysAway = (days: number) => dayOf(new Date(Date.now() + days * 86_400_000));

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker({ dist: siteThatCloses(daysAway(-1)) });
});
afterAll(() => worker.stop());
beforeEach(() => worker.clear());

async function send(body: object) {
  const response = await worker.fetch('/api/sign', post({ ...body }));
  return { status: response.status, answer: await response.json() };
}
const signed = { status: 200, answer: { answer: 'signed' } };
const closed = {
  status: 410,
  answer: { answer: 'failed', reason: 'closed', say: told['closed'] },
};
const states = async () => (await worker.rows()).map((row) => row.state);

describe('after the last day of a campaign', () => {
  it('a signature that was stamped in time is counted, carried or through a relay', async () => {
    expect(await send(await makeBody({ day: daysAway(-1) }))).toEqual(signed);
    expect(await send(await relayed(await makeBody({ day: daysAway(-1) })))).toEqual(signed);
    expect(await states()).toEqual(['counted', 'counted']);
  });

  it('a new one is refused, and so is one that has a token or agrees to be held', async () => {
    worker.answerSiteverify(({ response }) =>
      Response.json({
        success: true,
        hostname: worker.url.hostname,
        action: 'sign',
        cdata: response,
      }),
    );
    const signer = await newSigner();
    const body = await makeBody({ signer });
    expect(await send(body)).toEqual(closed);
    expect(await send({ ...body, 'cf-turnstile-response': signer.id })).toEqual(closed);
    expect(await send({ ...body, unchecked: 'on' })).toEqual(closed);
    expect(await send(await makeBody({ day: daysAway(-11) }))).toEqual(closed);
    expect(worker.asked).toEqual([]);
    expect(await states()).toEqual([]);
  });

  it('a retry of what is stored still gets its answer', async () => {
    const signer = await newSigner();
    await send(await makeBody({ signer, day: daysAway(-1) }));
    expect(await send(await makeBody({ signer }))).toEqual(signed);
  });

  it('a signature can be withdrawn', async () => {
    const signer = await newSigner();
    await send(await makeBody({ signer, day: daysAway(-1) }));
    const response = await worker.fetch('/api/withdraw', post(signer.code));
    expect(await response.json()).toEqual({ answer: 'done' });
    expect(await states()).toEqual(['withdrawn']);
  });

  it('a form without JavaScript is told so on its page, and nothing is stored', async () => {
    const response = await worker.fetch('/en/sign', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ level: 'count', consent: 'on', text: texts['en'] ?? '' }),
    });
    expect(response.status).toBe(410);
    expect(await response.text()).toContain('The campaign has ended, and nothing was stored.');
    expect(await states()).toEqual([]);
  });
});

describe('once nothing more can come, and the pepper is deleted', () => {
  let ended: TestWorker;
  beforeAll(async () => {
    ended = await startWorker({ dist: siteThatCloses(daysAway(-11)), secrets: {} });
  });
  afterAll(() => ended.stop());
  beforeEach(() => ended.clear());
  const stored = async () => (await ended.rows()).map((row) => row.state);

  it('page and carried text are told politely that the campaign has ended', async () => {
    for (const body of [await makeBody(), await makeBody({ day: daysAway(-11) })]) {
      const response = await ended.fetch('/api/sign', post({ ...body }));
      expect({ status: response.status, answer: await response.json() }).toEqual(closed);
    }
    expect(await stored()).toEqual([]);
  });

  it('a signature can be withdrawn, and an unknown code leaves nothing', async () => {
    const signer = await newSigner();
    await ended.db
      .prepare(
        `INSERT INTO signature (id_hash, digest, day, state, fresh, sealed)
        VALUES (?, x'00', '2026-01-01', 'counted', 0, x'00')`,
      )
      .bind(Buffer.from(signer.id, 'base64url'))
      .run();
    for (const { code } of [signer, await newSigner()]) {
      const response = await ended.fetch('/api/withdraw', post(code));
      expect(await response.json()).toEqual({ answer: 'done' });
    }
    expect(await stored()).toEqual(['withdrawn']);
  });

  it('the number and the pages stay', async () => {
    expect((await ended.fetch('/api/count')).status).toBe(200);
    expect((await ended.fetch('/be/')).status).toBe(200);
  });

  it('but ten days after the last one a missing pepper still stops everything', async () => {
    const tooEarly = await startWorker({ dist: siteThatCloses(daysAway(-10)), secrets: {} });
    const { code } = await newSigner();
    const body = { ...(await makeBody({ day: daysAway(-10) })) };
    expect((await tooEarly.fetch('/api/sign', post(body))).status).toBe(503);
    expect((await tooEarly.fetch('/api/withdraw', post(code))).status).toBe(503);
    await tooEarly.stop();
  });
});

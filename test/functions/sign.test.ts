import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../src/signature/row.ts';
import { dayOf, findStamp } from '../../src/signature/stamp.ts';
import {
  type Body,
  findWrongStamp,
  keyId,
  makeBody,
  newSigner,
  post,
  relayed,
  texts,
  told,
  toldIn,
} from '../signer.ts';
import { secret, startWorker, type TestWorker } from '../worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());
beforeEach(async () => {
  worker.answerSiteverify();
  worker.asked.length = 0;
  await worker.clear();
});

/** Each test comes from a network of its own, so that the limiter of one does not hold another's. */
let network = 0;
async function send(body: Body | string, headers: Record<string, string> = {}) {
  network += 1;
  const address = `10.${network >> 8}.${network & 255}.1`;
  const response = await worker.fetch(
    '/api/sign',
    post(body, { 'cf-connecting-ip': address, ...headers }),
  );
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const signed = { status: 200, text: '{"answer":"signed"}' };
const answered = (answer: string, reason: string) =>
  JSON.stringify({ answer, reason, say: told[reason] });
const held = { status: 200, text: answered('signed', 'held') };
const refused = (status: number, reason: string) => ({ status, text: answered('failed', reason) });
/** Nothing was stored; the page tries again. */
const later = { status: 503, text: '{"retry":true}' };
const lanes = async () => (await worker.rows()).map((row) => [row.lane, row.state]);
const today = dayOf(new Date());
const daysAway = (days: number) => dayOf(new Date(Date.now() + days * 86_400_000));
const passes = (id: unknown, change: object = {}) =>
  Response.json({
    success: true,
    hostname: worker.url.hostname,
    action: 'sign',
    cdata: id,
    ...change,
  });

describe('POST /api/sign', () => {
  it('counts a signature with a valid stamp, in the stamp lane', async () => {
    expect(await send(await makeBody())).toMatchObject(signed);
    expect(await lanes()).toEqual([['stamp', 'counted']]);
  });

  it('stores a day, a language, a lane, a key, a text version, sealed bytes, and no more', async () => {
    const signer = await newSigner();
    const body = await makeBody({
      signer,
      content: { level: 'initials', name: 'Ann Bell', email: 'ann@example.org' },
    });
    await send(body);
    const [row] = await worker.rows();
    expect(row).toMatchObject({
      day: today,
      language: 'be',
      key_id: keyId,
      text_version: texts['be'],
      fresh: 1,
      batch: null,
      decision: null,
      was: null,
    });
    expect(row?.id_hash).toBe(signer.id);
    expect(row?.sealed).toBe(body['sealed']);
    expect(row?.tag).not.toBe(body['tag']);
    expect(Object.keys(row ?? {}).sort()).toEqual([
      'batch',
      'day',
      'decision',
      'digest',
      'fresh',
      'id_hash',
      'key_id',
      'lane',
      'language',
      'sealed',
      'state',
      'tag',
      'text_version',
      'was',
    ]);
  });

  it('answers in at most 200 bytes that any page may read', async () => {
    const answer = await send(await makeBody());
    expect(answer.text.length).toBeLessThan(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await send('{')).headers.get('access-control-allow-origin')).toBe('*');
  });

  it('takes bodies that the page keeps under 1,000 bytes', async () => {
    const content = {
      level: 'initials',
      name: 'ж'.repeat(90),
      email: `${'a'.repeat(158)}@example.org`,
      country: 'Беларусь',
      news: 'on',
    };
    const body = await makeBody({ content });
    expect(Buffer.byteLength(content.name + content.email)).toBe(350);
    expect(JSON.stringify(body).length).toBeLessThanOrEqual(1000);
    expect(await send(body)).toMatchObject(signed);
  });
});

describe('the lanes', () => {
  it('ask Turnstile with the secret and one idempotency key, and count in its lane', async () => {
    const signer = await newSigner();
    const body: Body = {
      ...(await makeBody({ signer, stamp: undefined })),
      'cf-turnstile-response': 'token-1',
    };
    worker.answerSiteverify(() => passes(signer.id));
    expect(await send(body)).toMatchObject(signed);
    expect(await lanes()).toEqual([['turnstile', 'counted']]);
    expect(worker.asked).toMatchObject([{ secret, response: 'token-1' }]);
  });

  it('fall back to the stamp when Turnstile cannot be asked, or the token is used or expired', async () => {
    const answers = [
      () => new Response('broken', { status: 500 }),
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      () => Response.json(null),
      () => Response.json([]),
      () => Response.json({ success: 'true' }),
      () => Response.json({ success: false, 'error-codes': ['internal-error'] }),
      () => Response.json({ success: false, 'error-codes': ['timeout-or-duplicate'] }),
    ];
    for (const answer of answers) {
      worker.answerSiteverify(answer);
      const body = { ...(await makeBody()), 'cf-turnstile-response': 'token' };
      expect(await send(body)).toMatchObject(signed);
      expect(
        await send({ ...(await makeBody({ stamp: undefined })), 'cf-turnstile-response': 'token' }),
      ).toMatchObject(refused(403, 'human'));
    }
    expect(await lanes()).toEqual(answers.map(() => ['stamp', 'counted']));
  });

  it('ask again once after a failure, under the same idempotency key', async () => {
    const signer = await newSigner();
    const body: Body = {
      ...(await makeBody({ signer, stamp: undefined })),
      'cf-turnstile-response': 'token',
    };
    worker.answerSiteverify(() =>
      worker.asked.length === 1 ? new Response('', { status: 502 }) : passes(signer.id),
    );
    expect(await send(body)).toMatchObject(signed);
    expect(worker.asked.length).toBe(2);
    expect(worker.asked[0]?.idempotency_key).toBe(worker.asked[1]?.idempotency_key);
  });

  it('do not wait longer than 3 seconds for each answer of Turnstile', async () => {
    worker.answerSiteverify(() => new Promise(() => undefined));
    const start = Date.now();
    expect(await send({ ...(await makeBody()), 'cf-turnstile-response': 'token' })).toMatchObject(
      signed,
    );
    expect(Date.now() - start).toBeLessThan(8000);
    expect(await lanes()).toEqual([['stamp', 'counted']]);
  });

  it.each([
    ['of a foreign host', { hostname: 'evil.example' }],
    ['for another action', { action: 'login' }],
    ['of another visitor', { cdata: 'B'.repeat(43) }],
    ['that Turnstile refuses', { success: false }],
  ])('hold a signature with a token %s and a stamp, and refuse it without', async (_, change) => {
    const signer = await newSigner();
    const body: Body = { ...(await makeBody({ signer })), 'cf-turnstile-response': 'token' };
    worker.answerSiteverify(() => passes(signer.id, change));
    expect(await send(body)).toMatchObject(held);
    const stranger = await newSigner();
    const other: Body = {
      ...(await makeBody({ signer: stranger, stamp: undefined })),
      'cf-turnstile-response': 'token',
    };
    worker.answerSiteverify(() => passes(stranger.id, change));
    expect(await send(other)).toMatchObject(refused(403, 'human'));
    expect(await lanes()).toEqual([['stamp', 'held']]);
  });

  it('refuse a signature without token and stamp, and hold it when its sender agrees', async () => {
    const body = await makeBody({ stamp: undefined });
    expect(await send(body)).toMatchObject(refused(403, 'human'));
    expect(await worker.rows()).toEqual([]);
    expect(await send({ ...body, unchecked: 'on' })).toMatchObject(held);
    expect(await lanes()).toEqual([['unchecked', 'held']]);
  });

  it('refuse a wrong stamp', async () => {
    const signer = await newSigner();
    const body = await makeBody({ signer, stamp: await findWrongStamp(signer.id, today) });
    expect(await send(body)).toMatchObject(refused(403, 'human'));
  });

  it.each([-11, 2])('name our day to a stamp that is %i days away', async (days) => {
    const body = await makeBody({ day: daysAway(days) });
    expect(await send(body)).toMatchObject({ status: 403, text: JSON.stringify({ day: today }) });
    expect(await worker.rows()).toEqual([]);
  });

  it.each([-10, 0, 1])('take a stamp that is %i days away', async (days) => {
    expect(await send(await makeBody({ day: daysAway(days) }))).toMatchObject(signed);
  });

  it('hold, not refuse, what comes above the rate limit, and keep no address', async () => {
    const address = { 'cf-connecting-ip': '203.0.113.9' };
    const bodies = await Promise.all(
      Array.from({ length: 140 }, async (): Promise<Body> => {
        const signer = await newSigner();
        return {
          ...(await makeBody({ signer, stamp: undefined })),
          'cf-turnstile-response': signer.id,
        };
      }),
    );
    worker.answerSiteverify((request) => passes(request.response));
    const answers = await Promise.all(bodies.map((body) => send(body, address)));
    const received = answers.map(({ text }) => text);
    // 60 a minute pass; the clock may turn a minute meanwhile.
    expect(received.filter((text) => text === signed.text).length).toBeGreaterThanOrEqual(60);
    expect(received.filter((text) => text === held.text).length).toBeGreaterThanOrEqual(20);
    expect(JSON.stringify(await worker.rows())).not.toContain('203.0.113');
  });
});

describe('the states', () => {
  it('make one signature of the same row sent a hundred times, ten at once', async () => {
    const body = await makeBody();
    const answers = [];
    for (let round = 0; round < 10; round++)
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => send(body)))));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([signed.text]));
    expect(await lanes()).toEqual([['stamp', 'counted']]);
  });

  it('keep other bytes of the same id hash as repeats, sixteen rows at most, and never say "signed" of more', async () => {
    const signer = await newSigner();
    const answers = [];
    for (let edit = 0; edit < 18; edit++) answers.push(await send(await makeBody({ signer })));
    expect(answers.slice(0, 16).every(({ text }) => text === signed.text)).toBe(true);
    expect(answers.slice(16)).toMatchObject([later, later]);
    const states = (await worker.rows()).map((row) => row.state);
    expect(states.filter((state) => state === 'counted').length).toBe(1);
    expect(states.filter((state) => state === 'repeat').length).toBe(15);
  });

  it('keep eight rows that came without the pass, and let the signer in beside them', async () => {
    const signer = await newSigner();
    const answers = [];
    for (let copy = 0; copy < 9; copy++)
      answers.push(await send(await relayed(await makeBody({ signer }))));
    expect(answers.slice(0, 8).every(({ text }) => text === signed.text)).toBe(true);
    expect(answers[8]).toMatchObject(later);
    const own = await makeBody({ signer });
    expect(await send(own)).toMatchObject(signed);
    const rows = await worker.rows();
    expect(rows.length).toBe(9);
    expect(rows.some((row) => row.sealed === own['sealed'])).toBe(true);
  });

  it('answer a repeated e-mail exactly as a first one', async () => {
    const content = { level: 'count', email: 'ann@example.org' };
    expect(await send(await makeBody({ content }))).toMatchObject(signed);
    expect(await send(await makeBody({ content }))).toMatchObject(signed);
    expect((await lanes()).map(([, state]) => state).sort()).toEqual(['counted', 'repeat']);
  });

  it('answer a retry without a new check, even when its token is used and its stamp is gone', async () => {
    const signer = await newSigner();
    const body: Body = {
      ...(await makeBody({ signer, stamp: undefined })),
      'cf-turnstile-response': 'token',
    };
    worker.answerSiteverify(() => passes(signer.id));
    await send(body);
    worker.answerSiteverify(() =>
      Response.json({ success: false, 'error-codes': ['timeout-or-duplicate'] }),
    );
    worker.asked.length = 0;
    expect(await send(body)).toMatchObject(signed);
    expect(worker.asked).toEqual([]);
    expect(await lanes()).toEqual([['turnstile', 'counted']]);
  });

  it('leave a held signature held while no check of its sender works', async () => {
    const signer = await newSigner();
    await send({ ...(await makeBody({ signer, stamp: undefined })), unchecked: 'on' });
    expect(await send(await makeBody({ signer, stamp: undefined }))).toMatchObject(held);
    const stamp = await findWrongStamp(signer.id, today);
    expect(await send(await makeBody({ signer, stamp }))).toMatchObject(held);
    expect((await lanes()).every(([, state]) => state === 'held')).toBe(true);
  });

  it('count a held signature once a check works: other bytes beside it, the same bytes in its place', async () => {
    for (const same of [true, false]) {
      await worker.clear();
      const signer = await newSigner();
      const first = await makeBody({ signer });
      const later = same ? first : await makeBody({ signer });
      expect(await send({ ...first, stamp: undefined, unchecked: 'on' })).toMatchObject(held);
      expect(await send(later)).toMatchObject(signed);
      expect(await send(later)).toMatchObject(signed);
      expect((await lanes()).sort()).toEqual([
        ['stamp', 'counted'],
        ...(same ? [] : [['unchecked', 'held']]),
      ]);
    }
  });

  it('ask Turnstile about a held signature that comes again, and count it when that says yes', async () => {
    const signer = await newSigner();
    const body: Body = await makeBody({ signer, stamp: undefined });
    expect(await send({ ...body, unchecked: 'on' })).toMatchObject(held);
    worker.answerSiteverify(() => passes(signer.id));
    expect(await send({ ...body, 'cf-turnstile-response': 'token' })).toMatchObject(signed);
    expect(await lanes()).toEqual([['turnstile', 'counted']]);
  });

  it('count once what was held, counted and held again', async () => {
    const signer = await newSigner();
    const bodies = await Promise.all([1, 2, 3].map(() => makeBody({ signer })));
    for (const body of bodies) await send({ ...body, stamp: undefined, unchecked: 'on' });
    await Promise.all(bodies.map((body) => send(body)));
    for (const body of bodies) await send({ ...body, stamp: undefined, unchecked: 'on' });
    const states = (await lanes()).map(([, state]) => state);
    expect(states.sort()).toEqual(['counted', 'repeat', 'repeat']);
  });

  it('take a row that waits for a repeat, once it passed a check, when its e-mail was counted before', async () => {
    const content = { level: 'count', email: 'ann@example.org' };
    await send(await makeBody({ content }));
    const body = await makeBody({ content });
    await send({ ...body, stamp: undefined, unchecked: 'on' });
    expect(await send(body)).toMatchObject(signed);
    expect((await lanes()).map(([, state]) => state).sort()).toEqual(['counted', 'repeat']);
  });

  it("keep the same bytes under another text apart, so that they take nobody's place", async () => {
    const body = await makeBody();
    await send({ ...(await relayed(body)), text: texts['ru'] });
    expect(await send(body)).toMatchObject(signed);
    expect((await worker.rows()).map((row) => row.text_version).sort()).toEqual([
      texts['be'],
      texts['ru'],
    ]);
  });

  it('leave an invalidated signature invalid, whatever its sender sends again', async () => {
    const signer = await newSigner();
    await send(await makeBody({ signer }));
    await worker.db.exec("UPDATE signature SET state = 'invalidated'");
    expect(await send(await makeBody({ signer }))).toMatchObject(signed);
    expect((await lanes()).every(([, state]) => state === 'invalidated')).toBe(true);
  });

  it('take held signatures up to the cap of a day, then say so', async () => {
    await worker.fillReview();
    const body = { ...(await makeBody({ stamp: undefined })), unchecked: 'on' };
    expect(await send(body)).toMatchObject(refused(429, 'full'));
    expect(await send(await makeBody())).toMatchObject(signed);
  });
});

describe('what is not a signature', () => {
  it.each([
    ['an empty body', ''],
    ['half a JSON', '{"pass":"'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a prototype', '{"__proto__":{"id":"x"}}'],
  ])('is refused: %s', async (_, body) => {
    expect(await send(body)).toMatchObject(refused(400, 'malformed'));
  });

  it('is refused when a field is missing, empty, a list, a number or unknown', async () => {
    const body = await makeBody();
    for (const name of ['pass', 'sealed', 'key', 'text', 'consent'])
      for (const value of [undefined, '', [body[name]], 7, null, {}])
        expect(
          (await send({ ...body, [name]: value })).status,
          `${name} ${JSON.stringify(value)}`,
        ).toBe(400);
    for (const name of ['tag', 'token', 'stamp', 'unchecked', 'name'])
      for (const value of [['x'], 7, {}])
        expect((await send({ ...body, [name]: value })).status, name).toBe(400);
    const proto = JSON.stringify(body).replace('{', '{"__proto__":{"x":1},');
    expect((await send(proto)).status).toBe(400);
    expect(await worker.rows()).toEqual([]);
  });

  it('is refused when the sealed part is cut, of a third size, or no base64url', async () => {
    const body = await makeBody();
    const sealed = String(body['sealed']);
    for (const wrong of [
      sealed.slice(0, -1),
      sealed.slice(4),
      sealed + 'AAAA',
      sealed.replace(/^./, '+'),
      `${sealed}=`,
    ])
      expect(await send({ ...body, sealed: wrong })).toMatchObject(refused(400, 'malformed'));
    expect(await send({ ...body, sealed: 'A'.repeat(1000) })).toMatchObject(refused(400, 'long'));
  });

  it('takes tokens of 2,048 characters and no more', async () => {
    const signer = await newSigner();
    const body = await makeBody({ signer });
    worker.answerSiteverify(() => passes(signer.id));
    expect(await send({ ...body, 'cf-turnstile-response': 'x'.repeat(2049) })).toMatchObject(
      refused(400, 'malformed'),
    );
    expect(await send({ ...body, 'cf-turnstile-response': 'x'.repeat(2048) })).toMatchObject(
      signed,
    );
  });

  it('is told that the copy is too old when key or text are not ours, never asked to send in clear', async () => {
    const body = await makeBody();
    expect(await send({ ...body, key: 'A'.repeat(11) })).toMatchObject(refused(409, 'old'));
    expect(await send({ ...body, text: 'be-000000000000' })).toMatchObject(refused(409, 'old'));
    const unknown = await send({ ...body, text: 'xx-000000000000' });
    expect(JSON.parse(unknown.text)).toMatchObject({ reason: 'old', say: toldIn['en']?.['old'] });
  });

  it('is told why in the language of its page, in at most 200 bytes', async () => {
    for (const [language, text] of Object.entries(texts)) {
      const answer = await send({ ...(await makeBody()), text, key: 'A'.repeat(11) });
      expect(JSON.parse(answer.text)).toMatchObject({ say: toldIn[language]?.['old'] });
      for (const [reason, say] of Object.entries(toldIn[language] ?? {}))
        expect(
          Buffer.byteLength(JSON.stringify({ answer: 'signed', reason, say })),
        ).toBeLessThanOrEqual(200);
    }
  });

  it('is refused above 4 KB before it is read, with 413', async () => {
    expect((await send('x'.repeat(10_000_000))).status).toBe(413);
    expect((await send('x'.repeat(4097))).status).toBe(413);
  });

  it('is refused with another content type or method', async () => {
    const body = JSON.stringify(await makeBody());
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/html'])
      expect((await send(body, { 'content-type': type })).status).toBe(415);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await worker.fetch('/api/sign', { method })).status, method).toBe(405);
    expect((await worker.fetch('/api/other')).status).toBe(404);
  });

  it('leaves nothing in a log', async () => {
    await send(await makeBody({ content: { level: 'initials', name: 'Ann Bell' } }));
    expect(JSON.stringify(worker.logs())).not.toMatch(/Ann Bell/);
  });
});

describe('when the key was stolen, and revoked in the database alone,', () => {
  const revoke = () => worker.db.exec(`INSERT INTO revoked VALUES ('${keyId}', '${today}')`);
  const forget = () => worker.db.exec('DELETE FROM revoked');
  const old = refused(409, 'old');

  it('a page, a relay and a courier that seal to it are told that the copy is too old, and nothing is stored', async () => {
    const body = await makeBody();
    await revoke();
    try {
      expect(await send(body)).toMatchObject(old);
      expect(await send(await relayed(body))).toMatchObject(old);
      expect(await worker.rows()).toEqual([]);
    } finally {
      await forget();
    }
    expect(await send(body)).toMatchObject(signed);
  });

  it('what was stored before stays, and a held signature is not counted any more', async () => {
    const signer = await newSigner();
    const body = await makeBody({ signer, stamp: undefined });
    expect(await send({ ...body, unchecked: 'on' })).toMatchObject(held);
    const stamp = await findStamp('belarus-2020', signer.id, today);
    await revoke();
    try {
      expect(await send({ ...body, stamp })).toMatchObject(old);
      expect(await lanes()).toEqual([['unchecked', 'held']]);
    } finally {
      await forget();
    }
    expect(await send({ ...body, stamp })).toMatchObject(signed);
    expect(await lanes()).toEqual([['stamp', 'counted']]);
  });

  it('what waits in the queue is dropped', async () => {
    const waits = async (key: string): Promise<Row> => ({
      ...{ idHash: (await newSigner()).id, withPass: true, digest: 'AAAA', sealed: 'AAAA' },
      ...{ day: today, language: 'be', lane: 'stamp', held: false, tag: null },
      ...{ keyId: key, textVersion: texts['be'] ?? '' },
    });
    await revoke();
    try {
      const rows = [await waits(keyId), await waits('AAAAAAAAAAA')];
      await worker.queue.sendBatch(rows.map((body) => ({ body })));
      const keys = async () => (await worker.rows()).map((row) => row.key_id);
      await expect.poll(keys, { timeout: 30_000 }).toEqual(['AAAAAAAAAAA']);
    } finally {
      await forget();
    }
  });

  it('what is sealed to another key is stored', async () => {
    await worker.db.exec(`INSERT INTO revoked VALUES ('AAAAAAAAAAA', '${today}')`);
    const answer = await send(await makeBody());
    await forget();
    expect(answer).toMatchObject(signed);
  });
});

describe('when the database fails', () => {
  it('keeps the row in the queue and gives the same answer; the row is stored later', async () => {
    await worker.db.exec('ALTER TABLE signature RENAME TO away');
    const body = await makeBody();
    try {
      expect(await send(body)).toMatchObject(signed);
    } finally {
      await worker.db.exec('ALTER TABLE away RENAME TO signature');
    }
    await expect.poll(lanes, { timeout: 30_000 }).toEqual([['stamp', 'counted']]);
  });
});

it('stamps found by the page and checked by the Worker agree', async () => {
  const signer = await newSigner();
  const stamp = await findStamp('belarus-2020', signer.id, today);
  expect(await send(await makeBody({ signer, stamp }))).toMatchObject(signed);
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCode } from '../../src/signature/code.ts';
import { keyId, texts } from '../signer.ts';
import { startWorker, type TestWorker } from '../worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());
beforeEach(() => worker.clear());

const good = {
  level: 'count',
  name: '',
  email: '',
  country: '',
  consent: 'on',
  text: texts['be'] ?? '',
};
type Fields = Record<string, string> | [string, string][];

async function send(fields: Fields, language = 'be', headers: Record<string, string> = {}) {
  const response = await worker.fetch(`/${language}/sign`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
    redirect: 'manual',
  });
  return { status: response.status, headers: response.headers, page: await response.text() };
}
const problemsIn = (page: string) =>
  Array.from(page.matchAll(/<li data-problem=([\w.]+)/g), ([, problem]) => problem);
const states = async () => (await worker.rows()).map((row) => [row.lane, row.state]);

describe('the form without JavaScript', () => {
  it('seals on arrival, holds the signature and answers with the code in a page of the language', async () => {
    const answer = await send({
      ...good,
      level: 'initials',
      name: 'Ann Bell',
      country: 'Беларусь',
      email: 'ann@example.org',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.page).toContain('<html lang=be');
    const shown = /<code id=code>([^<]+)</.exec(answer.page)?.[1] ?? '';
    expect(readCode(shown)).toBeDefined();
    expect(await states()).toEqual([['unchecked', 'held']]);
    const [row] = await worker.rows();
    expect(Buffer.from(row?.sealed ?? '', 'base64url').length).toBe(256 + 81);
    expect(Buffer.from(row?.sealed ?? '', 'base64url').toString('latin1')).not.toContain('Ann');
    expect(row?.tag).not.toBeNull();
  });

  it('needs only a consent to be counted', async () => {
    expect((await send(good)).status).toBe(200);
    expect((await send({ level: 'count', consent: 'on', text: good.text })).status).toBe(200);
  });

  it('shows the form again with a summary, a message at each field, and the entries kept', async () => {
    const answer = await send({
      ...good,
      level: 'initials',
      name: 'Tom &amp; "Jerry" <b>www.example.org</b>',
      email: 'tom',
      news: 'on',
      consent: '',
    });
    expect(answer.status).toBe(422);
    expect(problemsIn(answer.page)).toEqual([
      'name.address',
      'email.wrong',
      'country.missing',
      'consent.missing',
    ]);
    expect(answer.page).toContain('value="Tom &amp;amp; &quot;Jerry&quot; <b>www.example.org</b>"');
    expect(answer.page).toMatch(/<input[^>]*value=initials[^>]*checked/);
    expect(answer.page).not.toMatch(/<input[^>]*value=count[^>]*checked/);
    expect(answer.page).toMatch(/<input[^>]*name=news[^>]*checked/);
    expect(answer.page).not.toMatch(/<input[^>]*name=consent[^>]*checked/);
    expect(answer.page).toMatch(
      /<input[^>]*name=email[^>]*aria-invalid="true" aria-describedby="email-error"/,
    );
    expect(answer.page).toContain('href=#field-name');
    // One for the way out; the form itself needs none.
    expect(answer.page.match(/<script/g)).toHaveLength(1);
    expect(answer.page).not.toContain('api/sign');
    expect(await worker.rows()).toEqual([]);
  });

  it.each([
    ['be', 'Трэба'],
    ['ru', 'Нужно'],
    ['en', 'something to mend'],
  ])('says what to mend in the language %s', async (language, word) => {
    const answer = await send({ ...good, consent: '', text: texts[language] ?? '' }, language);
    expect(answer.page).toContain(word);
    expect(problemsIn(answer.page)).toEqual(['consent.missing']);
  });

  it('shows the present text when the sent one is unknown or of another language', async () => {
    for (const text of ['be-000000000000', texts['ru'] ?? '', '']) {
      const answer = await send({ ...good, text, name: 'Ann' });
      expect(answer.status).toBe(409);
      expect(problemsIn(answer.page)).toEqual(['text.changed']);
      expect(answer.page).toContain(`value=${texts['be'] ?? ''}`);
      expect(answer.page).toContain('value="Ann"');
    }
    expect(await worker.rows()).toEqual([]);
  });

  it.each([
    ['nothing', [], 'level.missing'],
    ['a field twice', [...Object.entries(good), ['name', 'Ann'], ['name', 'Bob']], 'form.repeated'],
    ['an unknown level', Object.entries({ ...good, level: 'everything' }), 'level.missing'],
    ['a level that is not offered', Object.entries({ ...good, level: 'name' }), 'level.missing'],
    ['lists', Object.entries({ ...good, level: '', 'level[]': 'count' }), 'level.missing'],
    ['a prototype', Object.entries({ ...good, __proto__: 'x', consent: '' }), 'consent.missing'],
    [
      'a header in the e-mail',
      Object.entries({ ...good, email: 'a@b.org\r\nbcc: x@y.org' }),
      'email.wrong',
    ],
  ] satisfies [string, [string, string][], string][])(
    'answers %s with the form',
    async (_, fields, problem) => {
      const answer = await send(fields);
      expect(answer.status).toBe(422);
      expect(problemsIn(answer.page)).toContain(problem);
      expect(await worker.rows()).toEqual([]);
    },
  );

  it('asks to shorten entries that do not fit together', async () => {
    const answer = await send({
      ...good,
      level: 'initials',
      name: 'ก'.repeat(100),
      email: `${'a'.repeat(64)}@${'b.'.repeat(93)}org`,
      country: 'ก'.repeat(60),
    });
    expect(problemsIn(answer.page)).toEqual(['form.long']);
  });

  it('answers a body of 10 MB with 413 and another content type with 415, as pages', async () => {
    const large = await send({ ...good, name: 'x'.repeat(10_000_000) });
    expect([large.status, problemsIn(large.page)]).toEqual([413, ['form.large']]);
    const typed = await send(good, 'be', { 'content-type': 'text/plain' });
    expect([typed.status, problemsIn(typed.page)]).toEqual([415, ['form.repeated']]);
  });

  it('makes one network wait that sends more than 60 a minute, so that it cannot use up the day for all', async () => {
    const address = { 'cf-connecting-ip': '203.0.113.77' };
    const answers = await Promise.all(Array.from({ length: 130 }, () => send(good, 'be', address)));
    const waiting = answers.filter(({ status }) => status === 429);
    expect(waiting.length).toBeGreaterThan(0);
    expect(problemsIn(waiting[0]?.page ?? '')).toEqual(['form.unavailable']);
    expect((await worker.rows()).length).toBe(130 - waiting.length);
  });

  it('says that it cannot be sent now where the key that it would be sealed to was stolen, and keeps the entries', async () => {
    await worker.clear();
    const day = '2026-11-23';
    await worker.db.exec(`INSERT INTO revoked VALUES ('${keyId}', '${day}')`);
    const address = { 'cf-connecting-ip': '10.200.0.1' };
    const answer = await send({ ...good, name: 'Ann Bell' }, 'be', address);
    await worker.db.exec('DELETE FROM revoked');
    expect(answer.status).toBe(503);
    expect(problemsIn(answer.page)).toEqual(['form.unavailable']);
    expect(answer.page).toContain('Ann Bell');
    expect(await states()).toEqual([]);
  });

  it('answers another method with 405', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      expect((await worker.fetch('/be/sign', { method, redirect: 'manual' })).status).toBe(405);
  });

  it('leads a reload of its address back to the form, and knows no other language', async () => {
    const reload = await worker.fetch('/be/sign', { redirect: 'manual' });
    expect([reload.status, new URL(reload.headers.get('location') ?? '').pathname]).toEqual([
      302,
      '/be/',
    ]);
    expect((await send(good, 'xx')).status).toBe(404);
  });

  it('does not show its templates to anybody', async () => {
    for (const template of ['signed', 'form', 'withdraw'])
      expect((await worker.fetch(`/be/answer/${template}/`)).status).toBe(404);
  });

  it('runs no script from elsewhere and cannot be framed', async () => {
    const { headers } = await send(good);
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dayOf } from '../../src/signature/stamp.ts';
import { type Body, makeBody, newSigner, post, relayed } from '../signer.ts';
import { type Doors, startDoors } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await startDoors();
});
afterAll(() => doors.stop());
beforeEach(async () => {
  doors.answerAs();
  doors.left.length = 0;
  await doors.worker.clear();
});

async function send(body: Body | string, headers: Record<string, string> = {}) {
  const response = await doors.relay.fetch('/api/sign', post(body, headers));
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const handed = { status: 200, text: '{"answer":"handed"}' };
const later = { status: 502, text: '{"retry":true}' };
const refused = { status: 400, text: '' };

describe('a relay', () => {
  it('hands a sealed signature to the host, where it is counted, and says "handed", not "signed"', async () => {
    const signer = await newSigner();
    expect(await send(await relayed(await makeBody({ signer })))).toMatchObject(handed);
    expect(await doors.worker.rows()).toMatchObject([
      { id_hash: signer.id, state: 'counted', lane: 'stamp' },
    ]);
  });

  it('passes on the body and nothing of its sender: no address, no browser, no page, no cookie', async () => {
    const body = await relayed(await makeBody());
    await send(body, {
      'cf-connecting-ip': '203.0.113.9',
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
      'user-agent': 'Browser of a signer',
      'accept-language': 'be',
      'cf-ipcountry': 'BY',
      cookie: 'of=somebody',
      origin: 'https://page.example.org',
      referer: 'https://page.example.org/be/',
    });
    expect(doors.left).toHaveLength(1);
    const [{ url, headers, body: sent } = { url: '', headers: {}, body: '' }] = doors.left;
    expect(url).toBe('https://sign.example.org/api/sign');
    expect(JSON.parse(sent)).toEqual(body);
    // The platform names the host that is asked and the relay that asks.
    expect(Object.keys(headers).sort()).toEqual([
      'cf-worker',
      'content-length',
      'content-type',
      'host',
    ]);
    expect(headers['cf-worker']).toMatch(/^undersigned-relay\./);
    expect(headers['content-type']).toBe('text/plain');
  });

  it.each(['pass', 'tag', 'cf-turnstile-response', 'unchecked', 'name', 'email'])(
    'refuses a body with a %s, which is not for strangers',
    async (name) => {
      const body = await relayed(await makeBody());
      expect(await send({ ...body, [name]: 'on' })).toMatchObject(refused);
      expect(doors.left).toEqual([]);
    },
  );

  it.each(['id', 'key', 'text', 'consent', 'sealed', 'stamp'])(
    'refuses a body whose %s is missing, or is no text',
    async (name) => {
      const body = await relayed(await makeBody());
      for (const value of [undefined, null, 7, ['x'], {}])
        expect(await send({ ...body, [name]: value })).toMatchObject(refused);
      expect(doors.left).toEqual([]);
    },
  );

  it('refuses what is no signature at all, or more than 2,000 bytes, or another kind of content', async () => {
    const body = await relayed(await makeBody());
    const long = { ...body, sealed: 'A'.repeat(2000) };
    for (const wrong of ['', '{', 'null', '[]', '"x"', '7', JSON.stringify([body])])
      expect(await send(wrong)).toMatchObject(refused);
    expect(await send(long)).toMatchObject(refused);
    for (const type of ['application/json', 'multipart/form-data; boundary=x'])
      expect(await send(body, { 'content-type': type })).toMatchObject(refused);
    const proto = JSON.stringify(body).replace('{', '{"__proto__":"x",');
    expect(await send(proto)).toMatchObject(refused);
    expect(doors.left).toEqual([]);
  });

  it('names no day for a stamp that is too old: a page asks its own host', async () => {
    expect(await send(await relayed(await makeBody({ day: '2020-08-09' })))).toMatchObject(later);
    expect(await doors.worker.rows()).toEqual([]);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['refuses', () => Response.json({ answer: 'failed', reason: 'old' }, { status: 409 })],
    ['says "signed" with an error', () => Response.json({ answer: 'signed' }, { status: 503 })],
    ['cannot store', () => Response.json({ retry: true }, { status: 503 })],
    ['sends a page', () => new Response('<h1>Blocked</h1>')],
    ['sends us elsewhere', () => Response.redirect('https://sign.example.org/login')],
    ['answers with nothing', () => new Response('')],
    ['answers with a list', () => Response.json(['signed'])],
    ['names a day', () => Response.json({ day: dayOf(new Date()) }, { status: 403 })],
    ['cannot be reached', () => Promise.reject(new Error('The network is down'))],
  ])('never says "handed" when the host %s, but to try again', async (_, answer) => {
    doors.answerAs(answer);
    expect(await send(await relayed(await makeBody()))).toMatchObject(later);
    expect(doors.left).toHaveLength(1);
  });

  it('gives up on a host that does not answer within 6 seconds', async () => {
    doors.answerAs(() => new Promise(() => undefined));
    const start = Date.now();
    expect(await send(await relayed(await makeBody()))).toMatchObject(later);
    const waited = Date.now() - start;
    expect(waited).toBeGreaterThan(5000);
    expect(waited).toBeLessThan(12_000);
  });

  it('shows no page: every other path or method is an empty 404', async () => {
    const asked: [string, string][] = [
      ['GET', '/'],
      ['GET', '/be/'],
      ['GET', '/api/sign'],
      ['HEAD', '/api/sign'],
      ['PUT', '/api/sign'],
      ['DELETE', '/api/sign'],
      ['OPTIONS', '/api/sign'],
      ['POST', '/'],
      ['POST', '/api/withdraw'],
      ['POST', '/api/sign/'],
      ['GET', '/robots.txt'],
    ];
    for (const [method, path] of asked) {
      const body = method.startsWith('P') ? 'x'.repeat(5000) : null;
      const response = await doors.relay.fetch(path, { method, body });
      expect([response.status, await response.text()], `${method} ${path}`).toEqual([404, '']);
    }
    expect(doors.left).toEqual([]);
  });

  it('answers every page, keeps no answer and sets no cookie', async () => {
    const answers = [
      await send(await relayed(await makeBody())),
      await send('{'),
      await doors.relay.fetch('/'),
    ];
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('set-cookie')).toBeNull();
    }
  });

  it('leaves nothing in a log', async () => {
    const signer = await newSigner();
    await send(await relayed(await makeBody({ signer })));
    await send('{');
    const logs = JSON.stringify(doors.relay.logs());
    expect(logs).not.toContain(signer.id);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chainOf, drawCode, showCode } from '../../src/signature/code.ts';
import { makeBody, newSigner, post, type Signer } from '../signer.ts';
import { startWorker, type TestWorker } from '../worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());
beforeEach(() => worker.clear());

let network = 0;
async function withdraw(code: string) {
  const address = { 'cf-connecting-ip': `10.9.${++network}.1` };
  const response = await worker.fetch('/api/withdraw', post(code, address));
  return { status: response.status, text: await response.text() };
}
async function submit(fields: Record<string, string>) {
  const response = await worker.fetch('/be/withdraw', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'cf-connecting-ip': `10.8.${++network}.1`,
    },
    body: new URLSearchParams(fields).toString(),
  });
  return { status: response.status, page: await response.text() };
}
const sign = async (signer: Signer, content = {}) =>
  (
    await worker.fetch(
      '/api/sign',
      post(await makeBody({ signer, content: { level: 'count', ...content } })),
    )
  ).text();

describe('withdrawing', () => {
  it('empties every row of the code and keeps only that it was withdrawn', async () => {
    const signer = await newSigner();
    const { code } = signer;
    await sign(signer, { email: 'ann@example.org' });
    await sign(signer, { name: 'Ann' });
    expect(await withdraw(code)).toEqual({ status: 200, text: '{"answer":"done"}' });
    const rows = await worker.rows();
    expect(rows.length).toBe(2);
    for (const row of rows)
      expect(row).toMatchObject({
        state: 'withdrawn',
        sealed: null,
        tag: null,
        language: null,
        lane: null,
        text_version: null,
      });
  });

  it('takes the code in any case, with or without dashes', async () => {
    const signer = await newSigner();
    const { code } = signer;
    for (const typed of [showCode(code), code.toLowerCase(), ` ${code} `]) {
      await worker.clear();
      await sign(signer);
      await withdraw(typed);
      expect((await worker.rows())[0]?.state).toBe('withdrawn');
    }
  });

  it('gives known, unknown and already withdrawn codes the same answer', async () => {
    const signer = await newSigner();
    const { code } = signer;
    await sign(signer);
    const known = await withdraw(code);
    expect(await withdraw(drawCode())).toEqual(known);
    expect(await withdraw(code)).toEqual(known);
  });

  it('keeps withdrawn what arrives later under the code, and answers it like any other', async () => {
    const signer = await newSigner();
    const { code } = signer;
    await withdraw(code);
    expect(await sign(signer)).toBe('{"answer":"signed"}');
    const rows = await worker.rows();
    expect(rows.map((row) => [row.state, row.sealed])).toEqual([['withdrawn', null]]);
  });

  it('tells a typing error by the check character, and changes nothing', async () => {
    const signer = await newSigner();
    const { code } = signer;
    await sign(signer);
    const wrong = code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
    expect(await withdraw(wrong)).toEqual({ status: 422, text: '{"answer":"wrong"}' });
    for (const typed of ['', 'x', code.slice(1), '💥', 'x'.repeat(5000)])
      expect((await withdraw(typed)).status).toBeGreaterThanOrEqual(400);
    expect((await worker.rows())[0]?.state).toBe('counted');
  });

  it('is not done with the id hash or the pass, which relays, couriers and the database know', async () => {
    const signer = await newSigner();
    await sign(signer);
    for (const known of [signer.id, signer.pass]) expect((await withdraw(known)).status).toBe(422);
  });

  it('asks twice without JavaScript, keeps the code in the form, and then says that it is done', async () => {
    const signer = await newSigner();
    const { code } = signer;
    await sign(signer);
    const first = await submit({ code: code.toLowerCase() });
    expect(first.status).toBe(200);
    expect(first.page).toContain(`value="${showCode(code)}"`);
    expect(first.page).toContain('name=confirmed');
    expect((await worker.rows())[0]?.state).toBe('counted');
    const second = await submit({ code: showCode(code), confirmed: 'yes' });
    expect(second.status).toBe(200);
    expect(second.page).not.toContain('<form');
    expect(second.page).not.toContain(code);
    expect((await worker.rows())[0]?.state).toBe('withdrawn');
  });

  it('shows a typing error without JavaScript, and what was typed', async () => {
    const answer = await submit({ code: 'ABC "&amp;<' });
    expect(answer.status).toBe(422);
    expect(answer.page).toContain('value="ABC &quot;&amp;amp;<"');
    expect(answer.page).toContain('data-news=wrong');
    expect(answer.page).not.toContain('name=confirmed');
  });

  it('stores a tombstone that holds nothing but the hash and the day', async () => {
    const code = drawCode();
    await withdraw(code);
    const [row] = await worker.rows();
    expect(row?.id_hash).toBe((await chainOf(code))[2]);
    expect(row).toMatchObject({ sealed: null, lane: null, tag: null, key_id: null, digest: '' });
  });

  it('slows down whoever sends many codes', async () => {
    const address = { 'cf-connecting-ip': '203.0.113.50' };
    const statuses: number[] = [];
    for (let sent = 0; sent < 62; sent++)
      statuses.push((await worker.fetch('/api/withdraw', post(drawCode(), address))).status);
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(503);
  });
});

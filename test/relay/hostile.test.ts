import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawCode } from '../../src/signature/code.ts';
import { readSettings } from '../../src/site/settings.ts';
import { deliver } from '../delivery/stage.ts';
import { type Body, makeBody, newSigner, post, relayed, type Signer, texts } from '../signer.ts';
import { localSite } from '../sites.ts';
import { startWorker, type TestWorker } from '../worker.ts';

const out = mkdtempSync(join(tmpdir(), 'undersigned-'));
let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(async () => {
  rmSync(out, { recursive: true });
  await worker.stop();
});
beforeEach(async () => {
  await worker.clear();
  await worker.db.exec("UPDATE tally SET total = 0, settled = ''");
  await worker.runCron();
});

/** The limiter knows networks: each request comes from one of its own unless it is named. */
let network = 0;
async function send(body: Body, address = `10.77.${++network}.1`) {
  const response = await worker.fetch('/api/sign', post(body, { 'cf-connecting-ip': address }));
  return { status: response.status, text: await response.text() };
}
const signed = { status: 200, text: '{"answer":"signed"}' };

const entered = { level: 'initials', name: 'Ann Bee', country: 'Poland' };
/** Of a country that few came from. */
const shown = { level: 'initials', name: 'A. B.', country: 'other' };

/** What a relay can make under an id hash that it was handed: any content, a good stamp, no pass. */
async function forge(signer: Signer, level: string, mark: string): Promise<Body> {
  const content = { level, name: 'Zed Zed', country: 'Latvia', email: 'z@example.org', mark };
  return relayed(await makeBody({ signer, content }));
}

function spoil(body: Body): Body {
  const sealed = String(body['sealed']);
  const turned = sealed[200] === 'A' ? 'B' : 'A';
  return { ...body, sealed: sealed.slice(0, 200) + turned + sealed.slice(201) };
}

function deliverAll() {
  const where = {
    ...{ remote: false, passphraseFile: undefined, database: 'of the Worker' },
    ...{ keyFolder: localSite.keys, folder: mkdtempSync(join(out, 'out-')) },
  };
  const query = async (sql: string) => (await worker.db.prepare(sql).all()).results;
  return deliver(where, { query }, readSettings(localSite.content));
}

/** The running number after a night, when repeats have left it. */
async function numberAfterANight() {
  await worker.runCron();
  await worker.db.exec("UPDATE tally SET settled = 'yesterday'");
  await worker.runCron();
  return worker.db.prepare('SELECT total FROM tally').first('total');
}

/** After the honest try: one signature of each signer, counted, as it was typed. */
async function expectOneEach(signers: readonly Signer[]) {
  const rows = await worker.rows();
  for (const { id } of signers) {
    const states = rows.filter((row) => row.id_hash === id).map((row) => row.state);
    expect(states.filter((state) => state === 'counted')).toHaveLength(1);
  }
  const { manifest, lines, setAside } = await deliverAll();
  expect(lines).toMatchObject(signers.map(() => shown));
  expect(manifest.account).toMatchObject({
    signatures: signers.length,
    delivered: signers.length,
    held: 0,
  });
  expect(await numberAfterANight()).toBe(signers.length);
  return { setAside };
}

type Handed = { signer: Signer; body: Body };

/** Hands a sealed signature to a relay, lets it do its worst, then signs on the campaign's own host. */
async function sign(worst: (handed: Handed) => Promise<unknown>) {
  const signer = await newSigner();
  const own = await makeBody({ signer, content: entered });
  await worst({ signer, body: await relayed(own) });
  expect(await send(own)).toEqual(signed);
  return signer;
}

describe('a hostile relay', () => {
  it('that drops everything, or lies that it was signed, loses nothing', async () => {
    const signer = await sign(() => Promise.resolve('{"answer":"signed"}'));
    await expectOneEach([signer]);
  });

  it('that changes bytes is found out on opening', async () => {
    const signer = await sign(({ body }) => send(spoil(body)));
    const { setAside } = await expectOneEach([signer]);
    expect(setAside).toEqual({ unopened: [signer.id], unknownKey: [], forged: [] });
  });

  it('that puts a signature under another text or key takes no place of the honest one', async () => {
    const signer = await sign(async ({ body }) => {
      expect(await send({ ...body, text: texts['ru'] })).toEqual(signed);
      expect((await send({ ...body, key: 'A'.repeat(11) })).status).toBe(409);
    });
    const { setAside } = await expectOneEach([signer]);
    expect(setAside.unopened).toEqual([signer.id]);
  });

  it('that seals a content of its own changes neither name nor level, whatever it takes for the mark', async () => {
    const stranger = await newSigner();
    const signer = await sign(async (handed) => {
      for (const mark of ['', handed.signer.id, stranger.mark])
        for (const level of ['count', 'name'])
          expect(await send(await forge(handed.signer, level, mark))).toEqual(signed);
    });
    const { setAside } = await expectOneEach([signer]);
    expect(setAside).toEqual({ unopened: [], unknownKey: [], forged: [signer.id] });
  });

  it('that only forges makes no signature: it is told apart, and nothing of it is delivered', async () => {
    const signer = await newSigner();
    await send(await forge(signer, 'name', ''));
    const { manifest, lines } = await deliverAll();
    expect(lines).toEqual([]);
    expect(manifest.account).toMatchObject({ signatures: 1, delivered: 0, forged: 1 });
  });

  it('that repeats a signature fifty times makes one of it', async () => {
    const signer = await sign(async ({ body }) => {
      for (let round = 0; round < 5; round++)
        await Promise.all(Array.from({ length: 10 }, () => send(body)));
    });
    await expectOneEach([signer]);
    expect(await worker.rows()).toHaveLength(1);
  });

  it('that delays, spoils and forges until the honest one is there changes nothing', async () => {
    const signer = await newSigner();
    const own = await makeBody({ signer, content: entered });
    const body = await relayed(own);
    expect(await send(own)).toEqual(signed);
    for (const late of [body, spoil(body), await forge(signer, 'count', '')]) await send(late);
    const { setAside } = await expectOneEach([signer]);
    expect(setAside).toEqual({ unopened: [signer.id], unknownKey: [], forged: [signer.id] });
  });

  it('that swaps what two people sealed gives neither the signature of the other', async () => {
    const signers = [await newSigner(), await newSigner()] as const;
    const [one, other] = await Promise.all([
      makeBody({ signer: signers[0], content: entered }),
      makeBody({ signer: signers[1], content: entered }),
    ]);
    await send({ ...(await relayed(one)), sealed: other['sealed'] });
    await send({ ...(await relayed(other)), sealed: one['sealed'] });
    for (const own of [one, other]) expect(await send(own)).toEqual(signed);
    const { setAside } = await expectOneEach(signers);
    expect(setAside.unopened.sort()).toEqual(signers.map(({ id }) => id).sort());
  });

  it.each(['unchecked', 'tag', 'cf-turnstile-response'])(
    'that strips the stamp and adds %s is refused',
    async (name) => {
      const signer = await sign(async ({ body }) => {
        const value = name === 'unchecked' ? 'on' : 'A'.repeat(43);
        const answer = await send({ ...body, stamp: undefined, [name]: value });
        expect(answer.status).toBe(400);
      });
      await expectOneEach([signer]);
    },
  );

  it('that has its own network held holds nobody: the same bytes count once they come from the signer', async () => {
    const address = '2a06:98c0:3600::103';
    const signer = await sign(async ({ body }) => {
      const headers = { 'cf-connecting-ip': address };
      const use = () => worker.fetch('/api/withdraw', post(drawCode(), headers));
      const hold = async () => {
        while ((await use()).status === 200);
        await worker.clear();
        return (await send(body, address)).text;
      };
      // Once more where the limiter's minute turned in between.
      await expect.poll(hold, { timeout: 60_000 }).toContain('"held"');
      expect(await worker.rows()).toMatchObject([{ state: 'held', fresh: 2 }]);
    });
    await expectOneEach([signer]);
    expect(await worker.rows()).toHaveLength(1);
  });

  it('that fills all places under an id hash leaves room for its signer, and is not told "signed" any more', async () => {
    const signer = await sign(async ({ signer, body }) => {
      for (let copy = 0; copy < 8; copy++)
        expect(await send(await forge(signer, 'count', ''))).toEqual(signed);
      expect(await send(body)).toEqual({ status: 503, text: '{"retry":true}' });
    });
    const { setAside } = await expectOneEach([signer]);
    expect(setAside.forged).toEqual([signer.id]);
    expect(await worker.rows()).toHaveLength(9);
  });

  it('cannot withdraw: the id hash is no code', async () => {
    const signer = await sign(async ({ signer: { id } }) => {
      expect((await worker.fetch('/api/withdraw', post(id))).status).toBe(422);
    });
    await expectOneEach([signer]);
  });
});

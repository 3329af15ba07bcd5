import { beforeAll, describe, expect, it } from 'vitest';
import type { Campaign, CampaignKey } from '../../src/signature/campaign.ts';
import { readEnvelope } from '../../src/signature/envelope.ts';
import { keyId, makeBody, newSigner, relayed, texts } from '../signer.ts';

const campaignWith = (status: CampaignKey['status']): Campaign => ({
  id: 'belarus-2020',
  grouping: {},
  relay: '',
  formHost: '',
  host: '',
  languages: ['be'],
  defaultLanguage: 'be',
  levels: ['count'],
  keys: [{ id: keyId, publicKey: '', status }],
  closes: '2027-03-31',
  deletedBy: '2027-06-30',
  siteKey: '',
  heldPerDay: 1,
  countFrom: 1,
  told: {},
  texts: { [texts['be'] ?? '']: 'be' },
  present: {},
  local: true,
});

let body = '';
beforeAll(async () => {
  body = JSON.stringify(await makeBody({ stamp: undefined }));
});

describe('an envelope', () => {
  it.each(['current', 'accepted'] as const)('is taken when its key is %s', async (status) => {
    expect((await readEnvelope(body, campaignWith(status))).ok).toBe(true);
  });

  it('is too old when its key is revoked', async () => {
    expect(await readEnvelope(body, campaignWith('revoked'))).toEqual({
      ok: false,
      refusal: 'old',
    });
  });

  it('is too old when its text was never published', async () => {
    const campaign = { ...campaignWith('current'), texts: {} };
    expect(await readEnvelope(body, campaign)).toEqual({ ok: false, refusal: 'old' });
  });

  it('leads to the id hash by the pass, and tells it from one that a relay handed over', async () => {
    const signer = await newSigner();
    const shown = await makeBody({ signer, stamp: undefined });
    const campaign = campaignWith('current');
    const own = await readEnvelope(JSON.stringify(shown), campaign);
    const handed = await readEnvelope(JSON.stringify(await relayed(shown)), campaign);
    expect(own).toMatchObject({ ok: true, value: { idHash: signer.id, withPass: true } });
    expect(handed).toMatchObject({ ok: true, value: { idHash: signer.id, withPass: false } });
  });

  it.each([
    ['both pass and id', { id: 'A'.repeat(43) }],
    ['neither', { pass: undefined }],
    ['a pass of another length', { pass: 'A'.repeat(44) }],
    ['a pass that no encoder writes', { pass: 'B'.repeat(43) }],
  ])('is malformed with %s', async (_, change) => {
    const changed = JSON.stringify({ ...(await makeBody({ stamp: undefined })), ...change });
    const refused = { ok: false, refusal: 'malformed' };
    expect(await readEnvelope(changed, campaignWith('current'))).toEqual(refused);
  });

  it.each(['tag', 'cf-turnstile-response', 'unchecked'])(
    'is malformed when it shows no pass and has a %s, which a relay is never given',
    async (name) => {
      const value = { tag: 'A'.repeat(43), 'cf-turnstile-response': 'token', unchecked: 'on' }[
        name
      ];
      const shown = { ...(await makeBody({ stamp: undefined })), [name]: value };
      const read = async (sent: object) =>
        (await readEnvelope(JSON.stringify(sent), campaignWith('current'))).ok;
      expect(await read(shown)).toBe(true);
      expect(await read({ ...(await relayed(shown)), [name]: value })).toBe(false);
    },
  );
});

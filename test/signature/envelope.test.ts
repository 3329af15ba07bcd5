import { beforeAll, describe, expect, it } from 'vitest';
import type { Campaign, CampaignKey } from '../../src/signature/campaign.ts';
import { readEnvelope } from '../../src/signature/envelope.ts';
import { keyId, makeBody, texts } from '../signer.ts';

const campaignWith = (status: CampaignKey['status']): Campaign => ({
  id: 'belarus-2020',
  relay: '',
  formHost: '',
  host: '',
  languages: ['be'],
  defaultLanguage: 'be',
  levels: ['count'],
  keys: [{ id: keyId, publicKey: '', status }],
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
  it.each(['current', 'accepted'] as const)('is taken when its key is %s', (status) => {
    expect(readEnvelope(body, campaignWith(status)).ok).toBe(true);
  });

  it('is too old when its key is revoked', () => {
    expect(readEnvelope(body, campaignWith('revoked'))).toEqual({ ok: false, refusal: 'old' });
  });

  it('is too old when its text was never published', () => {
    const campaign = { ...campaignWith('current'), texts: {} };
    expect(readEnvelope(body, campaign)).toEqual({ ok: false, refusal: 'old' });
  });
});

/** What the scripts of a page carry in themselves, from the campaign. Public, all of it. */
import { type Campaign, currentKey } from '../signature/campaign.ts';

/** Values for the names in src/page/constants.d.ts. Without a key the page posts the plain form. */
export function pageConstants(campaign: Campaign, mirrorKey = ''): Record<string, string | number> {
  const key = currentKey(campaign);
  return {
    CAMPAIGN: campaign.id,
    KEY_ID: key?.id ?? '',
    KEYS: campaign.keys.map(({ id }) => id).join(' '),
    PUBLIC_KEY: base64(key?.publicKey ?? ''),
    MIRROR_KEY: base64(mirrorKey),
    HOST: campaign.host,
    RELAY: campaign.relay,
    SITE_KEY: campaign.siteKey,
    CLOSES: campaign.closes,
    SECOND: campaign.local ? Number(process.env['UNDERSIGNED_SECOND'] ?? 1000) : 1000,
  };
}

function base64(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('base64');
}

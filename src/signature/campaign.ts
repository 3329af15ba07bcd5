/**
 * The campaign as every step needs it. Built from src/content by src/site, baked into pages and
 * Worker; nothing in it is secret.
 */
import type { Level } from './content.ts';

export type CampaignKey = {
  /** First 11 characters of base64url(SHA-256(public key)). */
  id: string;
  /** Uncompressed point of P-256, base64url. */
  publicKey: string;
  /** New pages seal to the current key; old pages may still seal to an accepted one. */
  status: 'current' | 'accepted' | 'revoked';
};

export type Campaign = {
  /** Name in the wire format; never changed once signatures exist. */
  id: string;
  /** The main host as an origin, empty in a local build: the page's own origin. */
  host: string;
  /** Origin of a volunteer's relay; empty where there is none. */
  relay: string;
  /** Origin of the campaign's own that takes plain forms; empty where the page's own does. */
  formHost: string;
  languages: string[];
  defaultLanguage: string;
  levels: Level[];
  /** The last day on which signatures are taken, as 2027-03-31 (UTC). */
  closes: string;
  /** The day (UTC) by which everything is deleted. */
  deletedBy: string;
  keys: CampaignKey[];
  siteKey: string;
  /** Rows held for review that are taken a day. */
  heldPerDay: number;
  /** The public number is told from here on. */
  countFrom: number;
  /** Every published text version, and the language it is in. */
  texts: Record<string, string>;
  /** The text version that each language's page shows now. */
  present: Record<string, string>;
  /** How each language groups the public number. */
  grouping: Record<string, { sign: string; from: number }>;
  /** What the Worker says in each language: keys of its answers, and their words. */
  told: Record<string, Record<string, string>>;
  /** A local build accepts development keys, test secrets and its own origin. */
  local: boolean;
};

/** The key that new pages and the Worker seal to; undefined before `npm run keys`. */
export function currentKey(campaign: Campaign): CampaignKey | undefined {
  return campaign.keys.find((key) => key.status === 'current');
}

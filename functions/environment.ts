/**
 * What the platform gives the Worker, parsed once a request at the door. Fails closed: where a secret is
 * missing, short or, in production, a test value, nothing is stored.
 */
import type { D1Database, KVNamespace, Queue, RateLimit } from '@cloudflare/workers-types';
import { z } from 'zod';
import { type Campaign, currentKey } from '../src/signature/campaign.ts';

/** Bindings of wrangler.toml; secrets are unknown until they are checked. */
export type Bindings = {
  ASSETS: { fetch: (request: Request | URL) => Promise<Response> };
  DB: D1Database;
  SNAPSHOT: KVNamespace;
  QUEUE: Queue;
  LIMITER: RateLimit;
  PEPPER?: unknown;
  TURNSTILE_SECRET?: unknown;
};

/** Cloudflare's test secrets, which pass everybody. */
const testSecret = /^[123]x0{20,}[A-Z]{2}$/;
/** How the pepper that `npm start` makes begins. */
const development = 'development';

export type Secrets = {
  pepper: string;
  turnstileSecret: string;
  /** With a test secret, which only a local build accepts, siteverify's samples are not compared. */
  testing: boolean;
};

const secretsSchema = z.object({
  PEPPER: z.string().min(32),
  TURNSTILE_SECRET: z.string().min(20),
});

/** The secrets; undefined when one is missing, short or a test value where that is not allowed. */
export function readSecrets(bindings: Bindings, campaign: Campaign): Secrets | undefined {
  const parsed = secretsSchema.safeParse(bindings);
  if (!parsed.success || !currentKey(campaign)) return undefined;
  const { PEPPER: pepper, TURNSTILE_SECRET: turnstileSecret } = parsed.data;
  const testing = testSecret.test(turnstileSecret);
  if (!campaign.local && (testing || pepper.startsWith(development))) return undefined;
  return { pepper, turnstileSecret, testing };
}

/**
 * The platform's rate limiter. Its key is an HMAC of the sender's network, never stored, never logged;
 * whoever is above the limit is held, not refused, since a country may sit behind a few addresses.
 */
import { hmac, toBase64url, utf8 } from '../src/signature/bytes.ts';
import type { Bindings } from './environment.ts';

/** True above the limit, and where the limiter does not answer. */
export async function isOverLimit(
  request: Request,
  limiter: Bindings['LIMITER'],
  pepper: string,
): Promise<boolean> {
  const network = networkOf(request.headers.get('cf-connecting-ip') ?? '');
  const key = toBase64url(await hmac(utf8(pepper), `network|${network}`));
  try {
    return !(await limiter.limit({ key })).success;
  } catch {
    return true;
  }
}

/** The first 24 bits of an IPv4 address, the first 48 of an IPv6 one. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address.split('.').slice(0, 3).join('.');
  const [before = ''] = address.split('::');
  return [...before.split(':'), '', '', ''].slice(0, 3).join(':');
}

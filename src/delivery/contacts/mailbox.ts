/**
 * Whether a mailbox lies where mail from a campaign can put its owner in danger: its provider is bound by
 * the law of a dangerous country, and whoever reads the mail there learns who signed.
 */
import { canonicalEmail } from '../canonical.ts';

/**
 * What a country's own ending does not show: its other endings (iana.org/domains/root/db) and providers
 * of that country at an ending of everybody's. No list of those is ever whole.
 */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  BY: ['xn--90ais'],
  RU: ['xn--p1ai', 'su', 'yandex.com', 'yandex.kz', 'vk.com'],
};

/** Looks at the address alone. Countries are two capital letters (ISO 3166-1). */
export function isMailboxIn(countries: readonly string[], email: string): boolean {
  const address = canonicalEmail(email);
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return countries
    .flatMap((country) => [country.toLowerCase(), ...(elsewhere[country] ?? [])])
    .some((ending) => `.${domain}`.endsWith(`.${ending}`));
}

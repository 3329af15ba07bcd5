/**
 * When two signatures are of one person: the same mailbox and the same name, however they were spelled.
 * Two people may share an address.
 */
import { keyedHash, type Secrets } from './lock.ts';
import type { Entered } from './obey.ts';

/** Whose a signature is, as 16 bytes that say nothing without the secret; without an address, its own. */
export function personOf(
  { email, name }: Pick<Entered, 'email' | 'name'>,
  idHash: string,
  secrets: Pick<Secrets, 'person'>,
): Uint8Array {
  const whose = email === '' ? idHash : `${canonicalEmail(email)} ${canonicalName(name)}`;
  return keyedHash(secrets.person, whose);
}

/**
 * The form in which two spellings of one mailbox are equal: lower case, the domain in ASCII, without
 * "+…"; for Gmail without dots too (support.google.com/mail/answer/7436150).
 */
export function canonicalEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = asciiDomain(email.slice(at + 1)).replace(/^googlemail\.com$/, 'gmail.com');
  const typed = email.slice(0, at).normalize('NFC').toLowerCase();
  const local = typed.replace(/(?<=.)\+.*$/u, '');
  return `${domain === 'gmail.com' ? local.replaceAll('.', '') : local}@${domain}`;
}

/** The form in which two spellings of one name are equal: NFC, without case, spaces as one. */
export function canonicalName(name: string): string {
  return name.toUpperCase().toLowerCase().normalize('NFC').trim().replace(/\s+/gu, ' ');
}

function asciiDomain(domain: string): string {
  return URL.parse(`https://${domain}`)?.hostname ?? domain.toLowerCase();
}

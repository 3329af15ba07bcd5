/** What a signer who reaches nobody hands to a courier. */
import { hashCode } from '../src/signature/code.ts';
import { type Carried, writeCarried } from '../src/signature/carried.ts';
import type { Body } from './signer.ts';

/** The courier's text of a body, as the page writes it. */
export function carriedText(body: Body, change: Partial<Carried> = {}): Promise<string> {
  const field = (name: keyof Carried) => change[name] ?? String(body[name]);
  return writeCarried(
    [field('stamp'), field('key'), field('text'), field('pass'), field('sealed')],
    hashCode,
  );
}

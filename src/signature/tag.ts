/**
 * The tag tells the running count, and only that, that an e-mail address was used before. Never
 * trusted: true doubles are found when rows are opened. The page sends it to its own host alone.
 */
import { type Binary, hmac, utf8 } from './bytes.ts';

/** What is hashed into a tag (SHA-256): campaign and e-mail, lower case, without "+…" before the @, in ASCII. */
export function tagInput(campaign: string, email: string): Binary {
  return encodeURI(campaign + '|' + email.toLowerCase().replace(/\+[^@]*@/, '@'));
}

/** What is stored: HMAC-SHA256 under the campaign's pepper, which only the Worker has: 32 bytes. */
export function pepperTag(pepper: string, tag: Binary): Promise<Binary> {
  return hmac(utf8(pepper), 'tag|' + tag);
}

/**
 * The code in a message with news: whoever sends it back gets no more. It names nobody; which address it
 * stands for only the private key can tell, by working it out anew for every address.
 */
import { alphabet, readCharacters, remainder, showCode } from '../signature/code.ts';
import { canonicalEmail } from './canonical.ts';
import { keyedHash, type Secrets } from './lock.ts';

/** 75 bits, and with the check character four groups of four. */
const randomCharacters = 15;
const wellFormed = /^[0-9A-HJKMNP-TV-Z]{16}$/;

/** The code of an address, however it is spelled, as characters of the alphabet. */
export function unsubscribeCodeOf(email: string, secrets: Pick<Secrets, 'unsubscribe'>): string {
  const address = canonicalEmail(email);
  // As drawCode does: a draw whose check character would be hard to type is drawn again.
  for (let draw = 0; ; draw++) {
    const bytes = keyedHash(secrets.unsubscribe, `${draw} ${address}`).subarray(
      0,
      randomCharacters,
    );
    const characters = Array.from(bytes, (byte) => alphabet.charAt(byte & 31)).join('');
    const check = alphabet[remainder(characters)];
    if (check) return characters + check;
  }
}

/** How it is shown: four groups of four, joined by dashes. */
export function showUnsubscribeCode(code: string): string {
  return showCode(code).slice(0, -1);
}

/** Reads a code as typed (readCode); undefined where it is mistyped, or another kind of code. */
export function readUnsubscribeCode(typed: string): string | undefined {
  const code = readCharacters(typed);
  if (!wellFormed.test(code)) return undefined;
  return alphabet[remainder(code.slice(0, randomCharacters))] === code.at(-1) ? code : undefined;
}

/**
 * Words in another language than their page's. A half-translated language shows the source's words where
 * its own are missing; they travel through the components between two marks, and become elements with a
 * language of their own once the page's HTML is there.
 */
import { directionOf } from './intl.ts';

/** Two characters for private use (Unicode, U+E000 to U+F8FF): no text has them. */
const [start, end] = ['\uE000', '\uE001'] as const;
/** The same, also as an address carries them. */
const marks = /[\uE000\uE001]|%EE%80%8[01]/gi;
/** Elements that hold text alone and comments; tags; text. */
const tokens =
  /<(script|style|title|option|textarea)\b[^]*?<\/\1\s*>|<!--[^]*?-->|<(?:"[^"]*"|'[^']*'|[^'">])*>|[^<]+/gi;

/** Marks a text as one in the source language. */
export function mark(text: string): string {
  return start + text + end;
}

/** A text without marks, for everything that is no page: a feed, a picture, a message. */
export function unmark(text: string): string {
  return text.replace(marks, '');
}

/** The attributes of an element in a language, on a page in another: `dir` only where it differs. */
export function foreignAttributes(language: string, page: string): string {
  const direction = directionOf(language);
  return `lang="${language}"${direction === directionOf(page) ? '' : ` dir="${direction}"`}`;
}

/** HTML in which marked text has an element with its language. Where no element can be, marks only go. */
export function tagForeign(html: string, language: string, page: string): string {
  const opening = `<span ${foreignAttributes(language, page)}>`;
  let foreign = false;
  return html.replace(tokens, (token) => {
    if (token.startsWith('<')) return unmark(token);
    return token.replace(/[\uE000\uE001]|[^\uE000\uE001]+/g, (part) => {
      if (part === start || part === end) foreign = part === start;
      else return foreign && part.trim() ? `${opening}${part}</span>` : part;
      return '';
    });
  });
}

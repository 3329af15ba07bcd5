/**
 * HTML of the dossier, written so that no name can become markup: whatever is filled in is escaped,
 * unless it is HTML that was made here.
 */

/** HTML that may stand in a page as it is. */
export type Html = { readonly html: string };
type Filled = Html | string | number | readonly (Html | string)[];

/**
 * A template: texts and numbers are escaped, HTML and lists of it are joined in.
 * Not called html: prettier would close what one template opens and another closes.
 */
export function markup(parts: TemplateStringsArray, ...filled: readonly Filled[]): Html {
  return { html: String.raw({ raw: parts }, ...filled.map(write)) };
}

/** HTML from a program that made it safe already: the Markdown renderer, a style sheet. */
export function trusted(text: string): Html {
  return { html: text };
}

/** A text as the content of a CSS string, without the quotes (CSS Syntax, 4.3.7). */
export function cssText(text: string): string {
  return text.replaceAll(
    /[^\p{L}\p{N} .,:-]/gu,
    (letter) => `\\${(letter.codePointAt(0) ?? 0).toString(16)} `,
  );
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function write(value: Filled): string {
  if (typeof value === 'number') return String(value);
  // A control character is no letter of a name, and NUL is none of HTML.
  if (typeof value === 'string')
    return value
      .replaceAll(/\p{Cc}/gu, ' ')
      .replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
  return 'html' in value ? value.html : value.map(write).join('');
}

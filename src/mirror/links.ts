/**
 * Where the links of a file lead. The components write links as the site needs them, relative to the page;
 * a file on somebody's disk has no site around it, so each becomes what it means there: a place in the file
 * itself, another file of the mirror, or an address of the main host.
 */

/** Elements whose text is no markup; then a tag that leads somewhere. */
const leading = /<(script|style)\b[^]*?<\/\1>|(<(?:a|form)\b[^>]*? (?:href|action)=")([^"]*)"/g;

/** What is in the mirror: addresses on the main host, and what each is called beside or inside a file. */
export type Places = ReadonlyMap<string, string>;

/** The places that every file of a mirror can lead to: the languages, and their list. */
export function filesOf(host: string, languages: readonly string[]): Places {
  return new Map([
    [`${host}/`, 'index.html'],
    [`${host}/languages/`, 'index.html'],
    ...languages.map((language): [string, string] => [`${host}/${language}/`, `${language}.html`]),
  ]);
}

/** The places inside the file of a campaign page at an address. */
export function partsOf(address: string): Places {
  return new Map(['safety', 'privacy'].map((name) => [`${address}${name}/`, `#${name}`]));
}

/**
 * HTML whose relative links are resolved against the address that it was written for; those to known places
 * lead there. Links inside the page and whole addresses stay. Attributes must stand in double quotes.
 */
export function resolveLinks(html: string, base: string, places: Places = new Map()): string {
  return html.replace(leading, (whole, _, tag: string | undefined, link: string) => {
    if (tag === undefined || link.startsWith('#') || URL.canParse(link)) return whole;
    const { href } = new URL(link, base);
    return `${tag}${places.get(href) ?? href}"`;
  });
}

/** HTML whose form goes to the campaign's own host for forms. */
export function resolveForm(html: string, base: string, formHost: string): string {
  const { pathname } = new URL('sign', base);
  return html.replace('action="sign"', `action="${formHost}${pathname}"`);
}

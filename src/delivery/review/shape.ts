/**
 * What an entry looks like, without being it: the shape of a name and the provider of an address.
 * Scripts and lists make entries that look alike; people do not.
 */

/** Letters as X or x, digits as 0, marks away, all else as it stands: "Ann Bee 7" is "Xxx Xxx 0". */
export function shapeOf(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{M}/gu, '')
    .replace(/[\p{Lu}\p{Lt}]/gu, 'X')
    .replace(/[\p{Ll}\p{Lm}\p{Lo}]/gu, 'x')
    .replace(/\p{N}/gu, '0');
}

/** The domain of an address in lower case; undefined without an address. */
export function providerOf(email: string): string | undefined {
  const at = email.lastIndexOf('@');
  return at === -1 ? undefined : email.slice(at + 1).toLowerCase();
}

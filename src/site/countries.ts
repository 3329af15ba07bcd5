/** Country names in our languages. Browsers and workerd lack the Belarusian ones; Node has them. */

/** The names of countries (two-letter codes) in a language. */
export function countryNames(codes: readonly string[], language: string): string[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  return codes.map((code) => names.of(code) ?? code);
}

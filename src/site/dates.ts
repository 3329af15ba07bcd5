/** Dates in words. Node knows all of our languages, Belarusian too, which browsers do not. */

/** An ISO date (2026-11-23) in the words of a language. */
export function formatDate(date: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  return format.format(new Date(date));
}

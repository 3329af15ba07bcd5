/**
 * Dates and numbers in words. Node knows all of our languages, Belarusian too, which browsers do not: so
 * they are written when a page is built. Digits are 0 to 9 everywhere, as the codes and the forms have.
 */

/** "en" alone is American; the months of our English come second: 28 July 2020. */
const localeOf = (language: string) => `${language === 'en' ? 'en-GB' : language}-u-nu-latn`;

/** An ISO date (2026-11-23) in the words of a language. */
export function formatDate(date: string, language: string): string {
  const format = new Intl.DateTimeFormat(localeOf(language), {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  return format.format(new Date(date));
}

/** The parts of an ISO date, in its order. */
const dateParts = ['year', 'month', 'day'];

/** How a language writes a date in digits, for a script to fill in: {2}.{1}.{0} is day, month and year. */
export function datePattern(language: string): string {
  const format = new Intl.DateTimeFormat(localeOf(language), {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return format
    .formatToParts()
    .map(({ type, value }) => (type === 'literal' ? value : `{${dateParts.indexOf(type)}}`))
    .join('');
}

/** Whole numbers as a language groups them. */
export function numberFormat(language: string): Intl.NumberFormat {
  return new Intl.NumberFormat(localeOf(language));
}

/** How a language groups whole numbers: what stands between the groups, and the first number that has it. */
export function groupingOf(language: string): { sign: string; from: number } {
  const format = numberFormat(language);
  const sign = format.formatToParts(12345).find(({ type }) => type === 'group')?.value ?? '';
  return { sign, from: format.format(1234).length > 4 ? 1000 : 10_000 };
}

/** Which way a language is written. */
export function directionOf(language: string): 'rtl' | 'ltr' {
  const { script } = new Intl.Locale(language).maximize();
  return /^(Arab|Hebr|Thaa|Syrc|Nkoo|Adlm|Rohg)$/.test(script ?? '') ? 'rtl' : 'ltr';
}

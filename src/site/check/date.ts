/** Dates as people write them, turned into the one way in which the site reads them. */

/** What is wrong with a date, and the date that was probably meant. */
export function explainDate(text: string): { what: string; date: string | undefined } {
  const [first = '', second = '', third = ''] = text.match(/\d+/g) ?? [];
  if (!third) return { what: `“${text}” is no date.`, date: undefined };
  const dayFirst = first.length < 3;
  const year =
    Number(dayFirst ? third : first) + (Number(dayFirst ? third : first) < 100 ? 2000 : 0);
  const [month, day] = [Number(second), Number(dayFirst ? first : third)];
  const date = dateOf(year, month, day) ?? dateOf(year, day, month);
  if (date === undefined) {
    const last = dateOf(year, month + 1, 0);
    return { what: `There is no day ${text}.`, date: month >= 1 && month <= 12 ? last : undefined };
  }
  const real = dateOf(year, month, day) !== undefined || dayFirst;
  return {
    what: real ? `${text} is not written as year-month-day.` : `There is no day ${text}.`,
    date,
  };
}

/** As 2027-06-30; undefined where there is no such day. Day 0 is the last one of the month before. */
function dateOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same || day === 0 ? date.toISOString().slice(0, 10) : undefined;
}

/** The same day some months later. */
export function monthsAfter(date: string, months: number): string {
  const day = new Date(date);
  day.setUTCMonth(day.getUTCMonth() + months);
  return day.toISOString().slice(0, 10);
}

/** Which news a language shows. Ids are a language and a slug, as en/2020-08-05-handed-over. */

type Dated = { id: string; data: { date: string } };
type Picked<Entry> = { slug: string; language: string; entry: Entry };

/** A language's own news, and the source's where there is no translation; the latest first. */
export function pickUpdates<Entry extends Dated>(
  entries: readonly Entry[],
  language: string,
  source: string,
): Picked<Entry>[] {
  const inLanguage = (wanted: string) =>
    entries
      .filter((entry) => entry.id.startsWith(`${wanted}/`))
      .map((entry) => ({ slug: entry.id.slice(wanted.length + 1), language: wanted, entry }));
  const own = inLanguage(language);
  const translated = new Set(own.map(({ slug }) => slug));
  const others = language === source ? [] : inLanguage(source);
  return [...own, ...others.filter(({ slug }) => !translated.has(slug))].sort(
    (one, other) =>
      other.entry.data.date.localeCompare(one.entry.data.date) ||
      one.slug.localeCompare(other.slug),
  );
}

/**
 * Matches a country as a person typed it: a code, or a name in any of our languages, in any case,
 * with or without accents. A name that two countries share (Congo) matches neither.
 */
import { createRequire } from 'node:module';
import { getAlpha2Codes } from 'i18n-iso-countries/index.js';
import { z } from 'zod';

/** The languages in which a country may be typed, whatever the language of the page. */
export const countryLanguages = 'be ru en uk pl lt lv de fr es it ar'.split(' ');

/** What people say every day and neither library knows, by code. */
const everyday = {
  AT: 'Oesterreich',
  BY: 'РБ, Рэспубліка Беларусь, Республика Беларусь, Белоруссия, Белорусь, Білорусія, Republic of Belarus, Belorussia, Byelorussia, Weißrussland, بيلاروسيا',
  DE: 'ФРГ',
  GB: 'Britain, England, Scotland, Wales, Англия, Англія, Британия, Шотландия, Anglia, Anglija, Angleterre, Inglaterra, Inghilterra',
  GE: 'Сакартвело, Sakartvelo',
  KR: 'Южная Корея',
  LT: 'Летува',
  NL: 'Holland, Голландия, Галандыя',
  RU: 'РФ, Расея, Расійская Федэрацыя, Російська Федерація',
  US: 'America, The United States, Америка, Амерыка',
};

const localeSchema = z.object({
  countries: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
});

const codes = collectCodes();

/** The two-letter code (ISO 3166-1) of a country as typed; undefined when it is none that we know. */
export function matchCountry(typed: string): string | undefined {
  return codes.get(fold(typed));
}

function collectCodes(): ReadonlyMap<string, string> {
  const known = Object.entries(getAlpha2Codes());
  const alpha2 = known.map(([code]) => code);
  const named = [
    ...known.flatMap(([code, alpha3]) => [code, alpha3].map((name) => [name, code] as const)),
    ...countryLanguages.flatMap((language) => namesIn(language, alpha2)),
    ...Object.entries(everyday).flatMap(([code, names]) =>
      names.split(', ').map((name) => [name, code] as const),
    ),
  ];
  const claims = Map.groupBy(named, ([name]) => fold(name));
  return new Map(
    Array.from(claims).flatMap(([name, claimed]) => {
      const [code, ...others] = new Set(claimed.map(([, code]) => code));
      return code !== undefined && others.length === 0 ? [[name, code] as const] : [];
    }),
  );
}

/** Names in one language: those of i18n-iso-countries and those of Node's own CLDR, which differ. */
function namesIn(language: string, alpha2: readonly string[]): (readonly [string, string])[] {
  const load = createRequire(import.meta.url);
  const locale = localeSchema.parse(load(`i18n-iso-countries/langs/${language}.json`));
  const display = new Intl.DisplayNames(language, { type: 'region' });
  return [
    ...Object.entries(locale.countries).flatMap(([code, names]) =>
      [names].flat().map((name) => [name, code] as const),
    ),
    ...alpha2.map((code) => [display.of(code) ?? code, code] as const),
  ];
}

/** Letters and digits alone, without case and accents: "U.S.A." is usa, "Weißrussland" weissrussland. */
function fold(name: string): string {
  return name
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/ł/g, 'l')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * A dossier's words in one language, with its numbers, days and names of countries: what each part of
 * the document says it with. Node knows the Belarusian ones, browsers do not.
 */
import type { DossierPhrases } from '../../site/dossier-words.ts';
import { formatDate, numberFormat } from '../../site/intl.ts';
import type { Settings } from '../../site/settings.ts';
import { fill } from '../../site/words.ts';
import type { Facts } from './facts.ts';
import type { DossierWords, PetitionHead } from './words.ts';

export type Voice = {
  language: string;
  phrases: DossierPhrases;
  petition: PetitionHead;
  /** A phrase with its names in braces filled in. */
  say: (phrase: string, values?: Record<string, string>) => string;
  /** A phrase in the plural form of its number. */
  count: (forms: DossierPhrases['letter']['handed'], number: number) => string;
  /** With a true minus below zero. */
  number: (number: number) => string;
  day: (date: string) => string;
  country: (code: string) => string;
  languageName: (tag: string) => string;
  list: (items: readonly string[]) => string;
};

/** Which of the facts a phrase may name. */
type Named = Pick<Facts, 'number' | 'made' | 'manifest'> & { account: { read: string } };

export function makeVoice(
  { language, phrases, petition }: DossierWords,
  facts: Named,
  { controller }: Pick<Settings, 'controller'>,
): Voice {
  const numbers = numberFormat(language);
  const regions = new Intl.DisplayNames(language, { type: 'region' });
  const languages = new Intl.DisplayNames(language, { type: 'language' });
  const plurals = new Intl.PluralRules(language);
  const common = {
    controller: controller.name,
    contact: controller.contact,
    target: petition.target,
    title: petition.title,
    dossier: numbers.format(facts.number),
    date: formatDate(facts.made, language),
    read: formatDate(facts.account.read, language),
    manifest: facts.manifest,
  };
  const say: Voice['say'] = (phrase, values) => fill(phrase, { ...common, ...values });
  return {
    language,
    phrases,
    petition,
    say,
    count: (forms, number) =>
      say(forms[plurals.select(number)] ?? forms.other ?? '', { number: numbers.format(number) }),
    number: (number) => `${number < 0 ? '\u2212' : ''}${numbers.format(Math.abs(number))}`,
    day: (date) => formatDate(date, language),
    country: (code) => regions.of(code) ?? code,
    languageName: (tag) => languages.of(tag) ?? tag,
    list: (items) => new Intl.ListFormat(language).format(items),
  };
}

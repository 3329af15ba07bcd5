/**
 * The document without its names: the parts in their order, in the target's language, then in English,
 * then the texts that were signed; and what of it the fonts cannot print.
 */
import type { Settings } from '../../site/settings.ts';
import { DeliveryError } from '../errors.ts';
import type { Facts } from './facts.ts';
import type { Look } from './fonts.ts';
import { type Html, markup } from './html.ts';
import { type Enclosed, letter } from './letter.ts';
import { isBeside, onPaper, partners } from './beside.ts';
import { method } from './method.ts';
import { type Foot, part } from './page.ts';
import { byCountry, byText, totals } from './tables.ts';
import { appendix, isPrintable } from './texts.ts';
import { makeVoice, type Voice } from './voice.ts';
import type { DossierWords } from './words.ts';

/** What the document says, and with which words. */
export type Said = {
  facts: Facts;
  words: { target: DossierWords; english: DossierWords };
  settings: Pick<Settings, 'controller' | 'countFrom' | 'dangerousCountries' | 'levels' | 'colour'>;
};

export type Composed = {
  /** The target's first; English alone where the target reads English. */
  voices: readonly [Voice, ...Voice[]];
  feet: readonly Foot[];
  title: string;
  subject: string;
  body: Html;
  families: ReadonlySet<string>;
  /** Versions of signed texts that are told, not printed. */
  unprintableTexts: string[];
};

/**
 * Composes the document; `namesIn` says in which files the names are, where they are not in this one. Throws
 * a DeliveryError where its own words have a letter that no font has.
 */
export function compose(
  { facts, words, settings }: Said,
  look: (text: string) => Look,
  namesIn?: string,
): Composed {
  const { target, english } = words;
  const speak = (one: DossierWords) => makeVoice(one, facts, settings);
  const voices: readonly [Voice, ...Voice[]] =
    target.language === english.language ? [speak(english)] : [speak(target), speak(english)];
  const feet = voices.map((voice) => ({
    pages: `pages-${voice.language}`,
    voice,
    left: voice.say(voice.phrases.foot.dossier),
  }));
  const body = markup`${feet.map((foot) => part(foot, inOneLanguage(foot.voice, facts, settings, namesIn)))}
  ${feet.slice(0, 1).map((foot) => part(foot, [appendix(voices, facts.signed, look)]))}`;
  const { families, missing } = look(body.html.replaceAll(/<[^>]*>/g, ' '));
  if (missing.length > 0) throw noFont(missing);
  const [{ say, phrases }] = voices;
  const subject = say(phrases.subject);
  const title = `${say(phrases.foot.dossier)} · ${subject}`;
  const unprintableTexts = facts.signed
    .filter((text) => !isPrintable(text, look))
    .map(({ version }) => version);
  return { voices, feet, title, subject, body, families, unprintableTexts };
}

function inOneLanguage(
  voice: Voice,
  facts: Facts,
  settings: Said['settings'],
  namesIn: string | undefined,
): Html[] {
  const { language, phrases } = voice;
  const beside = (['paper', 'partners'] as const).filter((name) => isBeside(name, facts.account));
  const parts = ['totals', ...beside, 'texts', 'countries', 'method'] as const;
  const enclosed = parts.map((name) => ({
    id: `${language}-${name}`,
    title: phrases[name].title,
  }));
  const names = { id: 'names', title: phrases.names.title };
  const appended: Enclosed[] = [
    { id: 'appendix', title: phrases.appendix.title },
    ...(facts.levels.initials + facts.levels.name > 0
      ? [namesIn === undefined ? names : { id: undefined, title: `${names.title}: ${namesIn}` }]
      : []),
  ];
  return [
    letter(voice, facts, settings.levels, [...enclosed, ...appended]),
    totals(voice, facts, settings.levels),
    ...beside.map((name) =>
      name === 'paper' ? onPaper(voice, facts, settings.levels) : partners(voice, facts.account),
    ),
    byText(voice, facts),
    byCountry(voice, facts),
    method(voice, facts.account, settings),
  ];
}

function noFont(missing: readonly string[]): DeliveryError {
  return new DeliveryError(
    'settings',
    `The dossier's own words have letters for which it brings no font: ${missing.join(' ')}`,
    'Write them with others, in src/content/dossier, in the head of petition.md or in campaign.yaml; or add a font in src/delivery/dossier/fonts.ts. Then run this command again.',
  );
}

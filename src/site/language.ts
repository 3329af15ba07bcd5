/** Everything a page needs in one language: words with their names filled in, petition, dates. */
import { getEntry } from 'astro:content';
import { campaign } from 'virtual:campaign';
import { directionOf, formatDate, numberFormat } from './intl.ts';
import { linkPhotos } from './photos.ts';
import { countNow, goalAbove, progressOf } from './progress.ts';
import { readSettings } from './settings.ts';
import { fill, type Words, wordsSchema } from './words.ts';

/** Loads a language. Throws when a file is missing or a name in braces is unknown. */
export async function readLanguage(language: string) {
  const settings = readSettings();
  const petition = await getEntry('petition', language);
  const words = await getEntry('words', language);
  const privacy = await getEntry('privacy', language);
  const safety = await getEntry('safety', language);
  if (!petition || !words || !privacy || !safety)
    throw new Error(
      `The language ${language} lacks one of petition.md, words.yaml, privacy.md, safety.md.`,
    );
  const values = {
    controller: settings.controller.name,
    contact: settings.controller.contact,
    authority: settings.authority,
    closes: formatDate(settings.closes, language),
    deletedBy: formatDate(settings.deletedBy, language),
    goal: numberFormat(language).format(goalAbove(countNow, settings.goals)),
    target: petition.data.target,
    targetShort: petition.data.targetShort,
  };
  const filled = wordsSchema.parse(fillAll(words.data, values));
  const textHtml = (html = '') => linkPhotos(fill(html, values), '../../', language);
  return {
    language,
    settings,
    /** Direction of a field for codes and addresses, where the page runs the other way. */
    latin: directionOf(language) === 'rtl' ? ('ltr' as const) : undefined,
    words: filled,
    progress: progressOf(countNow, settings, language, filled.progress.signed),
    /** The campaign page's own address, for links from elsewhere. */
    address: `${settings.host}/${language}/`,
    petition: petition.data,
    petitionHtml: await linkPhotos(petition.rendered?.html ?? '', '../', language),
    privacy: { title: privacy.data.title, html: await textHtml(privacy.rendered?.html) },
    safety: { title: safety.data.title, html: await textHtml(safety.rendered?.html) },
    updated: formatDate(petition.data.updated, language),
    text: campaign.present[language],
  };
}

export type Language = Awaited<ReturnType<typeof readLanguage>>;

/** One static path a language, for Astro. */
export function languagePaths() {
  return campaign.languages.map((lang) => ({ params: { lang } }));
}

function fillAll(words: Words, values: Record<string, string>): unknown {
  return JSON.parse(
    JSON.stringify(words, (_, value: unknown) =>
      typeof value === 'string' ? fill(value, values) : value,
    ),
  );
}

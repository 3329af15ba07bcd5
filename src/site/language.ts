/**
 * Everything a page needs in one language: words with their names filled in, petition, dates. What a
 * half-translated language lacks comes from the source language, with a mark.
 */
import { getEntry } from 'astro:content';
import { campaign } from 'virtual:campaign';
import { z } from 'zod';
import { dayOf } from '../signature/stamp.ts';
import { foreignAttributes, mark } from './foreign.ts';
import { directionOf, formatDate, numberFormat } from './intl.ts';
import { linkPhotos } from './photos.ts';
import { countNow, goalAbove, progressOf } from './progress.ts';
import { readSettings, type Settings } from './settings.ts';
import { merge, sourceFor } from './word-tree.ts';
import { fill, type Words, wordsSchema } from './words.ts';

/** Loads a language. Throws when a file is missing or a name in braces is unknown. */
export async function readLanguage(language: string) {
  const settings = readSettings();
  const source = await readParts(settings.defaultLanguage, settings);
  const own = language === source.language ? source : await readParts(language, settings);
  const filled = parseWords(language, merge(own.words, sourceFor(language, source.words)));
  const { petition } = own;
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
    privacy: own.privacy ?? foreignText(source.privacy, source.language, language),
    safety: own.safety ?? foreignText(source.safety, source.language, language),
    updated: formatDate(petition.data.updated, language),
    /** Whether the last day was over when the page was built. */
    closed: settings.closes < dayOf(new Date()),
    text: campaign.present[language],
  };
}

export type Language = Awaited<ReturnType<typeof readLanguage>>;

/** One static path a language, for Astro. */
export function languagePaths() {
  return campaign.languages.map((lang) => ({ params: { lang } }));
}

/** A language's own files, with the names in them filled in. */
async function readParts(language: string, settings: Settings) {
  const petition = await getEntry('petition', language);
  const words = await getEntry('words', language);
  const privacy = await getEntry('privacy', language);
  const safety = await getEntry('safety', language);
  if (!petition || !words)
    throw new Error(`The language ${language} lacks petition.md or words.yaml.`);
  const values = {
    controller: settings.controller.name,
    contact: settings.controller.contact,
    authority: settings.authority,
    closes: formatDate(settings.closes, language),
    deletedBy: formatDate(settings.deletedBy, language),
    goal: numberFormat(language).format(goalAbove(countNow, settings.goals)),
    // Filled in where the words stand: by a component, or by a script.
    day: '{day}',
    place: '{place}',
    target: petition.data.target,
    targetShort: petition.data.targetShort,
  };
  return {
    language,
    petition,
    words: fillAll(words.data, values),
    privacy: privacy && (await fillText(privacy, values, language)),
    safety: safety && (await fillText(safety, values, language)),
  };
}

type Text = { title: string; html: string };
type Values = Record<string, string>;

async function fillText(
  { data, rendered }: { data: { title: string }; rendered?: { html: string } },
  values: Values,
  language: string,
): Promise<Text> {
  const html = fill(rendered?.html ?? '', values);
  return { title: data.title, html: await linkPhotos(html, '../../', language) };
}

/** The source's text on a page in another language. */
function foreignText(text: Text | undefined, source: string, page: string): Text {
  if (!text) throw new Error(`The language ${source} lacks privacy.md or safety.md.`);
  const attributes = foreignAttributes(source, page);
  return { title: mark(text.title), html: `<div ${attributes}>${text.html}</div>` };
}

function fillAll(words: Record<string, unknown>, values: Values): unknown {
  return JSON.parse(
    JSON.stringify(words, (_, value: unknown) =>
      typeof value === 'string' ? fill(value, values) : value,
    ),
  );
}

function parseWords(language: string, words: unknown): Words {
  const parsed = wordsSchema.safeParse(words);
  if (!parsed.success) throw new Error(`${language}/words.yaml: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

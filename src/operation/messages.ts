/**
 * Every text of a language beside the source's: what a translator sees as a list of messages. A message
 * is named by its file and the keys that lead to it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../site/settings.ts';
import { readTranslationFile } from '../site/translation.ts';
import { readSource } from '../site/translations.ts';
import { formsOf } from '../site/word-tree.ts';
import { isParagraph, type Slot, slotsIn } from './slots.ts';

export type Message = {
  file: string;
  path: string;
  /** The source's text. */
  source: string;
  /** The translation; empty where there is none. */
  text: string;
  brief: string;
  /** Translated from an older text of the source. */
  stale: boolean;
  /** Where the translation stands in its file; undefined where it has no place yet. */
  slot: Slot | undefined;
  /** The language does not have the file yet. */
  isNew: boolean;
};

const plural = 'progress.signed.';

/** All messages of a language, in the order of the source's files; a new language has no texts yet. */
export function readMessages(content: string, language: string, settings: Settings): Message[] {
  const source = settings.defaultLanguage;
  const { from } = readTranslationFile(content, language);
  return readSource(content, source).flatMap(([file, state]) => {
    const isNew = readContent(content, language, file) === '';
    const own = slotsIn(file, readContent(content, language, file));
    const texts = slotsIn(file, readContent(content, source, file));
    const [ours, theirs] = alike(file, own, texts)
      ? [own, texts]
      : [joinBody(file, own), joinBody(file, texts)];
    const stale = language !== source && from?.[file] !== state;
    return (file === 'words.yaml' ? withForms(theirs, language) : theirs)
      .filter(({ text }) => text)
      .map(({ path, text, brief }) => {
        const slot = ours.find((one) => one.path === path);
        return { file, path, source: text, text: slot?.text ?? '', brief, stale, slot, isNew };
      });
  });
}

/** How a message is named, as `words.yaml warning.title`. */
export function nameOf({ file, path }: Pick<Message, 'file' | 'path'>): string {
  return `${file} ${path}`;
}

/** A file of a language; empty where there is none. */
export function readContent(content: string, language: string, file: string): string {
  const path = join(content, language, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Whether a translation has as many paragraphs as the source, or none at all. */
function alike(file: string, own: readonly Slot[], source: readonly Slot[]): boolean {
  const [ours, theirs] = [own, source].map(
    (slots) => slots.filter(({ path }) => isParagraph(file, path)).length,
  );
  return ours === 0 || ours === theirs;
}

/** All paragraphs as one text: where there are more or fewer, nobody knows which belongs to which. */
function joinBody(file: string, slots: readonly Slot[]): Slot[] {
  const body = slots.filter(({ path }) => isParagraph(file, path));
  const [first] = body;
  const last = body.at(-1);
  if (!first || !last) return [...slots];
  const text = body.map((slot) => slot.text).join('\n\n');
  return [
    ...slots.filter((slot) => !body.includes(slot)),
    { ...first, path: 'body', text, end: last.end },
  ];
}

/** The source's words with one message for each plural form that the language has. */
function withForms(slots: readonly Slot[], language: string): Slot[] {
  const signed = slots.filter(({ path }) => path.startsWith(plural));
  const other = signed.find(({ path }) => path === `${plural}other`) ?? signed[0];
  const forms = formsOf(language).flatMap((form) => {
    const slot = signed.find(({ path }) => path === plural + form) ?? other;
    return slot ? [{ ...slot, path: plural + form }] : [];
  });
  return slots.flatMap((slot) => {
    if (!signed.includes(slot)) return [slot];
    return slot === signed[0] ? forms : [];
  });
}

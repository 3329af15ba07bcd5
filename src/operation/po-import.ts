/**
 * What a PO file changes in a language's files. Everything is checked before anything is written: the
 * file must have each message of the present source, and no text may lose a {name} or a whole line.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { confirm } from '../site/confirm.ts';
import type { Settings } from '../site/settings.ts';
import { readTranslationFile } from '../site/translation.ts';
import { readSource, readWordTree } from '../site/translations.ts';
import { sourceFor } from '../site/word-tree.ts';
import { insertWords } from './insert.ts';
import { nameOf, readContent, readMessages } from './messages.ts';
import { newFile } from './new-file.ts';
import { findFaults, findMistakes, findStrangers, type Incoming, refuse } from './po-check.ts';
import type { PoFile } from './po-file.ts';
import { edit, fillSlot } from './slots.ts';

export type Import = {
  language: string;
  changes: { name: string; before: string; after: string }[];
  /** New contents by file. */
  files: Map<string, string>;
  /** Files that are not there and cannot be made yet: texts are missing. */
  incomplete: string[];
  /** The state of the source for each file that is up to date with it now and was not before. */
  confirmed: Record<string, string>;
};

/** Compares a PO file with the content folder. Throws a list of everything that is wrong with it. */
export function planImport(name: string, po: PoFile, content: string, settings: Settings): Import {
  const { language, translated } = po;
  const { defaultLanguage: source } = settings;
  const messages = readMessages(content, language, settings);
  refuse(name, findStrangers(messages, po));
  const incoming = messages.flatMap((message): Incoming[] => {
    const found = translated.get(nameOf(message));
    return found ? [{ ...message, incoming: found }] : [];
  });
  const changed = incoming.filter(isChanged);
  refuse(name, changed.flatMap(findFaults));
  const touched = Array.from(new Set(changed.map(({ file }) => file)));
  const words = sourceFor(language, readWordTree(content, source));
  const files = new Map<string, string>();
  for (const file of touched) {
    const ours = incoming.filter((message) => message.file === file);
    const written = ours.some(({ isNew }) => isNew)
      ? makeFile(file, language, readContent(content, source, file), ours)
      : changeFile(file, readContent(content, language, file), words, ours);
    if (written === undefined) continue;
    refuse(name, findMistakes(file, written, ours, words));
    files.set(file, written);
  }
  const { from } = readTranslationFile(content, language);
  const confirmed = readSource(content, source).flatMap(([file, state]) => {
    const done = state && from?.[file] !== state && language !== source;
    return done && isDone(file, incoming, files) ? [[file, state] as const] : [];
  });
  return {
    language,
    changes: changed
      .filter(({ file }) => files.has(file))
      .map((one) => ({ name: nameOf(one), before: one.text, after: one.incoming.text })),
    files,
    incomplete: touched.filter((file) => !files.has(file)),
    confirmed: Object.fromEntries(confirmed),
  };
}

/** Writes what an import changes. */
export function writeImport(content: string, { language, files, confirmed }: Import): void {
  for (const [file, text] of files) {
    const path = join(content, language, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (Object.keys(confirmed).length === 0) return;
  const { from } = readTranslationFile(content, language);
  confirm(content, language, { ...from, ...confirmed });
}

function isChanged({ incoming, text }: Incoming): boolean {
  return incoming.text !== text.trim();
}

function changeFile(
  file: string,
  content: string,
  sourceWords: unknown,
  messages: readonly Incoming[],
): string {
  const changed = messages.filter(isChanged);
  const places = changed.flatMap(({ slot, incoming }) =>
    slot ? [fillSlot(file, content, slot, incoming.text)] : [],
  );
  const added = changed
    .filter(({ slot }) => !slot)
    .map(({ path, incoming }) => [path, incoming.text] as const);
  return edit(content, [...places, ...insertWords(content, sourceWords, new Map(added))]);
}

/** A whole Markdown file, or as much of words.yaml as is translated. */
function makeFile(
  file: string,
  language: string,
  source: string,
  messages: readonly Incoming[],
): string | undefined {
  const there = messages.filter(({ incoming }) => incoming.text);
  if (file.endsWith('.md') && there.length < messages.length) return undefined;
  const texts = there.map(({ path, incoming }) => [path, incoming.text] as const);
  return newFile(file, language, source, new Map(texts));
}

/** Whether a file is there, and nothing in it is said to be older than the source. */
function isDone(
  file: string,
  messages: readonly Incoming[],
  files: ReadonlyMap<string, string>,
): boolean {
  const ours = messages.filter((message) => message.file === file && message.incoming.text);
  const isThere = files.has(file) || ours.some(({ isNew }) => !isNew);
  return isThere && ours.every(({ incoming }) => !incoming.fuzzy);
}

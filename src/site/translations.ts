/**
 * How far each language is: which files it has, which are older than the source they were translated
 * from, which words are missing. The build and the deployment ask here whether it may be published.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkedState } from './checked-texts.ts';
import type { Settings } from './settings.ts';
import { readTranslationFile, stateOf, type TranslationFile } from './translation.ts';
import { leavesOf, missingIn, sourceFor } from './word-tree.ts';

/** What every language has, in the order in which it is shown. */
export const translatedFiles = ['petition.md', 'privacy.md', 'safety.md', 'words.yaml'] as const;

/** What no language may take from another: the petition, its own name, what can endanger people. */
const neverForeign = /^(petition\.md|words\.yaml|language|(warning|form)\..+)$/;

export type Translation = {
  language: string;
  /** Its own name, as words.yaml has it. */
  name: string;
  partly: boolean;
  /** Each file that the source has, petition.md first and updates last. */
  files: { file: string; state: 'complete' | 'stale' | 'missing' }[];
  /** Paths of words that the source has and this language lacks. */
  missingWords: string[];
  /** Who checked warning and consent; not current when one of these texts was changed since. */
  checked: { by: string; on: string; current: boolean } | undefined;
};

/** The state of every language, the source language first. */
export function readTranslations(content: string, settings: Settings): Translation[] {
  const { defaultLanguage, languages } = settings;
  const others = languages.filter((language) => language !== defaultLanguage);
  return [defaultLanguage, ...others].map((language) =>
    readTranslation(content, language, defaultLanguage),
  );
}

/** What a language may not be published without, as `safety.md` or `words.yaml: share.title`. */
export function lacks({ files, missingWords, partly }: Translation): string[] {
  const missing = files.filter(({ state }) => state === 'missing').map(({ file }) => file);
  return [
    ...missing.filter((file) => !isUpdate(file) && (!partly || neverForeign.test(file))),
    ...missingWords
      .filter((path) => !partly || neverForeign.test(path))
      .map((path) => `words.yaml: ${path}`),
  ];
}

/** The files of a language that are older than the source. */
export function staleFiles({ files }: Translation): string[] {
  return files.filter(({ state }) => state === 'stale').map(({ file }) => file);
}

/** Throws a list of what is missing where a language may not be published. */
export function refuseIncomplete(content: string, settings: Settings): void {
  const incomplete = readTranslations(content, settings).filter((one) => lacks(one).length > 0);
  if (incomplete.length === 0) return;
  const list = incomplete.map((one) => `${one.language}:\n  ${lacks(one).join('\n  ')}`);
  const files = incomplete
    .filter(({ language }) => language !== settings.defaultLanguage)
    .map(({ language }) => join(content, language, 'translation.yaml'));
  const others = files.length > 0 ? ` ${orPartly(files, settings.defaultLanguage)}` : '';
  throw new Error(
    `Not everything is written. Missing:\n\n${list.join('\n')}\n\nWrite it, then build again.${others}`,
  );
}

function orPartly(files: readonly string[], source: string): string {
  return `Or write \`partly: true\` into ${files.join(', ')}: what is missing is then shown in the source language (${source}), all but petition.md and the words language, warning and form, which must be there.`;
}

/** Every file that a language should have, and the state of the source's; undefined where that lacks it. */
export function readSource(content: string, source: string): [string, string | undefined][] {
  return [...translatedFiles, ...updatesOf(content, source)].map((file) => {
    const path = join(content, source, file);
    return [file, existsSync(path) ? stateOf(readFileSync(path, 'utf8')) : undefined];
  });
}

/** A language's words.yaml as it is written; nothing where there is none. */
export function readWordTree(content: string, language: string): unknown {
  const file = join(content, language, 'words.yaml');
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : {};
}

export function isUpdate(file: string): boolean {
  return file.startsWith('updates/');
}

function readTranslation(content: string, language: string, source: string): Translation {
  const said = readTranslationFile(content, language);
  const words = readWordTree(content, language);
  const isSource = language === source;
  const hasWords = existsSync(join(content, language, 'words.yaml'));
  const name = leavesOf(words).find(({ path }) => path === 'language')?.word;
  return {
    language,
    name: typeof name === 'string' ? name : language,
    partly: !isSource && said.partly === true,
    files: readSource(content, source).map(([file, state]) => {
      if (!existsSync(join(content, language, file))) return { file, state: 'missing' };
      const fresh = isSource || said.from?.[file] === state;
      return { file, state: fresh ? 'complete' : 'stale' };
    }),
    missingWords: hasWords
      ? missingIn(words, sourceFor(language, readWordTree(content, source)))
      : [],
    checked: readCheck(said, checkedState(language, words)),
  };
}

function readCheck({ checked }: TranslationFile, state: string): Translation['checked'] {
  return checked && { by: checked.by, on: checked.on, current: checked.texts === state };
}

function updatesOf(content: string, language: string): string[] {
  const folder = join(content, language, 'updates');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `updates/${name}`);
}

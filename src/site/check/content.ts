/**
 * Every mistake under src/content, all at once, before anything else reads it: the words in which a
 * campaigner learns of a slip are ours, and never a stack trace.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { healYaml } from './broken-yaml.ts';
import { checkDossierWords, checkEnglishDossier, englishDossier } from './dossier.ts';
import { readFile } from './file.ts';
import { checkFiles, checkFolder, checkUpdateNames, isPartly } from './languages.ts';
import { formatMistakes, type Mistake } from './mistake.ts';
import { checkPage, type Page, readPage } from './petition.ts';
import { checkPublished } from './published.ts';
import { valueAt } from './path.ts';
import { checkSettings } from './settings.ts';
import { checkWords } from './words.ts';
import type { Source } from './yaml.ts';
import { dossierFolder, dossierLanguages } from '../dossier-words.ts';
import { contentFolder, languageFolders } from '../settings.ts';
import { petitionSchema, textSchema, updateSchema } from '../words.ts';

export { formatMistakes, type Mistake } from './mistake.ts';

/** Markdown files of a language, the schema of each head, and whether names in braces are filled in. */
const pages: { name: string; schema: z.ZodType; filled: boolean }[] = [
  { name: 'petition.md', schema: petitionSchema, filled: false },
  { name: 'privacy.md', schema: textSchema, filled: true },
  { name: 'safety.md', schema: textSchema, filled: true },
];

/** Every mistake in a content folder, in the order in which one would read it; empty when all is well. */
export function checkContent(content: string): Mistake[] {
  const wrongFolders = languageFolders(content).flatMap((name) => checkFolder(content, name) ?? []);
  const languages = languageFolders(content).filter((name) => !checkFolder(content, name));
  const dossiers = dossierLanguages(content);
  const settings = checkYaml(join(content, 'campaign.yaml'), (source) =>
    checkSettings(
      source,
      languages,
      dossiers.filter((language) => languages.includes(language)),
    ),
  );
  const chosen = valueAt(settings.source?.value, ['defaultLanguage']);
  const original =
    languages.find((language) => language === chosen) ??
    languages.find((language) => language === 'en') ??
    languages[0] ??
    'en';
  const model = readModel(join(content, original));
  return [
    ...settings.mistakes,
    ...wrongFolders,
    ...checkLanguage(content, original, original),
    ...languages
      .filter((language) => language !== original)
      .flatMap((language) => checkLanguage(content, language, original, model)),
    ...checkEnglishDossier(content),
    ...checkDossiers(content, dossiers),
    ...checkPublished(content),
  ];
}

/** For a program that reads the content: ends it with the list of mistakes, if there are any. */
export function stopAtMistakes(content: string = contentFolder): void {
  const mistakes = checkContent(content);
  if (mistakes.length === 0) return;
  console.error(formatMistakes(mistakes));
  process.exit(1);
}

/** What a language is translated from. */
type Model = { pages: Record<string, Page | undefined>; words: Source | undefined };

function readModel(folder: string): Model {
  return {
    pages: Object.fromEntries(pages.map(({ name }) => [name, openPage(join(folder, name)).page])),
    words: checkYaml(join(folder, 'words.yaml')).source,
  };
}

function checkDossiers(content: string, languages: readonly string[]): Mistake[] {
  const fileOf = (language: string) => join(content, dossierFolder, `${language}.yaml`);
  const english = checkYaml(fileOf(englishDossier)).source;
  return languages.flatMap(
    (language) =>
      checkYaml(fileOf(language), (source) =>
        checkDossierWords(source, language, language === englishDossier ? undefined : english),
      ).mistakes,
  );
}

function checkLanguage(
  content: string,
  language: string,
  original: string,
  model?: Model,
): Mistake[] {
  const folder = join(content, language);
  const partly = isPartly(content, language);
  const updates = checkUpdateNames(content, language);
  return [
    ...checkFiles(content, language, original, partly),
    ...pages.flatMap(({ name, schema, filled }) =>
      checkMarkdownFile(join(folder, name), schema, model?.pages[name], filled),
    ),
    ...checkYaml(join(folder, 'words.yaml'), (source) =>
      checkWords(source, language, model?.words, partly),
    ).mistakes,
    ...updates.mistakes,
    ...updates.names.flatMap((name) =>
      checkMarkdownFile(join(folder, 'updates', name), updateSchema, undefined, false),
    ),
  ];
}

function checkYaml(
  file: string,
  check?: (source: Source) => Mistake[],
): { mistakes: Mistake[]; source?: Source } {
  if (!existsSync(file))
    return {
      mistakes: file.endsWith('campaign.yaml') ? [{ file, what: 'This file is missing.' }] : [],
    };
  const read = readFile(file);
  if (!read.ok) return { mistakes: [read.mistake] };
  const { mistakes, source } = healYaml(file, read.text);
  const readable = source.document.errors.length === 0;
  return { mistakes: [...mistakes, ...(readable && check ? check(source) : [])], source };
}

function openPage(file: string): { mistakes: Mistake[]; page?: Page } {
  if (!existsSync(file)) return { mistakes: [] };
  const read = readFile(file);
  return read.ok ? { mistakes: [], page: readPage(file, read.text) } : { mistakes: [read.mistake] };
}

function checkMarkdownFile(
  file: string,
  schema: z.ZodType,
  original: Page | undefined,
  filled: boolean,
): Mistake[] {
  const { mistakes, page } = openPage(file);
  return page ? checkPage(page, schema, original, filled) : mistakes;
}

/** The words of the dossier: one file a language, each as complete as the English one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Mistake } from './mistake.ts';
import { valueAt } from './path.ts';
import { checkPlural } from './plural.ts';
import { checkSchema } from './schema.ts';
import { checkNames, entryOf, textsOf } from './words.ts';
import type { Path, Source } from './yaml.ts';
import {
  dossierFolder,
  dossierNames,
  dossierPlurals,
  dossierWordsSchema,
} from '../dossier-words.ts';

/** The file that every dossier needs, and that the others are translated from. */
export const englishDossier = 'en';

/** Says when the English words are missing. */
export function checkEnglishDossier(content: string): Mistake[] {
  const file = join(content, dossierFolder, `${englishDossier}.yaml`);
  if (existsSync(file)) return [];
  const how =
    'Every dossier is written in English too. Copy the file of another language there and translate it.';
  return [{ file, what: 'This file is missing.', mend: { how, lines: [], over: 0 } }];
}

/** Every mistake in the words of a language; `english` is what they are translated from. */
export function checkDossierWords(
  source: Source,
  language: string,
  english: Source | undefined,
): Mistake[] {
  const example = (path: Path) => (english ? entryOf(english, path) : undefined);
  return [
    ...checkSchema(source, dossierWordsSchema, { example }),
    ...textsOf(source).flatMap(([path, text]) =>
      checkNames(source, path, text, { allowed: dossierNames, model: modelOf(path, english) }),
    ),
    ...dossierPlurals.flatMap((name) => checkPlural(source, ['letter', name], language)),
  ];
}

/** What a text is translated from; for a plural form that English lacks, its last one. */
function modelOf(path: Path, english: Source | undefined): unknown {
  return valueAt(english?.value, path) ?? valueAt(english?.value, [...path.slice(0, -1), 'other']);
}

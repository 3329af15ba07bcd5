/** What somebody says of a translation, written into its translation.yaml. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkedState } from './checked-texts.ts';
import { readTranslationFile, writeTranslationFile } from './translation.ts';
import { readSource, readWordTree } from './translations.ts';

/** The files of a language that say the same as the source now, and the state of the source's. */
export function confirmable(
  content: string,
  language: string,
  source: string,
): Record<string, string> {
  return Object.fromEntries(
    readSource(content, source).flatMap(([file, state]) =>
      state && existsSync(join(content, language, file)) ? [[file, state]] : [],
    ),
  );
}

/** Records that these files were translated from these states of the source. */
export function confirm(content: string, language: string, from: Record<string, string>): void {
  const said = readTranslationFile(content, language);
  writeTranslationFile(content, language, { ...said, from });
}

/** Records who checked warning and consent, as they stand now. */
export function recordCheck(content: string, language: string, by: string, on: string): void {
  const said = readTranslationFile(content, language);
  const texts = checkedState(language, readWordTree(content, language));
  writeTranslationFile(content, language, { ...said, checked: { by, on, texts } });
}

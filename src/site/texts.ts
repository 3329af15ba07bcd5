/**
 * Text versions: what exactly somebody signed. Petition and consent of a language share one version,
 * the hash of both; every published version stays in src/content/published for as long as rows name it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { unmark } from './foreign.ts';
import { formatDate } from './intl.ts';
import type { Settings } from './settings.ts';
import { merge } from './word-tree.ts';
import { toldSchema } from './words.ts';

export const publishedSchema = z.strictObject({
  language: z.string(),
  version: z.string(),
  /** The day that the consent names. */
  deletedBy: z.iso.date(),
  consent: z.string(),
  petition: z.string(),
});

export type PublishedText = z.output<typeof publishedSchema>;

/** The text of a language as it stands in the content folder now. */
export function readText(content: string, language: string, settings: Settings): PublishedText {
  const petition = readLines(join(content, language, 'petition.md'));
  const words = z
    .object({ form: z.object({ consent: z.string() }) })
    .parse(parse(readLines(join(content, language, 'words.yaml'))));
  const consent = fillConsent(words.form.consent, settings, language);
  const { deletedBy } = settings;
  const version = versionOf(language, petition, consent);
  return { language, version, deletedBy, consent, petition };
}

/** What the Worker says in a language; in the source language what a half-translated one lacks. */
export function readTold(
  content: string,
  language: string,
  { defaultLanguage }: Settings,
): Record<string, string> {
  const [own, source] = [language, defaultLanguage].map((one): unknown =>
    parse(readLines(join(content, one, 'words.yaml'))),
  );
  const { told } = z.object({ told: toldSchema }).parse(merge(own, source));
  return Object.fromEntries(Object.entries(told).map(([key, text]) => [key, unmark(text)]));
}

/** The consent as it is shown and agreed to, controller and date filled in. */
export function fillConsent(consent: string, settings: Settings, language: string): string {
  return consent
    .replaceAll('{controller}', settings.controller.name)
    .replaceAll('{deletedBy}', formatDate(settings.deletedBy, language));
}

/** The language and 12 hexadecimal digits of SHA-256 over petition and consent, as be-0123456789ab. */
export function versionOf(language: string, petition: string, consent: string): string {
  const hash = createHash('sha256').update(`${petition}\0${consent}`).digest('hex');
  return `${language}-${hash.slice(0, 12)}`;
}

/** Every version that was ever published. Throws when a file no longer matches its own version. */
export function readPublished(content: string): PublishedText[] {
  const folder = join(content, 'published');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const text = publishedSchema.parse(parse(readLines(join(folder, name))));
      if (versionOf(text.language, text.petition, text.consent) !== text.version)
        throw new Error(`${join(folder, name)} was changed after it was published. Restore it.`);
      return text;
    });
}

/** Archives a text; returns the file. */
export function publishText(content: string, text: PublishedText): string {
  const folder = join(content, 'published');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${text.version}.yaml`);
  writeFileSync(file, stringify(text, { lineWidth: 0, blockQuote: 'literal' }));
  return file;
}

function readLines(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}

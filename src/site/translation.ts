/**
 * translation.yaml, one in each language's folder: from which state of the source each file was
 * translated, who checked the texts that can endanger people, and whether a half-translated language is
 * published. `npm run translations` writes it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{12}$/, 'a hash is 12 of the characters 0 to 9 and a to f');

export const translationSchema = z.strictObject({
  partly: z.boolean().optional(),
  from: z.record(z.string(), hash).optional(),
  checked: z.strictObject({ by: z.string().min(1), on: z.iso.date(), texts: hash }).optional(),
});

export type TranslationFile = z.output<typeof translationSchema>;

const comment = `# Written by \`npm run translations\`, which also shows it. Under \`from\`: the state of the source's file from
# which each file here was translated; when the source changes, the translation is stale until somebody
# looked at it and ran \`npm run translations -- --confirm\`. Under \`checked\`: which native speaker checked
# warning and consent. For you to write is only \`partly: true\`: what is not translated yet is then shown
# in the source language.
`;

/** What a language's translation.yaml says; nothing where there is none. Throws on a mistake in it. */
export function readTranslationFile(content: string, language: string): TranslationFile {
  const file = join(content, language, 'translation.yaml');
  if (!existsSync(file)) return {};
  const parsed = translationSchema.safeParse(parse(readFileSync(file, 'utf8')) ?? {});
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Writes a language's translation.yaml; what is undefined or empty is left out. */
export function writeTranslationFile(content: string, language: string, said: TranslationFile) {
  const from = Object.keys(said.from ?? {}).length > 0 ? said.from : undefined;
  const kept = { partly: said.partly, from, checked: said.checked };
  writeFileSync(
    join(content, language, 'translation.yaml'),
    comment + stringify(kept, { lineWidth: 0, singleQuote: true }),
  );
}

/** 12 hexadecimal digits of SHA-256 over a text; line ends of Windows and space around do not count. */
export function stateOf(text: string): string {
  const plain = text.replaceAll('\r\n', '\n').trim();
  return createHash('sha256').update(plain).digest('hex').slice(0, 12);
}

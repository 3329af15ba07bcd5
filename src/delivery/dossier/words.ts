/**
 * Opens the words that a dossier is written with, in one language: its own, and the petition's title,
 * addressee and demands. Nothing about those who signed comes here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  type DossierPhrases,
  dossierFolder,
  dossierWordsSchema,
} from '../../site/dossier-words.ts';
import { petitionSchema } from '../../site/words.ts';
import { DeliveryError, reasonOf } from '../errors.ts';

/** The head of a petition.md. */
export type PetitionHead = z.output<typeof petitionSchema>;

export type DossierWords = { language: string; phrases: DossierPhrases; petition: PetitionHead };

/** The words of a language. Throws a DeliveryError that names the file and what it lacks. */
export function readDossierWords(content: string, language: string): DossierWords {
  const phrases = readWith(join(content, dossierFolder, `${language}.yaml`), (text) =>
    dossierWordsSchema.parse(parse(text)),
  );
  const petition = readWith(
    join(content, language, 'petition.md'),
    (text) => splitPetition(text).head,
  );
  return { language, phrases, petition };
}

/** The head and the body of a petition's Markdown. Throws where the head is not a petition's. */
export function splitPetition(text: string): { head: PetitionHead; body: string } {
  const [whole = '', head = ''] = /^---\n([\s\S]*?)\n---\n?/.exec(text) ?? [];
  return { head: petitionSchema.parse(parse(head)), body: text.slice(whole.length) };
}

function readWith<Value>(file: string, read: (text: string) => Value): Value {
  if (!existsSync(file))
    throw new DeliveryError(
      'settings',
      `The dossier cannot be written: ${file} is missing.`,
      `Copy the file of another language there and translate it, or name another targetLanguage in campaign.yaml; then run this command again.`,
    );
  try {
    return read(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error);
    throw new DeliveryError(
      'settings',
      `The dossier cannot be written with ${file}: ${what}`,
      `Mend it (npm run check says how), then run this command again.`,
      error,
    );
  }
}

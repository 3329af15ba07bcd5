/** Content collections: which Markdown and YAML files are pages, and the schema of each. */
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'zod';
import { contentFolder } from './site/settings.ts';
import { petitionSchema, wordsSchema } from './site/words.ts';

const titled = z.strictObject({ title: z.string().min(1) });

function perLanguage(file: string) {
  return glob({
    base: contentFolder,
    pattern: `*/${file}`,
    generateId: ({ entry }) => entry.slice(0, entry.indexOf('/')),
  });
}

export const collections = {
  petition: defineCollection({ loader: perLanguage('petition.md'), schema: petitionSchema }),
  privacy: defineCollection({ loader: perLanguage('privacy.md'), schema: titled }),
  safety: defineCollection({ loader: perLanguage('safety.md'), schema: titled }),
  words: defineCollection({ loader: perLanguage('words.yaml'), schema: wordsSchema }),
};

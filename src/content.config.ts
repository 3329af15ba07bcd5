/** Content collections: which Markdown and YAML files are pages, and the schema of each. */
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { contentFolder } from './site/settings.ts';
import { petitionSchema, textSchema, updateSchema, writtenWordsSchema } from './site/words.ts';

function perLanguage(file: string) {
  return glob({
    base: contentFolder,
    pattern: `*/${file}`,
    generateId: ({ entry }) => entry.slice(0, entry.indexOf('/')),
  });
}

export const collections = {
  petition: defineCollection({ loader: perLanguage('petition.md'), schema: petitionSchema }),
  privacy: defineCollection({ loader: perLanguage('privacy.md'), schema: textSchema }),
  safety: defineCollection({ loader: perLanguage('safety.md'), schema: textSchema }),
  // Ids such as en/2020-08-05-handed-over.
  updates: defineCollection({
    loader: glob({
      base: contentFolder,
      pattern: '*/updates/*.md',
      generateId: ({ entry }) => entry.replace('/updates', '').replace(/\.md$/, ''),
    }),
    schema: updateSchema,
  }),
  words: defineCollection({ loader: perLanguage('words.yaml'), schema: writtenWordsSchema }),
};

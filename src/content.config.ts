/** Content collections: which Markdown and YAML files are pages, and the schema of each. */
import { defineCollection } from 'astro:content';
import { glob, type Loader } from 'astro/loaders';
import { contentFolder } from './site/settings.ts';
import { petitionSchema, textSchema, updateSchema, writtenWordsSchema } from './site/words.ts';

function perLanguage(file: string) {
  return glob({
    base: contentFolder,
    pattern: `*/${file}`,
    generateId: ({ entry }) => entry.slice(0, entry.indexOf('/')),
  });
}

/** A loader that does not warn when it finds no files: a campaign may have no news. */
function perhapsNone(loader: Loader): Loader {
  return {
    ...loader,
    load: (context) => {
      const warn = (message: string) =>
        message.startsWith('No files found') || context.logger.warn(message);
      const logger = Object.assign(context.logger.fork(loader.name), { warn });
      return loader.load({ ...context, logger });
    },
  };
}

export const collections = {
  petition: defineCollection({ loader: perLanguage('petition.md'), schema: petitionSchema }),
  privacy: defineCollection({ loader: perLanguage('privacy.md'), schema: textSchema }),
  safety: defineCollection({ loader: perLanguage('safety.md'), schema: textSchema }),
  // Ids such as en/2020-08-05-handed-over.
  updates: defineCollection({
    loader: perhapsNone(
      glob({
        base: contentFolder,
        pattern: '*/updates/*.md',
        generateId: ({ entry }) => entry.replace('/updates', '').replace(/\.md$/, ''),
      }),
    ),
    schema: updateSchema,
  }),
  words: defineCollection({ loader: perLanguage('words.yaml'), schema: writtenWordsSchema }),
};

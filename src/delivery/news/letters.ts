/**
 * What a message says in each language: the words around it, and the update out of its Markdown. Knows nobody
 * who gets it.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { unmark } from '../../site/foreign.ts';
import type { Settings } from '../../site/settings.ts';
import { merge } from '../../site/word-tree.ts';
import { fill, updateSchema, wordsSchema } from '../../site/words.ts';
import { DeliveryError, reasonOf } from '../errors.ts';
import { toPlain } from './plain.ts';

/** The message of a language; only the code in it is somebody's own. */
export type Letter = {
  /** The language of the update in it: the default one where its own lacks it, as on the page. */
  language: string;
  subject: string;
  bodyWith: (code: string) => string;
};

/** By the language of who gets it; without those in which there is nothing to read. */
export type Letters = ReadonlyMap<string, Letter>;

type Update = { language: string; title: string; markdown: string };

const wordsOfLetter = z.object({
  letter: wordsSchema.shape.letter,
  pages: z.object({ privacy: wordsSchema.shape.pages.shape.privacy }),
});

/** Reads all that there is to say. Throws a DeliveryError where there is no such update, or a mistake in it. */
export function readLetters(content: string, settings: Settings, slug: string): Letters {
  const { languages, defaultLanguage } = settings;
  const updates = new Map(
    languages.flatMap((language) => {
      const update = attempt(() => readUpdate(content, language, slug));
      return update ? [[language, update]] : [];
    }),
  );
  if (updates.size === 0) throw noUpdate(content, languages, slug);
  return new Map(
    languages.flatMap((language) => {
      const update = updates.get(language) ?? updates.get(defaultLanguage);
      return update
        ? [[language, attempt(() => compose(content, settings, language, slug, update))]]
        : [];
    }),
  );
}

/** The first line may be seen on a locked phone, so it tells no more than who writes and why. */
function compose(
  content: string,
  settings: Settings,
  language: string,
  slug: string,
  { language: own, title, markdown }: Update,
): Letter {
  const { controller, host } = settings;
  const { letter, pages } = readWords(content, language, settings);
  const say = (text: string) => unmark(fill(text, controllerNames(settings)));
  const home = `${host}/${language}`;
  const address = `${home}/updates/${slug}/`;
  const text = toPlain(markdown, address);
  return {
    language: own,
    subject: say(letter.subject),
    bodyWith: (code) =>
      [
        say(letter.why),
        title,
        text,
        address,
        `${say(letter.stop)}\n${code}`,
        `${controller.name}, ${controller.contact}\n${say(pages.privacy)}: ${home}/privacy/\n`,
      ].join('\n\n'),
  };
}

function controllerNames({ controller }: Settings): Record<string, string> {
  return { controller: controller.name, contact: controller.contact };
}

function readWords(content: string, language: string, { defaultLanguage }: Settings) {
  const [own, source] = [language, defaultLanguage].map((one): unknown =>
    parse(readLines(join(content, one, 'words.yaml'))),
  );
  return wordsOfLetter.parse(merge(own, source));
}

function readUpdate(content: string, language: string, slug: string): Update | undefined {
  const file = join(content, language, 'updates', `${slug}.md`);
  if (!/^[a-z0-9-]+$/.test(slug) || !existsSync(file)) return undefined;
  const text = readLines(file);
  const [whole = '', head = ''] = /^---\n([\s\S]*?)\n---\n?/.exec(text) ?? [];
  const parsed = updateSchema.safeParse(parse(head));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return { language, title: parsed.data.title, markdown: text.slice(whole.length) };
}

function readLines(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}

function attempt<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new DeliveryError(
      'settings',
      `The message cannot be written: ${reasonOf(error)}`,
      'Mend it (npm run check says how), then run this command again.',
      error,
    );
  }
}

function noUpdate(content: string, languages: readonly string[], slug: string): DeliveryError {
  const files = languages.flatMap((language) =>
    globSync('*.md', { cwd: join(content, language, 'updates') }),
  );
  const known = Array.from(new Set(files.map((file) => file.slice(0, -'.md'.length)))).sort();
  const there = known.length > 0 ? `There are: ${known.join(', ')}.` : 'There is none yet.';
  return new DeliveryError(
    'arguments',
    `No language has the update ${JSON.stringify(slug)}. ${there}`,
    `Write it into ${join(content, languages[0] ?? 'en', 'updates', `${slug}.md`)} (README, “Edit the content”), or name another.`,
  );
}

/** Folders and file names: a folder is a language, and each has the same files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';

const english = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
/** Every two-letter tag that names a language. */
const tags = letters.flatMap((one) => letters.map((two) => one + two)).filter((tag) => nameOf(tag));

/** What is wrong with the name of a language's folder; undefined when it is a language tag. */
export function checkFolder(content: string, name: string): Mistake | undefined {
  if (canonical(name) === name && nameOf(name)) return undefined;
  const meant = meantBy(name);
  const what = `${name} is not the tag of a language; each folder here is one.`;
  const how = meant
    ? `Rename the folder to ${meant} (${nameOf(meant) ?? ''}).`
    : 'Rename the folder to a tag such as en, be or uk, or move it away.';
  return { file: `${join(content, name)}/`, what, mend: { how, lines: [], over: 0 } };
}

function meantBy(name: string): string | undefined {
  const tag = canonical(name.replaceAll('_', '-'));
  if (tag !== undefined && nameOf(tag)) return tag;
  const named = tags.find((one) =>
    [nameOf(one), ownName(one)].some((known) => known?.toLowerCase() === name.toLowerCase()),
  );
  if (named !== undefined) return named;
  // A country's code in place of the language's: ua for uk.
  if (/^[a-z]{2}$/i.test(name)) {
    const spoken = new Intl.Locale(`und-${name}`).maximize().language;
    if (spoken !== 'und' && spoken !== 'en') return spoken;
  }
  const known = tags.map((one) => nameOf(one) ?? '');
  const similar = nearest(name, name.length > 3 ? known : tags);
  return tags.find((one) => one === similar || nameOf(one) === similar);
}

function nameOf(tag: string): string | undefined {
  try {
    return english.of(tag);
  } catch {
    return undefined;
  }
}

function ownName(tag: string): string | undefined {
  return new Intl.DisplayNames(tag, { type: 'language' }).of(tag);
}

function canonical(name: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(name)[0];
  } catch {
    return undefined;
  }
}

/** What each language has; a partly translated one needs only its petition and its words. */
export const languageFiles = ['petition.md', 'words.yaml', 'privacy.md', 'safety.md'];

/** Files that are missing, or stand there under another name. */
export function checkFiles(
  content: string,
  language: string,
  original: string,
  partly: boolean,
): Mistake[] {
  const folder = join(content, language);
  const present = readdirSync(folder);
  const needed = partly ? ['petition.md', 'words.yaml'] : languageFiles;
  const others = present.filter(
    (name) => !languageFiles.includes(name) && /\.\w+$/.test(name) && name !== 'translation.yaml',
  );
  return needed
    .filter((name) => !present.includes(name))
    .map((name) => {
      const other = nearest(name, others);
      const source = join(content, original, name);
      const how = other
        ? `Rename ${other} to ${name}.`
        : language === original
          ? 'Write it, as in another language.'
          : `Copy ${source} there and translate it.`;
      return {
        file: join(folder, name),
        what: 'This file is missing.',
        mend: { how, lines: [], over: 0 },
      };
    });
}

/** The updates of a language that are called after their day, and what is wrong with the others. */
export function checkUpdateNames(
  content: string,
  language: string,
): { names: string[]; mistakes: Mistake[] } {
  const folder = join(content, language, 'updates');
  const all = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
  const good = (name: string) =>
    /^\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md$/.test(name) && !Number.isNaN(Date.parse(name.slice(0, 10)));
  return {
    names: all.filter((name) => name.endsWith('.md')),
    mistakes: all
      .filter((name) => !good(name))
      .map((name) => ({
        file: join(folder, name),
        what: 'The name of an update is its day and a few words, as 2020-08-05-handed-over.md.',
        mend: { how: `Rename it to ${updateName(folder, name)}.`, lines: [], over: 0 },
      })),
  };
}

function updateName(folder: string, name: string): string {
  const text = name.endsWith('.md') ? readFileSync(join(folder, name), 'utf8') : '';
  const [date = '2020-08-05'] =
    /\d{4}-\d{2}-\d{2}/.exec(name) ?? /(?<=^date: *)\d{4}-\d{2}-\d{2}/m.exec(text) ?? [];
  const words = name
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(date, '')
    .match(/[a-z0-9]+/g);
  return `${date}-${words?.join('-') ?? 'news'}.md`;
}

/** True when a language's translation.yaml says that it is partly translated. */
export function isPartly(content: string, language: string): boolean {
  const file = join(content, language, 'translation.yaml');
  if (!existsSync(file)) return false;
  try {
    const said: unknown = parse(readFileSync(file, 'utf8'));
    return typeof said === 'object' && said !== null && 'partly' in said && said.partly === true;
  } catch {
    return false;
  }
}

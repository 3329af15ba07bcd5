/**
 * words.yaml as it is written, before it is known to be complete: what it lacks beside the source's, and
 * both in one.
 */
import { mark } from './foreign.ts';
import { pluralForms } from './words.ts';

/** A text, or a list of texts, and the keys that lead to it, as `errors.level.missing`. */
export type Leaf = { path: string; word: unknown };

/** Every text of a file, in its order; empty ones are left out. */
export function leavesOf(tree: unknown, path = ''): Leaf[] {
  if (!isRecord(tree)) return isEmpty(tree) ? [] : [{ path, word: tree }];
  return Object.entries(tree).flatMap(([key, part]) => leavesOf(part, join(path, key)));
}

/** The source's words with the plural forms that another language needs, for want of better the last. */
export function sourceFor(language: string, source: unknown): unknown {
  if (!isRecord(source) || !isRecord(source['progress'])) return source;
  const signed: unknown = source['progress']['signed'];
  if (!isRecord(signed)) return source;
  const forms = Object.fromEntries(
    formsOf(language).map((form): [string, unknown] => [form, signed[form] ?? signed['other']]),
  );
  return { ...source, progress: { ...source['progress'], signed: forms } };
}

/** The plural forms of a language, in Unicode's order. */
export function formsOf(language: string): string[] {
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  return pluralForms.filter((form) => pluralCategories.includes(form));
}

/** The paths that the source has and a translation lacks. */
export function missingIn(own: unknown, source: unknown): string[] {
  const present = new Set(leavesOf(own).map((leaf) => leaf.path));
  return leavesOf(source)
    .map((leaf) => leaf.path)
    .filter((path) => !present.has(path));
}

/** A translation, with the source's words, marked, for those that it lacks. */
export function merge(own: unknown, source: unknown): unknown {
  if (isEmpty(own)) return marked(source);
  if (!isRecord(own) || !isRecord(source)) return own;
  const keys = Array.from(new Set([...Object.keys(source), ...Object.keys(own)]));
  return Object.fromEntries(keys.map((key) => [key, merge(own[key], source[key])]));
}

function marked(source: unknown): unknown {
  if (typeof source === 'string') return mark(source);
  if (Array.isArray(source)) return source.map(marked);
  if (!isRecord(source)) return source;
  return Object.fromEntries(Object.entries(source).map(([key, part]) => [key, marked(part)]));
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || (typeof value === 'string' && !value.trim());
}

/** Whether a value is a group of keys. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}

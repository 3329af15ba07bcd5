/** words.yaml: names in braces and plural forms, beyond what its schema knows. */
import type { Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';
import { nameOf, namesAt, valueAt } from './path.ts';
import { checkPlural } from './plural.ts';
import { checkSchema } from './schema.ts';
import { lineOf, type Path, rewriteValue, type Source, spanAt, written } from './yaml.ts';
import { toldSchema, wordsSchema } from '../words.ts';

/** The names in braces that the site fills in. */
export const filledNames = [
  'controller',
  'contact',
  'authority',
  'closes',
  'day',
  'deletedBy',
  'goal',
  'place',
  'target',
  'targetShort',
];
/** The consent is archived with these two filled in. */
const consentNames = ['controller', 'deletedBy'];

/** Every mistake in a words.yaml; `original` is the one that it is translated from. */
export function checkWords(
  source: Source,
  language: string,
  original: Source | undefined,
  partly: boolean,
): Mistake[] {
  const found = checkSchema(source, wordsSchema, {
    example: (path) => (original ? entryOf(original, path) : unwritten(path)),
    meant: (path, given) =>
      path[0] === 'told' && typeof given === 'string' ? shortened(given) : undefined,
  });
  return [
    ...(partly ? found.filter((mistake) => !isForgiven(mistake)) : found),
    ...textsOf(source).flatMap(([path, text]) => checkBraces(source, path, text, original)),
    ...checkPlural(source, ['progress', 'signed'], language),
  ];
}

/** For the language that the others are translated from: the lines, without words. */
function unwritten(path: Path): string[] {
  const name = String(path.at(-1));
  const inside = namesAt(wordsSchema, path);
  if (inside.length === 0) return [`${name}: …`];
  return [
    `${name}:`,
    ...inside.flatMap((one) => unwritten([...path, one])).map((line) => `  ${line}`),
  ];
}

/** A language that is marked partly translated may lack any words but those that protect people. */
function isForgiven({ what }: Mistake): boolean {
  return what.endsWith(' is missing.') && !/^(warning|form)\b/.test(what);
}

/** The lines of an entry, at the left edge, with the comment above it. */
export function entryOf(source: Source, path: Path): string[] | undefined {
  const span = spanAt(source, path);
  if (!span) return undefined;
  const [first, last] = [source.lineAt(span.from), source.lineAt(Math.max(span.from, span.to - 1))];
  const above = source.lines.slice(0, first - 1);
  const start = above.findLastIndex((text) => !/^\s*#/.test(text)) + 1;
  const indent = source.lines[first - 1]?.search(/\S/) ?? 0;
  return source.lines.slice(start, last).map((text) => text.slice(indent));
}

/** Every text in a file, with its path. */
export function textsOf(source: Source): [Path, string][] {
  const texts: [Path, string][] = [];
  const walk = (value: unknown, path: Path): void => {
    if (typeof value === 'string') texts.push([path, value]);
    else if (Array.isArray(value)) value.forEach((item, index) => walk(item, [...path, index]));
    else if (typeof value === 'object' && value)
      for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
  };
  walk(source.value, []);
  return texts;
}

function checkBraces(
  source: Source,
  path: Path,
  text: string,
  original: Source | undefined,
): Mistake[] {
  const place = nameOf(path);
  const allowed = place === 'form.consent' ? consentNames : path[0] === 'told' ? [] : filledNames;
  const model = place === 'language' ? undefined : valueAt(original?.value, path);
  return checkNames(source, path, text, { allowed, model });
}

/** Names in braces of one text: those that are none, and those that it has lost beside its model. */
export function checkNames(
  source: Source,
  path: Path,
  text: string,
  { allowed, model }: { allowed: readonly string[]; model: unknown },
): Mistake[] {
  const place = nameOf(path);
  const expected =
    typeof model === 'string' ? namesIn(model).filter((name) => allowed.includes(name)) : [];
  const lost = expected.filter((name) => !namesIn(text).includes(name));
  const wrong = wrongBraces(text, allowed, lost);
  const { file } = source;
  const line = lineOf(source, path);
  if (wrong) {
    const mend = rewriteValue(source, path, written(wrong.mended), 'Write:');
    return [{ file, line, what: `${place}: ${wrong.what}`, ...(mend && { mend }) }];
  }
  return lost.map((name) => {
    const mend = rewriteValue(
      source,
      path,
      written(`${text} {${name}}`),
      'Put it where it belongs in the sentence; until then, for example:',
    );
    return {
      file,
      line,
      what: `${place} has lost {${name}}, which the site fills in.`,
      ...(mend && { mend }),
    };
  });
}

/** The first fault in a text's braces, and the text with every one of them mended. */
export function wrongBraces(
  text: string,
  allowed: readonly string[],
  lost: readonly string[],
): { what: string; mended: string } | undefined {
  const faults: string[] = [];
  const mended = text.replaceAll(
    /\{([^{}]*)\}|\{(\s*\w+)?|\}/g,
    (found: string, inside: string | undefined, open: string | undefined) => {
      if (inside !== undefined && allowed.includes(inside)) return found;
      const name = (inside ?? open ?? '').trim();
      const meant = allowed.includes(name)
        ? name
        : (nearest(name, allowed) ?? (lost.length === 1 ? lost[0] : undefined));
      faults.push(found);
      return meant === undefined ? name : `{${meant}}`;
    },
  );
  const [first] = faults;
  if (first === undefined) return undefined;
  const names =
    allowed.length > 0
      ? `Names that are: ${allowed.map((name) => `{${name}}`).join(' ')}.`
      : 'No names in braces are filled in here.';
  return { what: `${first} is not filled in. ${names}`, mended };
}

/** As many of the first words of an answer as may travel with it. */
function shortened(text: string): string {
  const words = text.split(' ');
  const fits = (count: number) =>
    toldSchema.valueType.safeParse(words.slice(0, count).join(' ')).success;
  const count = words.findLastIndex((_, index) => fits(index + 1)) + 1;
  return written(words.slice(0, count).join(' '));
}

/** The names in braces in a text. */
export function namesIn(text: string): string[] {
  return Array.from(text.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
}

/**
 * What a zod schema finds in a YAML file, told with lines: a missing name, one too many or mistyped, a
 * value that is empty, of the wrong kind or not allowed.
 */
import { isMap, isScalar } from 'yaml';
import type { z } from 'zod';
import { explainDate } from './date.ts';
import type { Mend, Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';
import { nameOf, namesAt, pathKey, samePath, valueAt } from './path.ts';
import {
  find,
  lineOf,
  type Path,
  rewrite,
  rewriteValue,
  type Source,
  spanAt,
  takeOut,
  written,
} from './yaml.ts';

/** What a kind of file knows about its own values. */
export type Advice = {
  /** The lines of an entry as they might read, with the comment that says what it is for. */
  example: (path: Path) => string[] | undefined;
  /** What was probably meant by a value, as YAML. */
  meant?: (path: Path, given: unknown, source: Source) => string | undefined;
};

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a group of indented lines',
  record: 'a group of indented lines',
};

/** Everything that the schema finds; one mistake for a value. */
export function checkSchema(source: Source, schema: z.ZodType, advice: Advice): Mistake[] {
  const issues = schema.safeParse(source.value ?? {}).error?.issues ?? [];
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  const absent = issues.filter((issue) => !find(source, issue.path)).map((issue) => issue.path);
  const renamed = new Map<string, Path>();
  for (const path of unknown) {
    const known = absent.filter((other) => samePath(other.slice(0, -1), path.slice(0, -1)));
    const name = nearest(
      String(path.at(-1)),
      known.map((other) => String(other.at(-1))),
    );
    if (name !== undefined) renamed.set(pathKey(path), [...path.slice(0, -1), name]);
  }
  const taken = Array.from(renamed.values(), pathKey);
  const own = issues.filter(
    (issue, index) => issue.code !== 'unrecognized_keys' && !isRepeat(issues, index),
  );
  return [
    ...unknown.map((path) => unknownName(source, path, renamed.get(pathKey(path)))),
    ...own.flatMap((issue) => {
      if (find(source, issue.path)) return [wrongValue(source, issue, advice)];
      return taken.includes(pathKey(issue.path))
        ? []
        : [missing(source, schema, issue.path, advice)];
    }),
  ].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

/** A later, better worded issue of the same value exists. */
function isRepeat(issues: readonly z.core.$ZodIssue[], index: number): boolean {
  const path = issues[index]?.path ?? [];
  return issues
    .slice(index + 1)
    .some((other) => other.code === 'custom' && samePath(other.path, path));
}

function unknownName(source: Source, path: Path, meant: Path | undefined): Mistake {
  const name = String(path.at(-1));
  const key = find(source, path)?.key;
  const rename = meant && key && rewrite(source, key, String(meant.at(-1)), 'Write:');
  const mend = rename ?? takeOut(source, path);
  const what = meant
    ? `${name} is not known here; ${String(meant.at(-1))} is.`
    : `${name} is not known here.`;
  return {
    file: source.file,
    line: lineOf(source, path),
    what,
    ...(mend && { mend: rename ? { ...mend, over: 1, lines: mend.lines.slice(0, 1) } : mend }),
  };
}

function wrongValue(source: Source, issue: z.core.$ZodIssue, advice: Advice): Mistake {
  const { path } = issue;
  const given = valueAt(source.value, path);
  const name = nameOf(path);
  const empty = given === null || (typeof given === 'string' && given.trim() === '');
  const line = lineOf(source, path);
  const comment = given === null && /:\s+#/.test(source.lines[line - 1] ?? '');
  const date =
    issue.code === 'invalid_format' && issue.format === 'date' && !empty
      ? explainDate(textOf(given))
      : undefined;
  const what = comment
    ? `${name} is empty: what follows a space and # is only a comment. Put it in quotes.`
    : empty
      ? `${name} is empty.`
      : (date?.what ?? `${name}: ${reasonOf(issue)}`);
  const how = date ? 'Write the date as year-month-day:' : 'Write:';
  const meant =
    date?.date ?? advice.meant?.(path, given, source) ?? simpleMend(issue, given, source);
  const mend =
    meant === undefined || (empty && !comment && !advice.meant?.(path, given, source))
      ? fromExample(source, path, advice)
      : rewriteValue(source, path, meant, how);
  return { file: source.file, line, what, ...(mend && { mend }) };
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return `here belongs ${kinds[issue.expected] ?? issue.expected}.`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}.`;
  if (issue.code === 'too_small' && issue.origin === 'array') return 'the list is empty.';
  if (issue.code === 'too_small') return `the number must be at least ${issue.minimum}.`;
  return `${issue.message}.`;
}

/** A value of the wrong kind of which the right one can be guessed. */
function simpleMend(issue: z.core.$ZodIssue, given: unknown, source: Source): string | undefined {
  if (issue.code === 'invalid_value' && typeof given === 'string')
    return nearest(given, issue.values.map(String));
  if (issue.code !== 'invalid_type') return undefined;
  const span = spanAt(source, issue.path);
  const value = find(source, issue.path)?.value;
  if (issue.expected === 'string' && typeof given !== 'string' && span && value) {
    const text = source.text.slice(value.range?.[0] ?? 0, span.to);
    if (!text.includes('\n')) return `'${text.replaceAll("'", "''")}'`;
  }
  if (issue.expected === 'array' && typeof given === 'string') return `\n  - ${written(given)}`;
  return undefined;
}

/** A missing entry goes below the one that comes before it in the schema. */
function missing(source: Source, schema: z.ZodType, path: Path, advice: Advice): Mistake {
  const { file } = source;
  const parent = path.slice(0, -1);
  const present = find(source, parent)?.value;
  const names = namesAt(schema, parent);
  const before = names.slice(0, names.indexOf(String(path.at(-1)))).reverse();
  const after = before.map((name) => [...parent, name]).find((other) => find(source, other));
  const last = isMap(present) ? present.items.at(-1)?.key : undefined;
  const neighbour = after ?? (isScalar(last) ? [...parent, String(last.value)] : undefined);
  const span = neighbour && spanAt(source, neighbour);
  const line = span ? source.lineAt(Math.max(span.from, span.to - 1)) : lineOf(source, parent);
  const what = `${nameOf(path)} is missing.`;
  const lines = advice.example(path);
  if (!lines || (isMap(present) && present.flow)) return { file, line, what };
  const indent = neighbour ? columnOf(source, neighbour) : '';
  return {
    file,
    line,
    what,
    mend: { how: `Add below line ${line}:`, lines: lines.map((text) => indent + text), over: 0 },
  };
}

function fromExample(source: Source, path: Path, advice: Advice): Mend | undefined {
  const lines = advice.example(path);
  const span = spanAt(source, path);
  if (!lines || !span) return undefined;
  const [first, last] = [source.lineAt(span.from), source.lineAt(Math.max(span.from, span.to - 1))];
  const indent = columnOf(source, path);
  const own = lines.filter((text) => !text.startsWith('#'));
  return {
    how: 'Write, for example:',
    lines: own.map((text) => indent + text),
    over: last - first + 1,
  };
}

function columnOf(source: Source, path: Path): string {
  return /^ */.exec(source.lines[lineOf(source, path) - 1] ?? '')?.[0] ?? '';
}

function textOf(given: unknown): string {
  return typeof given === 'string' || typeof given === 'number' ? String(given) : '';
}

/**
 * YAML of which every value still knows its line: a whole file, or the head of a Markdown file. Builds
 * the corrected lines that a mistake shows.
 */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parse,
  parseDocument,
} from 'yaml';
import type { Mend } from './mistake.ts';

export type Path = readonly PropertyKey[];

/** A parsed file; its lines are those of the file, also where only its head is YAML. */
export type Source = {
  file: string;
  text: string;
  lines: string[];
  document: Document;
  value: unknown;
  lineAt: (offset: number) => number;
};

/** A place in a source: offsets into its text. */
export type Span = { from: number; to: number };

export function parseYaml(file: string, text: string): Source {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  return {
    file,
    text,
    lines: text.split('\n'),
    document,
    value: valueOf(document),
    lineAt: (offset) => lineCounter.linePos(offset).line,
  };
}

/** Where the value at a path stands. A list item and a value have no key. */
export function find(source: Source, path: Path): { key?: Span; value?: Node } | undefined {
  let key: Span | undefined;
  let value: unknown = source.document.contents;
  for (const step of path) {
    if (isSeq(value)) [key, value] = [undefined, value.items[Number(step)]];
    else if (isMap(value)) {
      const pair = value.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!pair || !isScalar(pair.key)) return undefined;
      [key, value] = [spanOf(source, pair.key), pair.value];
    } else return undefined;
  }
  return { ...(key && { key }), ...(isNode(value) && { value }) };
}

/** A node without the white space and comments that follow it. */
export function spanOf(source: Source, node: Node): Span {
  const [from = 0, end = from] = node.range ?? [];
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1);
    const inner = isNode(last?.value) ? last.value : isNode(last?.key) ? last.key : undefined;
    if (inner) return { from, to: spanOf(source, inner).to };
  }
  if (isSeq(node) && !node.flow) {
    const last = node.items.at(-1);
    if (isNode(last)) return { from, to: spanOf(source, last).to };
  }
  return { from, to: from + source.text.slice(from, end).trimEnd().length };
}

/** Key and value together. */
export function spanAt(source: Source, path: Path): Span | undefined {
  const found = find(source, path);
  if (!found) return undefined;
  const value = found.value && spanOf(source, found.value);
  const from = found.key?.from ?? value?.from;
  if (from === undefined) return undefined;
  return { from, to: Math.max(found.key?.to ?? 0, value?.to ?? 0) };
}

export function lineOf(source: Source, path: Path): number {
  return source.lineAt(spanAt(source, path)?.from ?? 0);
}

/** The lines of a span with something else written into it. */
export function rewrite(source: Source, { from, to }: Span, by: string, how: string): Mend {
  const [first, last] = [source.lineAt(from), source.lineAt(Math.max(from, to - 1))];
  const start = source.text.lastIndexOf('\n', from - 1) + 1;
  const end = source.text.indexOf('\n', to);
  const after = source.text.slice(to, end < 0 ? undefined : end);
  const lines = (source.text.slice(start, from) + by + after).trimEnd().split('\n');
  return { how, lines, over: last - first + 1 };
}

/** The line with another value at a path; for a value of several lines, the key's line in their place. */
export function rewriteValue(
  source: Source,
  path: Path,
  by: string,
  how: string,
): Mend | undefined {
  const found = find(source, path);
  const span = spanAt(source, path);
  if (!found || !span) return undefined;
  if (!found.key) return rewrite(source, span, by, how);
  return rewrite(
    source,
    { from: found.key.to, to: span.to },
    by.startsWith('\n') ? `:${by}` : `: ${by}`,
    how,
  );
}

/** Takes out the lines of a key with its value, or of a list item. */
export function takeOut(source: Source, path: Path): Mend | undefined {
  const span = spanAt(source, path);
  if (!span) return undefined;
  const [first, last] = [source.lineAt(span.from), source.lineAt(span.to - 1)];
  const how = first === last ? `Take out line ${first}.` : `Take out lines ${first} to ${last}.`;
  return { how, lines: [], over: last - first + 1 };
}

/** A text as a YAML value: plain where that reads back the same, else in single quotes. */
export function written(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  try {
    const back: unknown = parse(`- ${flat}`);
    if (Array.isArray(back) && back[0] === flat && !/^\d{4}-/.test(flat)) return flat;
  } catch {
    // Not plain, then.
  }
  return `'${flat.replaceAll("'", "''")}'`;
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS({ mapAsMap: false });
  } catch {
    return undefined;
  }
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value);
}

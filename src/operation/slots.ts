/**
 * Where the texts of a content file stand: strings in YAML, paragraphs in Markdown. A text is replaced
 * right there, so that comments, order and lines of the file stay as somebody wrote them.
 */
import { Document, isMap, isScalar, isSeq, parseDocument, Scalar } from 'yaml';

export type Slot = {
  /** The keys that lead there, as `code.points.2`, or the paragraph, as `body.2`. */
  path: string;
  text: string;
  /** What the comments above it say to the translator. */
  brief: string;
  start: number;
  end: number;
};

/** Replaces the characters from start to end. */
export type Edit = { start: number; end: number; text: string };

/** The part of a Markdown file between the two lines of dashes. */
export const headPattern = /^(---\r?\n)([^]*?\r?\n)---[ \t]*(?:\r?\n|$)/;
const paragraphPattern = /\S[^]*?(?=\s*\n[ \t]*\r?\n|\s*$)/g;
/** Not to be translated. */
export const dates = ['updated', 'date'];

/** Every text of a file, in its order; an empty one has a place too. */
export function slotsIn(file: string, content: string): Slot[] {
  if (file.endsWith('.yaml')) return yamlSlots(content, 0);
  const [whole = '', dashes = '', head = ''] = headPattern.exec(content) ?? [];
  return [
    ...yamlSlots(head, dashes.length).filter(({ path }) => !dates.includes(path)),
    ...paragraphSlots(content, whole.length),
  ];
}

/** What to write into a slot so that it holds a text. */
export function fillSlot(file: string, content: string, slot: Slot, text: string): Edit {
  const { start, end, path } = slot;
  const before = content.slice(start, end);
  if (isParagraph(file, path)) {
    const lineEnd = content.includes('\r\n') ? '\r\n' : '\n';
    return { start, end, text: text.replaceAll('\n', lineEnd) };
  }
  const [lineEnd = ''] = /\r?\n$/.exec(before) ?? []; // a block scalar ends with its line
  const space = before === '' && !/\s/.test(content.charAt(start - 1)) ? ' ' : '';
  return { start, end, text: space + writeScalar(text, before.charAt(0)) + lineEnd };
}

/** A file with its edits; those at one place follow each other in their order. */
export function edit(content: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((one, other) => one.start - other.start);
  const pieces = sorted.map(({ start, text }, place) => {
    const from = sorted[place - 1]?.end ?? 0;
    return content.slice(from, start) + text;
  });
  return pieces.join('') + content.slice(sorted.at(-1)?.end ?? 0);
}

/** Whether a path leads to a paragraph rather than to a string in YAML. */
export function isParagraph(file: string, path: string): boolean {
  return file.endsWith('.md') && /^body(\.\d+)?$/.test(path);
}

function yamlSlots(yaml: string, offset: number): Slot[] {
  return walk(parseDocument(yaml).contents, '', '').map((slot) => ({
    ...slot,
    start: slot.start + offset,
    end: slot.end + offset,
  }));
}

function walk(node: unknown, path: string, brief: string): Slot[] {
  const below = (key: string) => (path ? `${path}.${key}` : key);
  if (isMap(node))
    return node.items.flatMap(({ key, value }, place) => {
      if (!isScalar(key)) return [];
      // The comment above the first key hangs on the map.
      const comments = [place === 0 ? node.commentBefore : '', key.commentBefore];
      return walk(value, below(String(key.value)), joinBriefs([brief, ...comments]));
    });
  if (isSeq(node))
    return node.items.flatMap((item, place) => walk(item, below(String(place + 1)), brief));
  if (!isScalar(node) || !node.range) return [];
  if (typeof node.value !== 'string' && node.value !== null) return [];
  const [start, end] = node.range;
  return [{ path, text: node.value ?? '', brief, start, end }];
}

function paragraphSlots(content: string, from: number): Slot[] {
  const found = content.slice(from).matchAll(paragraphPattern);
  return Array.from(found, ({ 0: text, index }, place) => ({
    path: `body.${place + 1}`,
    text: text.replaceAll('\r\n', '\n'),
    brief: '',
    start: from + index,
    end: from + index + text.length,
  }));
}

/** A string as YAML, with quotation marks where it had them or needs them. */
function writeScalar(text: string, quote: string): string {
  const document = new Document({ key: text });
  const scalar = document.get('key', true);
  if (isScalar(scalar) && quote === "'") scalar.type = Scalar.QUOTE_SINGLE;
  if (isScalar(scalar) && quote === '"') scalar.type = Scalar.QUOTE_DOUBLE;
  return document.toString({ lineWidth: 0, singleQuote: true }).slice('key: '.length).trimEnd();
}

function joinBriefs(comments: readonly (string | null | undefined)[]): string {
  return comments
    .filter((comment) => comment)
    .map((comment) => (comment ?? '').replaceAll(/^ /gm, ''))
    .join('\n');
}

/** Writes words into a words.yaml that lacks them, each at the place that it has in the source's. */
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  stringify,
  type YAMLMap,
} from 'yaml';
import { isRecord } from '../site/word-tree.ts';
import type { Edit } from './slots.ts';

/** The edits that add words, by their paths; groups and lists that are missing come with them. */
export function insertWords(
  content: string,
  source: unknown,
  words: ReadonlyMap<string, string>,
): Edit[] {
  const { contents } = parseDocument(content);
  if (isMap(contents)) return intoMap(content, contents, source, '', words);
  const tree = pick(source, '', words);
  return tree === undefined
    ? []
    : [{ start: content.length, end: content.length, text: write(tree, 0) }];
}

function intoMap(
  content: string,
  map: YAMLMap,
  source: unknown,
  path: string,
  words: ReadonlyMap<string, string>,
): Edit[] {
  if (!isRecord(source)) return [];
  const column = columnOf(content, map);
  let place = lineStart(content, startOf(map));
  return Object.entries(source).flatMap(([key, part]): Edit[] => {
    const below = path ? `${path}.${key}` : key;
    const pair = map.items.find((one) => isScalar(one.key) && one.key.value === key);
    if (pair) {
      place = lineEnd(content, endOf(pair.value) ?? endOf(pair.key) ?? place);
      if (isMap(pair.value)) return intoMap(content, pair.value, part, below, words);
      if (isSeq(pair.value) && Array.isArray(part)) {
        const there = pair.value.items.length;
        const rest = part.map((_, index) => words.get(`${below}.${index + 1}`)).slice(there);
        return insertion(content, place, listed(rest), columnOf(content, pair.value));
      }
      const isGroup = typeof part !== 'string' && isScalar(pair.value) && pair.value.value === null;
      return isGroup ? insertion(content, place, pick(part, below, words), column + 2) : [];
    }
    const tree = pick(part, below, words);
    const added = insertion(
      content,
      place,
      tree === undefined ? undefined : { [key]: tree },
      column,
    );
    // Groups stand apart from each other.
    return path || !isRecord(tree)
      ? added
      : added.map((one) => ({ ...one, text: `\n${one.text}` }));
  });
}

/** The words that are there for a part of the source, in its shape; undefined where there are none. */
export function pick(source: unknown, path: string, words: ReadonlyMap<string, string>): unknown {
  if (typeof source === 'string') return words.get(path);
  if (Array.isArray(source))
    return listed(source.map((_, place) => words.get(`${path}.${place + 1}`)));
  if (!isRecord(source)) return undefined;
  const parts = Object.entries(source)
    .map(([key, part]) => [key, pick(part, path ? `${path}.${key}` : key, words)] as const)
    .filter(([, part]) => part !== undefined);
  return parts.length > 0 ? Object.fromEntries(parts) : undefined;
}

function listed(texts: readonly (string | undefined)[]): string[] | undefined {
  const there = texts.filter((text) => text !== undefined);
  return there.length > 0 ? there : undefined;
}

function insertion(content: string, place: number, tree: unknown, column: number): Edit[] {
  if (tree === undefined) return [];
  const ended = place === 0 || content.charAt(place - 1) === '\n';
  return [{ start: place, end: place, text: (ended ? '' : '\n') + write(tree, column) }];
}

function write(tree: unknown, column: number): string {
  const lines = stringify(tree, { lineWidth: 0, singleQuote: true });
  return lines.replaceAll(/^(?=.)/gm, ' '.repeat(column));
}

function startOf(node: unknown): number {
  if (isMap(node)) return startOf(node.items[0]?.key);
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** The end of the last text in a node. */
function endOf(node: unknown): number | undefined {
  if (isMap(node)) return endOf(node.items.at(-1)?.value);
  if (isSeq(node)) return endOf(node.items.at(-1));
  return isNode(node) ? node.range?.[1] : undefined;
}

function columnOf(content: string, node: Node): number {
  const start = isMap(node) ? startOf(node) : (node.range?.[0] ?? 0);
  return start - lineStart(content, start);
}

function lineStart(content: string, place: number): number {
  return content.lastIndexOf('\n', place - 1) + 1;
}

function lineEnd(content: string, place: number): number {
  const end = content.indexOf('\n', place - 1);
  return end < 0 ? content.length : end + 1;
}

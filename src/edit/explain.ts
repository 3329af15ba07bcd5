/**
 * What the form says about a field: the comment that stands above its key, where a translator reads it too,
 * and for another language than the default one what stands there in that.
 */
import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import type { YAMLMap } from 'yaml';

/** Comments and values of one file, by path: `['form', 'level']`. */
export type Explained = {
  comment: (path: readonly string[]) => string;
  value: (path: readonly string[]) => unknown;
};

/** Reads a YAML file for what it explains; a broken file explains as much as can be read. */
export function explainYaml(file: string): Explained {
  const document = parseDocument(readFileSync(file, 'utf8'));
  return {
    comment: (path) => commentAbove(document, path),
    value: (path) => document.getIn(path),
  };
}

/**
 * The library gives a comment above the first key to the map. Of several paragraphs only the last one is about
 * the key.
 */
function commentAbove(document: Document, path: readonly string[]): string {
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(map)) return '';
  const index = map.items.findIndex(({ key }) => isScalar(key) && key.value === path.at(-1));
  const comment = keyComment(map, index) || (index === 0 ? map.commentBefore : '');
  const [last = ''] = (comment ?? '').split(/\n\s*\n/).slice(-1);
  return last
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
}

function keyComment(map: YAMLMap, index: number): string {
  const key = map.items[index]?.key;
  return (isScalar(key) && key.commentBefore) || '';
}

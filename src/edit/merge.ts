/**
 * Puts what the form saved into the file as it stands. The form rewrites a whole file and drops its comments;
 * here only values that differ are changed, and comments, order and quotes stay, so that a translator still
 * finds the explanations and a commit shows what somebody meant to change.
 */
import { type Node, isMap, isNode, isScalar, isSeq, parse, parseDocument, stringify } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import { keepParagraphs } from './paragraphs.ts';

const style = { lineWidth: 0, flowCollectionPadding: false, singleQuote: true } as const;

/** A YAML file with the saved values in it. A value that was emptied leaves; a key that the form lacks stays. */
export function mergeYaml(present: string, saved: string): string {
  const values: unknown = parse(saved);
  if (present === '') return stringify(values, style);
  const document = parseDocument(present);
  const [error] = document.errors;
  if (error) throw new Error(`The file cannot be read, so nothing was saved. ${error.message}`);
  const node = document.createNode(values);
  if (!isMap(document.contents) || !isMap(node))
    throw new Error('The file has no keys with values, so nothing was saved.');
  mergeMap(document.contents, node);
  return document.toString(style);
}

/** A Markdown file with the saved head and body in it. */
export function mergeMarkdown(present: string, saved: string): string {
  const [before, after] = [split(present), split(saved)];
  return `---\n${mergeYaml(before.head, after.head)}---\n${keepParagraphs(before.body, after.body)}`;
}

function split(file: string): { head: string; body: string } {
  const [, head = '', body = ''] = /^---\n([\s\S]*?\n)---\n?([\s\S]*)$/.exec(file) ?? [];
  return { head, body };
}

function merge(present: Node | null, saved: Node): Node {
  if (isMap(present) && isMap(saved)) return mergeMap(present, saved);
  if (isSeq(present) && isSeq(saved)) return mergeList(present, saved);
  if (isScalar(present) && isScalar(saved)) present.value = trimmed(saved.value);
  return isScalar(present) && isScalar(saved) ? present : saved;
}

function mergeMap(present: YAMLMap, saved: YAMLMap): YAMLMap {
  for (const { key, value } of saved.items) {
    const old = present.get(key, true);
    if (isScalar(value) && (value.value === null || value.value === '')) present.delete(key);
    else if (isNode(value)) present.set(key, merge(isNode(old) ? old : null, value));
  }
  return present;
}

/** An entry that only moved is the same entry; as many entries as before are the same ones, changed. */
function mergeList(present: YAMLSeq, saved: YAMLSeq): YAMLSeq {
  const old = present.items.filter(isNode);
  const sameLength = old.length === saved.items.length;
  present.items = saved.items.filter(isNode).map((item, index) => {
    const same = old.find((one) => String(one) === String(item));
    return same ?? merge(sameLength ? (old[index] ?? null) : null, item);
  });
  return present;
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

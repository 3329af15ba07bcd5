/** A translated file that is not there yet, made after the source's: its comments, order and dates stay. */
import { isMap, isScalar, parseDocument } from 'yaml';
import { isRecord, sourceFor } from '../site/word-tree.ts';
import { pick } from './insert.ts';
import { dates, headPattern } from './slots.ts';

/** The file with these texts, by their paths. A Markdown file needs all of them; else undefined. */
export function newFile(
  file: string,
  language: string,
  source: string,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  if (file.endsWith('.yaml')) return translateYaml(source, language, texts);
  const [whole = '', dashes = '', head = ''] = headPattern.exec(source) ?? [];
  const body = Array.from(texts).filter(([path]) => path.startsWith('body.'));
  const words = translateYaml(head, language, texts);
  const paragraphs = body.map(([, text]) => text).join('\n\n');
  return `${dashes}${words ?? ''}${whole.slice(dashes.length + head.length)}\n${paragraphs}\n`;
}

function translateYaml(
  source: string,
  language: string,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  const document = parseDocument(source);
  const kept = dates.map((key): [string, unknown] => [key, document.get(key)]);
  const known = kept.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const tree = pick(sourceFor(language, document.toJS()), '', new Map([...texts, ...known]));
  if (!isRecord(tree)) return undefined;
  translate(document.contents, tree);
  return document.toString({ lineWidth: 0, singleQuote: true });
}

/** Puts the texts of a tree into a node; keys without a text go, with the comments above them. */
function translate(node: unknown, tree: Record<string, unknown>): void {
  if (!isMap(node)) return;
  const keyOf = ({ key }: { key: unknown }) => (isScalar(key) ? String(key.value) : '');
  const there = node.items.map(keyOf);
  for (const key of there) if (!(key in tree)) node.delete(key);
  for (const [key, part] of Object.entries(tree)) {
    const value = node.get(key, true);
    if (isMap(value) && isRecord(part)) translate(value, part);
    else if (isScalar(value)) value.value = part;
    else node.set(key, part);
  }
  const order = Object.keys(tree);
  node.items.sort((one, other) => order.indexOf(keyOf(one)) - order.indexOf(keyOf(other)));
}

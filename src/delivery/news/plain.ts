/**
 * Markdown as plain text, for a message without HTML: links are written out, pictures are links. Read by the
 * parser that the pages are built with, so both know the same signs.
 */
import { markdownToMdast, type MdastNode } from 'satteri';

/** The text; relative links lead where they do on the page at `address`. Lines are not broken. */
export function toPlain(markdown: string, address: string): string {
  const tree = markdownToMdast(markdown, { features: { frontmatter: false } });
  return blocksOf(childrenOf(tree), { address, targets: targetsIn(tree) });
}

type Place = {
  address: string;
  /** Where `[text][name]` leads, by its name. */
  targets: ReadonlyMap<string, string>;
};

function blocksOf(nodes: readonly MdastNode[], place: Place, between = '\n\n'): string {
  return nodes
    .map((node) => blockOf(node, place))
    .filter((block) => block !== '')
    .join(between);
}

function blockOf(node: MdastNode, place: Place): string {
  switch (node.type) {
    case 'list': {
      const first = node.start ?? 1;
      const items = node.children.map((item, index) =>
        indent(
          node.ordered ? `${first + index}. ` : '- ',
          blocksOf(item.children, place, item.spread ? '\n\n' : '\n'),
        ),
      );
      return items.join('\n');
    }
    case 'blockquote':
      return blocksOf(node.children, place).replace(/^/gm, '> ');
    case 'table':
      return node.children.map((row) => row.children.map(inside(place)).join(' | ')).join('\n');
    case 'code':
      return node.value;
    case 'thematicBreak':
      return '* * *';
    case 'footnoteDefinition':
      return `[${node.identifier}] ${blocksOf(node.children, place)}`;
    case 'html':
    case 'definition':
      return '';
    default:
      return inline(node, place);
  }
}

/** The text of one line's worth of Markdown; a line break in the source is a space on the page. */
function inline(node: MdastNode, place: Place): string {
  switch (node.type) {
    case 'text':
      return node.value.replaceAll('\n', ' ');
    case 'inlineCode':
      return node.value;
    case 'break':
      return '\n';
    case 'link':
      return linked(inside(place)(node), node.url, place);
    case 'linkReference':
      return linked(inside(place)(node), place.targets.get(node.identifier), place);
    case 'image':
      return linked(node.alt ?? '', node.url, place);
    case 'footnoteReference':
      return `[${node.identifier}]`;
    case 'html':
      return '';
    default:
      return inside(place)(node);
  }
}

function inside(place: Place): (node: MdastNode) => string {
  return (node) =>
    childrenOf(node)
      .map((child) => inline(child, place))
      .join('');
}

/** "text (address)"; the address alone where the text is the same. Pictures are all in one folder. */
function linked(text: string, url: string | undefined, { address }: Place): string {
  if (url === undefined) return text;
  const [, photo] = /^(?:\.{0,2}\/)*photos\/(.+)$/.exec(url) ?? [];
  const target = URL.parse(photo === undefined ? url : `/photos/${photo}`, address)?.href ?? url;
  return text === '' || text === url || text === target ? target : `${text} (${target})`;
}

function indent(head: string, text: string): string {
  return head + text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(head.length)}`);
}

function targetsIn(node: MdastNode): Map<string, string> {
  const own: [string, string][] = node.type === 'definition' ? [[node.identifier, node.url]] : [];
  return new Map([...own, ...childrenOf(node).flatMap((child) => [...targetsIn(child)])]);
}

function childrenOf(node: MdastNode): readonly MdastNode[] {
  return 'children' in node ? node.children : [];
}

/**
 * The body of a Markdown file, read by the parser that the build uses: no raw HTML, no images, no first
 * heading, and only links that keep a reader safe.
 */
import { markdownToMdast, type MdastNode } from 'satteri';
import type { Mend, Mistake } from './mistake.ts';
import { parseYaml, rewrite, type Source, type Span } from './yaml.ts';

const tags: [RegExp, string][] = [
  [/<!--[^]*?-->|<(script|style)\b[^]*?<\/\1>/gi, ''],
  [/<\/?(b|strong)>/gi, '**'],
  [/<\/?(i|em)>/gi, '*'],
  [/<h([1-6])[^>]*>/gi, '## '],
  [/<li[^>]*>/gi, '- '],
  [/<a\s[^>]*?href=["']?([^"'\s>]+)["']?[^>]*>([^]*?)<\/a>/gi, '[$2]($1)'],
  [/<img\s[^>]*?src=["']?([^"'\s>]+)["']?[^>]*>/gi, '[$1]($1)'],
  [/<br *\/?>/gi, '\\\n'],
  [/<\/?[a-z][^>]*>/gi, ''],
];

/** Every mistake in the text below the head; `text` is the whole file. */
export function checkMarkdown(file: string, text: string, bodyFrom: number): Mistake[] {
  const body = text.slice(0, bodyFrom).replaceAll(/[^\n]/g, ' ') + text.slice(bodyFrom);
  const source = {
    ...parseYaml(file, ''),
    text: body,
    lines: body.split('\n'),
    lineAt: (at: number) => body.slice(0, at).split('\n').length,
  };
  const tree = markdownToMdast(body, { features: { frontmatter: false } });
  const blocks = 'children' in tree ? tree.children : [];
  return blocks.flatMap((block) => {
    const nodes = everyNode(block);
    return [...html(source, nodes), ...nodes.flatMap((node) => inNode(source, node))];
  });
}

function everyNode(node: MdastNode): MdastNode[] {
  const children: readonly MdastNode[] = 'children' in node ? node.children : [];
  return [node, ...children.flatMap(everyNode)];
}

/** Raw HTML of one block, converted together: a link may begin on one line and end on another. */
function html(source: Source, nodes: readonly MdastNode[]): Mistake[] {
  const raw = nodes.filter((node) => node.type === 'html');
  const [first, last] = [spanOf(raw.at(0)), spanOf(raw.at(-1))];
  if (!first || !last) return [];
  const from = source.text.lastIndexOf('\n', first.from - 1) + 1;
  const end = source.text.indexOf('\n', last.to);
  const old = source.text.slice(from, end < 0 ? undefined : end);
  const by = tags.reduce((text, [tag, markdown]) => text.replaceAll(tag, markdown), old);
  const lines = by
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line, index, all) => line || (index > 0 && all[index - 1]));
  const what = `${source.text.slice(first.from, first.to).split('\n')[0] ?? ''} is HTML, and only Markdown may stand here.`;
  const how = lines.join('') ? 'Write:' : 'Take it out.';
  return [
    {
      file: source.file,
      line: source.lineAt(first.from),
      what,
      mend: { how, lines: lines.join('') ? lines : [], over: old.split('\n').length },
    },
  ];
}

function inNode(source: Source, node: MdastNode): Mistake[] {
  const span = spanOf(node);
  if (!span) return [];
  const mistake = (what: string, mend: Mend): Mistake[] => [
    { file: source.file, line: source.lineAt(span.from), what, mend },
  ];
  const own = source.text.slice(span.from, span.to);
  switch (node.type) {
    case 'heading': {
      if (node.depth !== 1) return [];
      const title = own.replace(/^ *#\s*|\s*#*\s*$|\n[=\s]*$/g, '');
      return mistake(
        'A heading with one # is the title of the page, and that stands in the head of the file.',
        rewrite(source, span, `## ${title}`, 'Write:'),
      );
    }
    case 'image':
    case 'imageReference': {
      const safe = node.type === 'image' ? safeAddress(node.url) : undefined;
      const link = own.replace(/^!/, '').replace(/^\[\]/, `[${safe ?? ''}]`);
      const by = node.type === 'image' && safe !== undefined ? link.replace(node.url, safe) : link;
      return mistake(
        'An image would load on every reader’s phone, and show who reads. A link loads it only for those who ask.',
        rewrite(source, span, by, 'Write:'),
      );
    }
    case 'link':
    case 'definition': {
      const safe = safeAddress(node.url);
      if (safe === node.url) return [];
      const words = /^\[([^]*?)\]\(/.exec(own)?.[1] ?? '';
      const by =
        safe === undefined
          ? words
          : own.includes(node.url)
            ? own.replace(node.url, safe)
            : `<${safe}>`;
      const what =
        safe === undefined
          ? `A link to ${node.url} may do anything on a reader’s phone.`
          : `A link to ${node.url} travels unprotected, or leads nowhere.`;
      return mistake(
        what,
        rewrite(source, span, by, safe === undefined ? 'Write it without the link:' : 'Write:'),
      );
    }
    default:
      return [];
  }
}

/** An address on this site, by https or for e-mail stays as it is; undefined for one that cannot be mended. */
function safeAddress(url: string): string | undefined {
  if (/^(https:\/\/|mailto:)/.test(url)) return url;
  if (/^(http:)?\/\//i.test(url)) return url.replace(/^(http:)?/i, 'https:');
  if (/^www\./i.test(url)) return `https://${url}`;
  return /^[^/?#]*:/.test(url) ? undefined : url;
}

function spanOf(node: MdastNode | undefined): Span | undefined {
  const position = node?.position;
  const [from, to] = [position?.start.offset, position?.end.offset];
  return from === undefined || to === undefined ? undefined : { from, to };
}

/**
 * Keeps the paragraphs that nobody touched as they are. The form writes Markdown anew in its own hand: other
 * marks for lists and stress, more escapes, other line breaks. A signed text must not change by that.
 */

/** The body of a Markdown file after saving: every paragraph that says the same keeps its bytes. */
export function keepParagraphs(present: string, saved: string): string {
  if (saved.trim() === present.trim()) return present;
  const known = new Map(paragraphs(present).map((text) => [plain(text), text]));
  const kept = paragraphs(saved).map((text) => known.get(plain(text)) ?? text);
  if (kept.join('\n\n') === paragraphs(present).join('\n\n')) return present;
  const [head = '\n'] = present.trim() === '' ? [] : (/^\s*/.exec(present) ?? []);
  return `${head}${kept.join('\n\n')}\n`;
}

function paragraphs(body: string): string[] {
  return body
    .trim()
    .split(/\n(?:[ \t]*\n)+/)
    .filter((text) => text !== '');
}

/** What a paragraph says, whoever wrote it. */
function plain(paragraph: string): string {
  return paragraph
    .replaceAll(/\\(?=[!-/:-@[-`{-~])/g, '')
    .replaceAll(/^( *)[*+](?= )/gm, '$1-')
    .replaceAll('_', '*')
    .replaceAll(/ {2,}\n/g, '\\\n')
    .replaceAll(/(?<!\\)\n(?! *(?:[->#|]|\d+\.))/g, ' ');
}

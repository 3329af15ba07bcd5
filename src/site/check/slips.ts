/** The usual slips in a line of YAML, each with the line as it was probably meant. */

/** One slip on one line. */
export type Guess = { line: number; what: string; how: string; lines: string[]; over: number };

/** Every slip that a line may hold; which one it is, its parser must tell. */
export function guesses(lines: readonly string[], line: number): Guess[] {
  const text = lines[line - 1] ?? '';
  const one = (what: string, how: string, mended: string): Guess[] =>
    mended === text ? [] : [{ line, what, how, lines: [mended], over: 1 }];
  if (/^\s*\t/.test(text)) return tabs(lines, line);
  if (/^\s*(#|$)/.test(text)) return [];
  const [, head = '', value = ''] = /^(\s*(?:- +)?(?:[\w.-]+:[ \t]+)?)(.+?)\s*$/.exec(text) ?? [];
  const before = lines.slice(0, line - 1).findLast((other) => /^\s*[^#\s]/.test(other)) ?? '';
  const indent = /^ */.exec(before)?.[0] ?? '';
  return [
    ...one(
      'A list in brackets is not closed.',
      'Write:',
      /[:-] *\[[^\]]*$/.test(text) ? `${text.trimEnd()}]` : text,
    ),
    ...quotes(head, value).flatMap(([what, mended]) =>
      one(
        what,
        mended.slice(1, -1).includes("'")
          ? 'Put the text in single quotes, and write each single quote inside it twice:'
          : 'Put the whole text in single quotes:',
        head + mended,
      ),
    ),
    ...one(
      'A colon needs a space behind it.',
      'Write:',
      text.replace(/^(\s*[\w.-]+):(?=\S)/, '$1: '),
    ),
    ...one(
      'A colon is missing behind the name.',
      'Write:',
      text.replace(/^(\s*[a-z]\w*) +(?=\S)/i, '$1: '),
    ),
    ...one(
      'This line is not indented like the one above it.',
      'Begin it with as many spaces:',
      indent + text.trimStart(),
    ),
    ...one(
      'This line is not indented as what it belongs to.',
      'Begin it with as many spaces:',
      `${indent}  ${text.trimStart()}`,
    ),
  ];
}

/** A value in quotes, and why it needs them. */
function quotes(head: string, value: string): [string, string][] {
  if (!/[:-]\s+$/.test(head) || /^[|>]-?$/.test(value)) return [];
  const mark = /^['"]/.exec(value)?.[0];
  if (mark === undefined) {
    const why = /:(\s|$)/.test(value)
      ? 'A text in which a colon and a space follow each other must stand in quotes.'
      : `A text that begins with ${value.charAt(0)} must stand in quotes.`;
    return [[why, quoted(value)]];
  }
  const closed = value.length > 1 && value.endsWith(mark);
  const inside = value.slice(1, closed ? -1 : undefined);
  const plain = mark === "'" ? inside.replaceAll("''", "'") : inside.replaceAll('\\"', '"');
  const stray = plain.includes(mark);
  if (closed)
    return stray ? [['A quote inside the quotes ends the text too early.', quoted(plain)]] : [];
  return [
    [
      stray ? 'A text cannot go on behind its closing quote.' : 'The closing quote is missing.',
      quoted(stray ? value : plain),
    ],
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function tabs(lines: readonly string[], line: number): Guess[] {
  const start = lines.slice(0, line).findLastIndex((text) => !/^\s*\t/.test(text)) + 1;
  const rest = lines.slice(start);
  const end = rest.findIndex((text) => !/^\s*\t/.test(text));
  const block = end < 0 ? rest : rest.slice(0, end);
  return [
    {
      line: start + 1,
      what: 'A line begins with a tab; only spaces may stand there.',
      how: 'Write two spaces for each tab:',
      lines: block.map((text) => text.replace(/^\s+/, (space) => space.replaceAll('\t', '  '))),
      over: block.length,
    },
  ];
}

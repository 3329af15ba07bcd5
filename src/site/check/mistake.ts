/**
 * A mistake in the content, told so that whoever made it can mend it: file, line, what is wrong, and the
 * corrected lines to paste. Nothing here knows which mistakes there are.
 */

/** The way out of a mistake. */
export type Mend = {
  /** What to do, as "Write the date as year-month-day:". */
  how: string;
  /** The corrected lines; none where something is to be taken out, renamed or saved anew. */
  lines: string[];
  /** How many lines from the named one on they take the place of; 0 puts them below it. */
  over: number;
};

export type Mistake = {
  /** As src/content/be/petition.md; a folder ends with a slash. */
  file: string;
  /** Counted from 1; absent for a file or folder as a whole. */
  line?: number;
  what: string;
  mend?: Mend;
};

/** All mistakes as a text for a terminal, empty without any; lines to paste stand at the left edge, as they belong in the file. */
export function formatMistakes(mistakes: readonly Mistake[]): string {
  if (mistakes.length === 0) return '';
  const count = mistakes.length === 1 ? 'One mistake' : `${mistakes.length} mistakes`;
  return [`${count} in the content.`, ...mistakes.map(formatMistake)].join('\n\n');
}

function formatMistake({ file, line, what, mend }: Mistake): string {
  const place = line === undefined ? file : `${file}:${line}`;
  const how = mend ? [`  ${mend.how.replaceAll('\n', '\n  ')}`, ...mend.lines] : [];
  return [`${place}  ${what}`, ...how].join('\n');
}

/** A text with the mend of one mistake pasted into it. */
export function applyMend(text: string, { line, mend }: Pick<Mistake, 'line' | 'mend'>): string {
  if (line === undefined || !mend) return text;
  const lines = text.split('\n');
  lines.splice(mend.over === 0 ? line : line - 1, mend.over, ...mend.lines);
  return lines.join('\n');
}

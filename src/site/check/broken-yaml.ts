/**
 * YAML that cannot be read at all. Its parser names a symptom, often far from the slip: so the usual
 * slips are undone line by line, and the first line whose correction heals the symptom is the one named.
 */
import type { Mistake } from './mistake.ts';
import { applyMend } from './mistake.ts';
import { type Guess, guesses } from './slips.ts';
import { parseYaml, type Source } from './yaml.ts';

/** Every slip, one after the other, and the text as it would read without them. */
export function healYaml(file: string, text: string): { mistakes: Mistake[]; source: Source } {
  const mistakes: Mistake[] = [];
  let source = parseYaml(file, text);
  while (source.document.errors.length > 0 && mistakes.length < 20) {
    const mistake = explain(source);
    mistakes.push(mistake);
    if (!mistake.mend) break;
    source = parseYaml(file, keepLines(source.text, mistake));
  }
  return { mistakes, source };
}

/** The text without a slip and with as many lines as before. */
function keepLines(text: string, { line = 1, mend }: Mistake): string {
  if (!mend) return text;
  const gap = Array.from({ length: mend.over - mend.lines.length }, () => '');
  return applyMend(text, { line, mend: { ...mend, lines: [...mend.lines, ...gap] } });
}

function explain(source: Source): Mistake {
  const [error] = source.document.errors;
  const at = source.lineAt(Math.min(error?.pos[0] ?? 0, source.text.trimEnd().length - 1));
  if (error?.code === 'DUPLICATE_KEY') return explainDouble(source, error.pos[0]);
  const guess = linesBackFrom(source, at)
    .flatMap((line) => guesses(source.lines, line))
    .find((one) => heals(source, one));
  if (!guess) {
    const what = `This cannot be read: ${error?.message ?? ''}.`;
    return { file: source.file, line: at, what };
  }
  const { line, what, how, lines, over } = guess;
  return { file: source.file, line, what, mend: { how, lines, over } };
}

function explainDouble(source: Source, offset: number): Mistake {
  const line = source.lineAt(offset);
  const key = /^[\w.-]+/.exec(source.text.slice(offset))?.[0] ?? '';
  const indent = /^ */.exec(source.lines[line - 1] ?? '')?.[0].length ?? 0;
  const rest = source.lines.slice(line);
  const end = rest.findIndex((text) => text.trim() && text.search(/\S/) <= indent);
  const over = 1 + (end < 0 ? 0 : end);
  const others = source.lines.flatMap((text, index) =>
    text.startsWith(`${' '.repeat(indent)}${key}:`) && index < line - 1 ? [index + 1] : [],
  );
  const what = `${key} stands here a second time; the first is in line ${others.at(-1) ?? ''}.`;
  const how =
    over === 1
      ? `Take out line ${line}, or the first one.`
      : `Take out lines ${line} to ${line + over - 1}, or the first.`;
  return { file: source.file, line, what, mend: { how, lines: [], over } };
}

/** A slip is seen where it stands or further down: nearest first, and the line below for good measure. */
function linesBackFrom({ lines }: Source, at: number): number[] {
  const back = Array.from({ length: at }, (_, index) => at - index);
  return at < lines.length ? [at, at + 1, ...back.slice(1)] : back;
}

/** True when without the slip the first error is gone or stands further down. */
function heals(source: Source, guess: Guess): boolean {
  const where = (one: Source) =>
    one.document.errors[0]?.code === 'DUPLICATE_KEY'
      ? Infinity
      : one.lineAt(one.document.errors[0]?.pos[0] ?? 0);
  const healed = parseYaml(
    source.file,
    keepLines(source.text, { file: '', what: '', line: guess.line, mend: guess }),
  );
  if (healed.document.errors.length === 0) return true;
  return where(healed) > where(source) && guess.line <= where(source);
}

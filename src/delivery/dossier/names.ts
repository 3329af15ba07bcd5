/**
 * The pages of names: numbered, with initials or name as each person chose, and the country. A name is
 * shut in, so that no letter of it turns or covers its neighbours.
 */
import type { ShownLine } from './facts.ts';
import type { Look } from './fonts.ts';
import { type Html, markup } from './html.ts';
import { inEach } from './texts.ts';
import type { Voice } from './voice.ts';

/** As many names as one file of pages holds, at most. */
export const namesInFile = 10_000;

/** What is known of all the names before the first is written. */
export type Survey = { count: number; families: ReadonlySet<string>; unprintable: number[] };

/** Reads all lines once: how many, which fonts they need, and which of them no font can print. */
export function survey(lines: Iterable<ShownLine>, look: (text: string) => Look): Survey {
  let count = 0;
  const families = new Set<string>();
  const unprintable: number[] = [];
  for (const { number, name } of lines) {
    const seen = look(name);
    count += 1;
    if (seen.missing.length > 0) unprintable.push(number);
    else seen.families.forEach((family) => families.add(family));
  }
  return { count, families, unprintable };
}

/** The lines, as many at a time as one file holds. */
export function* inFiles(lines: Iterable<ShownLine>): Generator<ShownLine[]> {
  let file: ShownLine[] = [];
  for (const line of lines) {
    file.push(line);
    if (file.length < namesInFile) continue;
    yield file;
    file = [];
  }
  if (file.length > 0) yield file;
}

/** The heading of the names, in each language. */
export function namesHead(voices: readonly Voice[]): Html {
  return markup`<h2>${inEach(voices, ({ phrases }) => phrases.names.title)}</h2>
    ${voices.map(({ language, phrases }) => markup`<p lang="${language}">${phrases.names.note}</p>`)} `;
}

/** Writes names of one file; knows the names of countries once it has written them. */
export function namesWriter(voices: readonly Voice[], look: (text: string) => Look) {
  const known = new Map<string, string>();
  const countryOf = (code: string) => {
    const name = known.get(code) ?? countryName(voices, code);
    known.set(code, name);
    return name;
  };
  const note = inEach(voices, ({ phrases }) => phrases.names.unprintable);
  const lineOf = ({ number, name, country }: ShownLine) =>
    look(name).missing.length === 0
      ? markup`<li>${number} <bdi>${name}</bdi> ${countryOf(country)}</li>\n`
      : markup`<li>${number} <i>${note}<br>${countryOf(country)}</i></li>\n`;
  return (lines: readonly ShownLine[]): Html =>
    markup`<ul class="names" style="--lines:${lines.length}">${lines.map(lineOf)}</ul>\n`;
}

/** Without a language for each: names are said as they are (WCAG 2.2, 3.1.2), and it would double the PDF. */
function countryName(voices: readonly Voice[], code: string): string {
  const nameIn = ({ phrases, country }: Voice) =>
    code === 'other' ? phrases.names.other : country(code);
  return code === '' ? '' : voices.map(nameIn).join(' · ');
}

/**
 * The tables of the dossier: the totals, and the numbers by text and by country, in which small numbers
 * come grouped already. Each says how it was counted.
 */
import type { Facts, Grouped } from './facts.ts';
import { type Html, markup } from './html.ts';
import type { Voice } from './voice.ts';

/** A line of a table: one cell or more, and a number. */
export type Row = { cells: readonly (Html | string)[]; number: number };

/** A table whose last column is a number; with a last row for the sum where it has a name. */
export function table(
  voice: Voice,
  heads: readonly string[],
  rows: readonly Row[],
  sum?: { label: string; number: number },
): Html {
  const [wide] = [heads.length - 1];
  return markup`<table>
    <thead>
      <tr>
        ${heads.map((head) => markup`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => line(voice, row))}
    </tbody>
    ${
      sum
        ? markup`<tfoot>
            <tr>
              <th scope="row" colspan="${wide}">${sum.label}</th>
              <td>${voice.number(sum.number)}</td>
            </tr>
          </tfoot>`
        : ''
    }
  </table> `;
}

/** How many signatures there are, and how much of themselves people let be seen. */
export function totals(voice: Voice, { account, levels }: Facts, offered: readonly string[]): Html {
  const { title, what, signatures, delivered, earlier, onPaper, all, how } = voice.phrases.totals;
  const counted = account.onPaper.signatures;
  const sum = { label: all, number: account.delivered + account.earlier + counted };
  return markup`<section id="${voice.language}-totals">
    <h2>${title}</h2>
    ${table(
      voice,
      [what, signatures],
      [
        { cells: [delivered], number: account.delivered },
        ...levelRows(voice, levels, offered).map((row) => ({
          ...row,
          cells: row.cells.map((cell) => markup`<span class="part">${[cell]}</span>`),
        })),
        { cells: [earlier], number: account.earlier },
        ...(counted > 0 ? [{ cells: [onPaper], number: counted }] : []),
      ],
      counted > 0 ? sum : undefined,
    )}
    <p>${voice.say(how)}</p>
  </section> `;
}

/** One row for each level that is offered, or was. */
export function levelRows(
  voice: Voice,
  levels: Facts['levels'],
  offered: readonly string[],
): Row[] {
  return (['count', 'initials', 'name'] as const)
    .filter((level) => levels[level] > 0 || offered.includes(level))
    .map((level) => ({ cells: [voice.phrases.letter[level]], number: levels[level] }));
}

/** Signatures by the text that was signed. */
export function byText(voice: Voice, { texts, signed }: Facts): Html {
  const words = voice.phrases.texts;
  const languageOf = (version: string) =>
    signed.find((text) => text.version === version)?.language ?? version.split('-')[0] ?? version;
  const rows = texts.shown.map(({ key, number }) => ({
    cells: [voice.languageName(languageOf(key)), markup`<code>${key}</code>`],
    number,
  }));
  return grouped(voice, 'texts', texts, [words.language, words.version], rows);
}

/** Signatures by the country that people named. */
export function byCountry(voice: Voice, { countries }: Facts): Html {
  const rows = countries.shown.map(({ key, number }) => ({ cells: [voice.country(key)], number }));
  return grouped(voice, 'countries', countries, [voice.phrases.countries.country], rows);
}

function grouped(
  voice: Voice,
  part: 'texts' | 'countries',
  { shown, other }: Grouped,
  heads: readonly string[],
  rows: readonly Row[],
): Html {
  const words = voice.phrases[part];
  const all = shown.reduce((sum, { number }) => sum + number, other);
  const rest = heads.map((_, index) => (index === 0 ? words.other : ''));
  const others = other > 0 ? [{ cells: rest, number: other }] : [];
  return markup`<section id="${voice.language}-${part}" class="flows">
    <h2>${words.title}</h2>
    <p>${voice.say(words.note)}</p>
    ${table(voice, [...heads, voice.phrases.totals.signatures], [...rows, ...others], { label: words.all, number: all })}
    <p>${voice.say(words.grouped)}</p>
  </section> `;
}

function line(voice: Voice, { cells: [first = '', ...cells], number }: Row): Html {
  return markup`<tr>
    <th scope="row">${[first]}</th>
    ${cells.map((cell) => markup`<td>${[cell]}</td>`)}
    <td>${voice.number(number)}</td>
  </tr> `;
}

/**
 * The report as one HTML file that opens from disk: no script, no server, and a policy that lets it ask
 * nobody for anything. Numbers alone; each chart has its numbers as a table behind it.
 */
import { lanes } from '../../signature/lane.ts';
import type { Account } from '../account.ts';
import type { Arrivals } from '../review/bursts.ts';
import { drawBars, drawColumns, drawDots, group } from './chart.ts';
import type { Figures, Line } from './figures.ts';
import { style } from './style.ts';

/** Okabe and Ito's colours, which colour-blind people tell apart, are in the style. */
const laneColour = {
  turnstile: 'var(--one)',
  stamp: 'var(--two)',
  unchecked: 'var(--three)',
  paper: 'var(--four)',
};
const widths = [720, 340];
const barsShown = 25;

const laneSays = {
  turnstile: 'turnstile: passed Turnstile',
  stamp: 'stamp: proof of work',
  unchecked: 'unchecked: no check, held at first',
  paper: 'paper: typed from a printed sheet',
};

type Beside = Pick<Account, 'onPaper' | 'partners'>;

type Part = {
  title: string;
  sentence: string;
  legend?: string;
  draw: (width: number) => string;
  head: readonly string[];
  rows: readonly (readonly [string, ...number[]])[];
};

/** The whole page. `fetched` is the UTC time at which the database was read, as 2026-11-23T12:30Z. */
export function writeReport(
  campaign: string,
  figures: Figures,
  arrivals: readonly Arrivals[],
  beside: Beside,
  fetched: string,
): string {
  const { signatures, days } = figures;
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  const span = first === last ? `on ${first}` : `from ${first} to ${last}`;
  const ofRows =
    signatures === 0 ? [byState(figures)] : [...partsOf(figures), ...burstsOf(arrivals)];
  const parts = [...ofRows, ...besides(beside)];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Signatures of ${escape(campaign)}, ${fetched}</title>
<style>${style}</style>
<main>
<h1>Signatures of ${escape(campaign)}</h1>
<p class="total"><b>${group(signatures)}</b> ${signatures === 1 ? 'signature' : 'signatures'} ${signatures === 0 ? 'yet' : span}</p>
<p>Read from the database at ${fetched} (UTC). These are signatures as they were sent: several of one person count several times here, and once in a dossier.</p>
<p class="warning">For the campaigner alone. Small numbers are not grouped here and can single somebody out: do not hand this file over, send or publish it.</p>
${parts.map(writePart).join('\n')}
</main>
</html>
`;
}

function partsOf(figures: Figures): Part[] {
  const { days, languages, countries } = figures;
  const language = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });
  return [
    {
      title: 'By day',
      sentence: 'The UTC day on which each signature arrived, by the check that let it in.',
      legend: lanes.map((lane) => key(laneColour[lane], laneSays[lane])).join(''),
      draw: (width) =>
        drawColumns(
          width,
          days.map(({ day }) => day),
          lanes.map((lane) => ({
            colour: laneColour[lane],
            numbers: days.map((day) => day.lanes[lane]),
          })),
        ),
      head: ['Day', ...lanes, 'All'],
      rows: days.map(({ day, lanes: of }) => {
        const numbers = lanes.map((lane) => of[lane]);
        return [day, ...numbers, numbers.reduce((sum, number) => sum + number, 0)];
      }),
    },
    bars(
      'By language',
      'The language of the page that was signed.',
      'Language',
      languages,
      (code) => (/^[a-z]{2,3}$/.test(code) ? (language.of(code) ?? code) : code),
    ),
    bars(
      'By country',
      'The country that the signer typed, where it matches one that we know.',
      'Country',
      countries,
      countryName,
    ),
    bars(
      'By lane',
      'How each signature passed the check for people.',
      'Lane',
      figures.lanes,
      (lane) => lane,
    ),
    byState(figures),
  ];
}

function byState({ states }: Figures): Part {
  const sentence =
    'What counts and what does not. A repeat is a further signature with the same address; held ones wait for a check by hand, held back ones had theirs; withdrawn, invalidated and destroyed ones are in no other chart (what was handed over is destroyed some time after).';
  return bars('By state', sentence, 'State', states, (state) => state);
}

function burstsOf(arrivals: readonly Arrivals[]): Part[] {
  if (arrivals.length === 0) return [];
  const kinds = lanes.flatMap((lane) =>
    [0, 1].flatMap((held) => {
      const dots = arrivals.filter((one) => one.lane === lane && one.held === held);
      if (dots.length === 0) return [];
      const name = held === 1 ? `${lane}, held` : lane;
      const times = dots.map(({ period, number }) => ({ time: period, number }));
      return [{ name, colour: laneColour[lane], hollow: held === 1, dots: times }];
    }),
  );
  return [
    {
      title: 'Arrivals by ten minutes',
      sentence:
        'Each dot is ten minutes in which at least twenty arrived by one lane; smaller numbers are deleted, for they could tell who signed. A hollow one is of held signatures.',
      legend: kinds.map(({ name, colour, hollow }) => key(colour, name, hollow)).join(''),
      draw: (width) => drawDots(width, kinds),
      head: ['Ten minutes from (UTC), lane', 'Arrived'],
      rows: arrivals.map(({ period, lane, held, number }) => [
        `${period} ${lane}${held === 1 ? ', held' : ''}`,
        number,
      ]),
    },
  ];
}

/** Numbers that are no rows. */
function besides({ onPaper, partners }: Beside): Part[] {
  const countries = Object.entries(onPaper.byCountry).map(([key, number]) => ({ key, number }));
  const told = partners.map(({ name, day, number }) => ({ key: `${name}, ${day}`, number }));
  const paper = bars(
    `On paper, counted by hand: ${group(onPaper.signatures)}`,
    'Printed sheets whose names nobody typed, by country. They are in no other chart and not in the public number.',
    'Country',
    countries.sort((one, other) => other.number - one.number),
    countryName,
  );
  const others = bars(
    'Other platforms',
    'What they told us. It is not part of our numbers.',
    'Platform',
    told,
    (name) => name,
  );
  return [...(countries.length > 0 ? [paper] : []), ...(told.length > 0 ? [others] : [])];
}

function bars(
  title: string,
  sentence: string,
  what: string,
  lines: readonly Line[],
  nameOf: (key: string) => string,
): Part {
  const named = lines.map(({ key, number }) => ({ key: nameOf(key), number }));
  const rest = named.slice(barsShown);
  const others = rest.reduce((sum, { number }) => sum + number, 0);
  const more = rest.length === 0 ? [] : [{ key: `${rest.length} others`, number: others }];
  return {
    title,
    sentence,
    draw: (width) => drawBars(width, [...named.slice(0, barsShown), ...more]),
    head: [what, 'Signatures'],
    rows: named.map(({ key, number }) => [key, number]),
  };
}

function writePart({ title, sentence, legend, draw, head, rows }: Part): string {
  const [first = '', ...others] = head;
  const heads = others.map((one) => `<th scope="col" class="number">${escape(one)}</th>`).join('');
  const lines = rows.map(([name, ...numbers]) => {
    const cells = numbers.map((number) => `<td class="number">${group(number)}</td>`).join('');
    return `<tr><th scope="row">${escape(name)}</th>${cells}</tr>`;
  });
  const table = `<table><thead><tr><th scope="col">${escape(first)}</th>${heads}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
  return `<section>
<h2>${title}</h2>
<p>${sentence}</p>
${legend === undefined ? '' : `<ul class="legend">${legend}</ul>`}
${widths.map(draw).join('\n')}
<details><summary>The numbers: ${title.toLowerCase()}</summary>${table}</details>
</section>`;
}

function key(colour: string, text: string, hollow = false): string {
  const fill = hollow ? 'var(--paper)' : colour;
  return `<li><i style="background: ${fill}; border-color: ${colour}"></i>${escape(text)}</li>`;
}

function countryName(code: string): string {
  if (code === 'none') return 'none given';
  if (code === 'unmatched') return 'unmatched';
  return new Intl.DisplayNames('en', { type: 'region', fallback: 'code' }).of(code) ?? code;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

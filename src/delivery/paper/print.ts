/** What `npm run paper` says: numbers, days and names of platforms. Whose lines came in, it never says. */
import { type Level, levels } from '../../signature/content.ts';
import type { PaperLine } from './lines.ts';
import type { SheetRow } from './sql.ts';
import { type Numbers, type Tallied } from './tallied.ts';

const regions = new Intl.DisplayNames('en', { type: 'region' });

/** Numbers by country and level. */
export function printNumbers(numbers: Numbers): string[] {
  const all = numbers.reduce((sum, { signatures }) => sum + signatures, 0);
  const of = (key: 'country' | 'level', value: string) =>
    numbers.filter((one) => one[key] === value).reduce((sum, one) => sum + one.signatures, 0);
  const countries = Array.from(new Set(numbers.map(({ country }) => country)));
  const offered = levels.filter((level) => of('level', level) > 0);
  return [
    ...offered.map((level) => line(`  as ${level}`, of('level', level))),
    ...countries
      .toSorted((one, other) => of('country', other) - of('country', one))
      .map((country) => line(`  ${nameOf(country)}`, of('country', country))),
    line('  all', all),
  ];
}

/** Lines by country and level, as numbers. */
export function countLines(lines: readonly PaperLine[]): Numbers {
  const found = new Map<string, { country: string; level: Level; signatures: number }>();
  for (const { code: country = 'none', level } of lines) {
    const key = `${country} ${level}`;
    const signatures = (found.get(key)?.signatures ?? 0) + 1;
    found.set(key, { country, level, signatures });
  }
  return Array.from(found.values());
}

/** What would be done, or was, with lines that have names. */
export function printNames(
  lines: readonly PaperLine[],
  day: string,
  dangerous: readonly string[],
  done: { number: number | undefined; goesOn: boolean },
): string[] {
  const number = amount(lines.length, 'line');
  if (done.number !== undefined)
    return [
      `${number} came in as sheet ${done.number}, each a sealed signature marked as paper. The public number counts them within minutes.`,
      'Now delete the file: it has every name in the open. docs/paper.md says what to do with the sheets.',
    ];
  const inDanger = lines.filter(({ code }) => code !== undefined && dangerous.includes(code));
  return [
    `${number} would come in, signed on ${day}. Nothing is stored yet.`,
    ...printNumbers(countLines(lines)),
    ...(done.goesOn
      ? ['They were stopped half way before; what is stored of them is not stored again.']
      : []),
    ...(inDanger.length > 0
      ? [
          `${amount(inDanger.length, 'line')} of them name a country where this is dangerous (${dangerous.join(', ')}). Were sheets used there? Read docs/paper.md before you go on.`,
        ]
      : []),
    ...again,
  ];
}

/** What would be done, or was, with numbers of sheets. */
export function printCounts(numbers: Numbers, day: string, number: number | undefined): string[] {
  if (number === undefined)
    return [
      `These numbers would come in, signed on ${day}. Nothing is changed yet.`,
      ...printNumbers(numbers),
      ...again,
    ];
  return [
    `The numbers came in as entry ${number}. Each dossier adds them to its total, marked as counted by hand; the public number does not have them.`,
    `To take them back: npm run paper -- --undo ${number}`,
  ];
}

/** What would be done, or was, with the number of a platform; `before` stands until then. */
export function printPartner(
  entry: Pick<Tallied, 'source' | 'signatures' | 'day'>,
  before: Tallied | undefined,
  number: number | undefined,
): string[] {
  const { source, signatures, day } = entry;
  const told = `${source}: ${signatures.toLocaleString('en')} on ${day}`;
  const older = before
    ? [
        `It takes the place of ${before.signatures.toLocaleString('en')} on ${before.day} (entry ${before.number}).`,
      ]
    : [];
  if (number === undefined)
    return [`This would be told: ${told}. Nothing is changed yet.`, ...older, ...again];
  return [
    `Entry ${number} is told in each dossier from now on: ${told}. It is never added to our numbers.`,
    ...older,
  ];
}

/** An entry that would be taken back, or was. */
export function printUndo(entry: Tallied, done: boolean): string[] {
  if (done) return [`Entry ${entry.number} is taken back. A dossier that told it stays as it is.`];
  return ['This would be taken back. Nothing is changed yet.', entryLine(entry), ...again];
}

/** A sheet that would be given up, or was. */
export function printGivenUp({ number, day, lines }: SheetRow, done: boolean): string[] {
  const sheet = `Sheet ${number}, ${amount(lines, 'line')}, signed on ${day}`;
  if (done)
    return [
      `${sheet}, is given up. What is stored of it stays; docs/paper.md says what to do next.`,
    ];
  return [`${sheet}, would be given up: what is stored of it stays.`, ...again];
}

/** Both journals. */
export function printList(sheets: readonly SheetRow[], entries: readonly Tallied[]): string[] {
  const none = ['Nothing came in from paper or other platforms yet.'];
  if (sheets.length + entries.length === 0) return none;
  return [
    ...(sheets.length > 0 ? ['Sheets whose names were typed:'] : []),
    ...sheets.map(({ number, day, lines, done }) =>
      [
        `  sheet ${number}`,
        day,
        amount(lines, 'line'),
        ...(done === null ? ['not finished'] : []),
      ].join('  '),
    ),
    ...(entries.length > 0 ? ['Numbers:'] : []),
    ...entries.map(entryLine),
  ];
}

const again = ['To do it: the same command with --yes'];

function entryLine({ number, kind, day, source, signatures, undone }: Tallied): string {
  const whose = kind === 'paper' ? 'on paper, counted by hand' : source;
  const back = undone === null ? [] : [`taken back on ${undone}`];
  return [`  entry ${number}`, day, signatures.toLocaleString('en'), whose, ...back].join('  ');
}

function nameOf(country: string): string {
  return country === 'none' ? 'no country named' : `${regions.of(country) ?? country} (${country})`;
}

function line(label: string, number: number): string {
  return label.padEnd(44) + number.toLocaleString('en').padStart(10);
}

function amount(number: number, one: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : `${one}s`}`;
}

/**
 * What was typed from paper, checked by the rules of the form before anything is stored: names to be sealed,
 * and numbers to be written down.
 */
import { type Content, contentSizes, type Level, writeContent } from '../../signature/content.ts';
import { checkEntries, type Problem, tidy } from '../../signature/entries.ts';
import type { Settings } from '../../site/settings.ts';
import { matchCountry } from '../country.ts';
import { type CsvLine, type Fault, refuseFaults } from './csv.ts';
import type { Numbers } from './tallied.ts';

/** A line of a sheet, as it is sealed. */
export type PaperLine = {
  name: string;
  /** As typed, and its code (ISO 3166-1) where one was named. */
  country: string;
  code: string | undefined;
  level: Level;
  email: string;
  textVersion: string;
};

/** Finds the text that a sheet had; what is wrong instead. */
export type FindText = (text: string) => { version: string } | { fault: string };

type Terms = Pick<Settings, 'levels'>;
type Typed = Pick<PaperLine, 'name' | 'country' | 'email'> & { level: string };

export const nameColumns = { needed: ['name', 'country', 'level'], possible: ['email', 'text'] };
export const countColumns = { needed: ['country', 'level', 'number'], possible: [] };

const unknownCountry =
  'country: no country is known by this. Write its name in one of our languages, or its two letters, as PL.';

const mend: Record<Problem, string> = {
  'level.missing': 'level:',
  'name.missing':
    'name: it is empty. Type it, or write count as the level: without a name nobody can be shown.',
  'name.long': 'name: it has more than 100 characters.',
  'name.characters': 'name: it has a sign that no name has. Type it anew, by hand.',
  'name.address': 'name: it looks like an address on the web or of e-mail.',
  'email.missing':
    'email: a full name needs one, as on the form. Without one write initials as the level.',
  'email.wrong': 'email: it is no address. Compare it with the sheet, or leave it empty.',
  'country.missing': 'country: it is empty. Type it, or write count as the level.',
  'country.characters': unknownCountry,
  'consent.missing': '',
};

/** Checks lines with names. Throws a DeliveryError that names each line to mend. */
export function checkNames(
  lines: readonly CsvLine[],
  terms: Terms,
  findText: FindText,
): PaperLine[] {
  const faults: Fault[] = [];
  const checked = lines.flatMap(({ line, cells }): PaperLine[] => {
    const of = (column: string) => tidy(cells.get(column) ?? '');
    const [name, country, email] = [of('name'), of('country'), of('email')];
    const level = levelOf(of('level'), terms);
    const entries = { level: level ?? '', name, country, email, consent: true, news: false };
    const says = checkEntries(entries, terms.levels).map((problem) =>
      problem === 'level.missing' ? wrongLevel(terms) : mend[problem],
    );
    const code = country === '' ? undefined : matchCountry(country);
    if (country !== '' && code === undefined) says.push(unknownCountry);
    const text = findText(of('text'));
    if ('fault' in text) says.push(`text: ${text.fault}`);
    if (!fits({ name, country, email, level: level ?? '' }))
      says.push('name, country and email: together they are too long. Shorten one of them.');
    faults.push(...Array.from(new Set(says), (say) => ({ line, say })));
    if (says.length > 0 || level === undefined || 'fault' in text) return [];
    return [{ name, country, code, level, email, textVersion: text.version }];
  });
  refuseFaults(faults);
  return checked;
}

/** Checks lines with numbers, and puts those together that belong together. */
export function checkCounts(lines: readonly CsvLine[], terms: Terms): Numbers {
  const faults: Fault[] = [];
  const found = new Map<string, Numbers[number]>();
  for (const { line, cells } of lines) {
    const of = (column: string) => tidy(cells.get(column) ?? '');
    const level = levelOf(of('level'), terms);
    const country = of('country') === '' ? 'none' : matchCountry(of('country'));
    const number = /^\d{1,6}$/.test(of('number')) ? Number(of('number')) : 0;
    if (level === undefined) faults.push({ line, say: wrongLevel(terms) });
    if (country === undefined) faults.push({ line, say: unknownCountry });
    if (number === 0)
      faults.push({ line, say: 'number: write how many, in digits alone, from 1 to 999999.' });
    if (level === undefined || country === undefined) continue;
    const key = `${country} ${level}`;
    const before = found.get(key)?.signatures ?? 0;
    found.set(key, { country, level, signatures: before + number });
  }
  refuseFaults(faults);
  return Array.from(found)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, numbers]) => numbers);
}

/** What is sealed of a line: what was typed, and nothing that was left empty. */
export function contentOf({ level, name, country, email }: Typed): Content {
  return { level, ...(name && { name }), ...(email && { email }), ...(country && { country }) };
}

/** With a mark, which has 43 characters. */
function fits(line: Typed): boolean {
  const mark = ' '.repeat(43);
  return writeContent({ mark, ...contentOf(line) }).length <= Math.max(...contentSizes);
}

function levelOf(typed: string, { levels }: Terms): Level | undefined {
  return levels.find((level) => level === typed.toLowerCase());
}

function wrongLevel({ levels }: Terms): string {
  return `level: write ${levels.join(' or ')}. Where no box is ticked, or two are, write count.`;
}

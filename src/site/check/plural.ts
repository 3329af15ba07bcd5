/** The words for a number, in as many forms as the language has. */
import type { Mistake } from './mistake.ts';
import { nameOf, valueAt } from './path.ts';
import { lineOf, type Path, type Source, takeOut, written } from './yaml.ts';
import { pluralForms } from '../words.ts';

/** Forms that are missing, and forms that the language does not have. */
export function checkPlural(source: Source, path: Path, language: string): Mistake[] {
  const name = nameOf(path);
  const given = valueAt(source.value, path);
  if (typeof given !== 'object' || given === null) return [];
  const rules = new Intl.PluralRules(language);
  const wanted = rules.resolvedOptions().pluralCategories;
  const present = Object.keys(given);
  const { file } = source;
  const last = present.at(-1);
  const bottom = last === undefined ? lineOf(source, path) : lineOf(source, [...path, last]);
  const indent = /^ */.exec(source.lines[bottom - 1] ?? '')?.[0] ?? '';
  const other = valueAt(given, ['other']) ?? valueAt(given, [present[0] ?? '']);
  const start = typeof other === 'string' ? other : '…';
  const known: readonly string[] = pluralForms;
  return [
    ...wanted
      .filter((form) => !present.includes(form))
      .map((form) => ({
        file,
        line: bottom,
        what: `${name} lacks ${form}, the form for numbers such as ${numbersFor(rules, form)}.`,
        mend: {
          how: `Add below line ${bottom}, in that form:`,
          lines: [`${indent}${form}: ${written(start)}`],
          over: 0,
        },
      })),
    ...present
      .filter((form) => known.includes(form) && !wanted.some((one) => one === form))
      .map((form) => {
        const mend = takeOut(source, [...path, form]);
        return {
          file,
          line: lineOf(source, [...path, form]),
          what: `${name} has ${form}, a form that ${language} does not have. It has ${wanted.join(', ')}.`,
          ...(mend && { mend }),
        };
      }),
  ];
}

function numbersFor(rules: Intl.PluralRules, form: string): string {
  const small = Array.from({ length: 200 }, (_, index) => index);
  return (
    [...small, 1_000_000]
      .filter((number) => rules.select(number) === form)
      .slice(0, 3)
      .join(', ') || '1.5'
  );
}

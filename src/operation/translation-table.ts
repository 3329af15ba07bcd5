/** What `npm run translations` prints: a table, the missing words, what to run next. */
import {
  isUpdate,
  lacks,
  staleFiles,
  translatedFiles,
  type Translation,
} from '../site/translations.ts';

/** A line a language; columns as wide as their widest cell. */
export function describeTable(translations: readonly Translation[], source: string): string {
  const heading = ['', ...translatedFiles, 'updates', 'warning and consent checked by'];
  const rows = translations.map((one) => [
    describeLanguage(one, source),
    ...translatedFiles.map((file) => describeFile(one, file)),
    describeUpdates(one),
    describeCheck(one),
  ]);
  const table = [heading, ...rows];
  const widths = heading.map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  return table
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The words that each language lacks. */
export function describeMissing(translations: readonly Translation[]): string[] {
  return translations
    .filter(({ missingWords }) => missingWords.length > 0)
    .map(({ language, missingWords }) =>
      [`Missing in ${language}/words.yaml:`, ...missingWords].join('\n  '),
    );
}

/** What stands in the way of publishing, each with the command or the edit that mends it. */
export function describeMends(translations: readonly Translation[], source: string): string[] {
  const incomplete = translations.filter((one) => lacks(one).length > 0);
  const stale = translations.filter((one) => staleFiles(one).length > 0);
  const [first] = stale;
  const mends = incomplete.map((one) => {
    const partly = `, or write \`partly: true\` into ${one.language}/translation.yaml to publish it with the rest in ${source} (never petition.md, language, warning and form)`;
    const or = one.language === source ? '' : partly;
    return `${one.language} lacks ${summary(lacks(one))}. Write it${or}.`;
  });
  if (!first) return mends;
  const list = stale.map((one) => `  ${one.language}: ${staleFiles(one).join(', ')}`);
  return [
    ...mends,
    `Nobody has said that these say the same as ${source} as it stands now:\n${list.join('\n')}\nBring them up to date. Then run, for each language or for \`all\`:\n  npm run translations -- --confirm ${first.language}`,
  ];
}

/** Whom to ask, and what to run afterwards. */
export function describeUnchecked(translations: readonly Translation[]): string[] {
  const unchecked = translations.filter(({ checked }) => !checked?.current);
  if (unchecked.length === 0) return [];
  const languages = unchecked.map(({ language }) => language).join(', ');
  return [
    `No native speaker has checked warning and consent as they stand: ${languages}. \`npm run deploy\` asks for it. When somebody did, run\n  npm run translations -- --checked ${unchecked[0]?.language ?? ''} --by "Name"`,
  ];
}

function describeLanguage({ language, name, partly }: Translation, source: string): string {
  const note = language === source ? ' (source)' : partly ? ' (partly)' : '';
  return `${language} ${name}${note}`;
}

function describeFile({ files, missingWords }: Translation, file: string): string {
  const state = files.find((one) => one.file === file)?.state ?? 'missing';
  if (file !== 'words.yaml' || missingWords.length === 0) return state;
  return `${missingWords.length} missing${state === 'stale' ? ', stale' : ''}`;
}

function describeUpdates({ files }: Translation): string {
  const updates = files.filter(({ file }) => isUpdate(file));
  const there = updates.filter(({ state }) => state !== 'missing').length;
  const stale = updates.filter(({ state }) => state === 'stale').length;
  return `${there} of ${updates.length}${stale > 0 ? `, ${stale} stale` : ''}`;
}

function describeCheck({ checked }: Translation): string {
  if (!checked) return 'nobody';
  return `${checked.by}, ${checked.on}${checked.current ? '' : ', changed since'}`;
}

function summary(missing: readonly string[]): string {
  const rest = missing.length - 5;
  return missing.slice(0, 5).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/**
 * `npm run translations`: shows how far each language is, and records what people say of it. Exit code
 * 0: all languages may be published; 1: something is missing or stale, or a command was not understood.
 */
import { parseArgs } from 'node:util';
import { confirm, confirmable, recordCheck } from '../site/confirm.ts';
import { contentFolder, readSettings, type Settings } from '../site/settings.ts';
import { readTranslations } from '../site/translations.ts';
import {
  describeMends,
  describeMissing,
  describeTable,
  describeUnchecked,
} from './translation-table.ts';

const help = `npm run translations -- [options]

  without options      shows each language: what is complete, stale (the source changed) or missing
  --confirm LANGUAGE   says that a language (or: all) says the same as the source now
  --dry                with --confirm: shows what it would record, and records nothing
  --checked LANGUAGE --by "NAME"
                       says that this native speaker checked warning and consent as they stand
  --help               shows this`;

const again = 'To see the options: npm run translations -- --help';

function main(content: string): number {
  const asked = readArguments();
  const settings = readSettings(content);
  if (asked.help) return tell(help);
  if (asked.confirm !== undefined) return confirmAll(content, settings, asked.confirm, asked.dry);
  if (asked.checked !== undefined) return check(content, settings, asked.checked, asked.by);
  if (asked.by !== undefined) throw new Error('--by needs --checked and a language.');
  return show(content, settings);
}

function readArguments() {
  const options = {
    confirm: { type: 'string' },
    dry: { type: 'boolean', default: false },
    checked: { type: 'string' },
    by: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const;
  return parseArgs({ options }).values;
}

function show(content: string, settings: Settings): number {
  const source = settings.defaultLanguage;
  const translations = readTranslations(content, settings);
  const mends = describeMends(translations, source);
  const parts = [
    describeTable(translations, source),
    ...describeMissing(translations),
    ...mends,
    ...describeUnchecked(translations),
  ];
  return tell(parts.join('\n\n'), mends.length > 0 ? 1 : 0);
}

function confirmAll(content: string, settings: Settings, asked: string, dry: boolean): number {
  const { defaultLanguage: source, languages } = settings;
  if (asked === source) throw new Error(`${source} is the language that the others are made from.`);
  const others = languages.filter((language) => language !== source);
  for (const language of asked === 'all' ? others : [known(asked, languages)]) {
    const from = confirmable(content, language, source);
    if (!dry) confirm(content, language, from);
    const lines = Object.entries(from).map(([file, state]) => `\n  ${state}  ${file}`);
    console.log(`${language} says the same as ${source}:${lines.join('')}`);
  }
  return tell(dry ? 'Nothing was recorded: leave out --dry.' : 'Recorded in translation.yaml.');
}

function check(
  content: string,
  { languages }: Settings,
  asked: string,
  by: string | undefined,
): number {
  const language = known(asked, languages);
  if (!by?.trim()) throw new Error('Say who checked it: --by "Name of the native speaker".');
  const today = new Date().toISOString().slice(0, 10);
  recordCheck(content, language, by.trim(), today);
  return tell(`Recorded: ${by.trim()} checked warning and consent in ${language} on ${today}.`);
}

function known(asked: string, languages: readonly string[]): string {
  if (languages.includes(asked)) return asked;
  throw new Error(`There is no language ${asked}. There are: ${languages.join(', ')}.`);
}

function tell(text: string, exitCode = 0): number {
  console.log(text);
  return exitCode;
}

try {
  process.exitCode = main(contentFolder);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${again}`);
  process.exitCode = 1;
}

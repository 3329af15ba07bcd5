/**
 * `npm run po`: a language's texts as one PO file for translators' tools, and back into its files. An
 * import shows what it would change and writes only when it is told `--yes`. Exit code 1: nothing was
 * written, for the reason that it prints.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { contentFolder, readSettings, type Settings } from '../site/settings.ts';
import { readMessages } from './messages.ts';
import { readPo, writePo } from './po-file.ts';
import { type Import, planImport, writeImport } from './po-import.ts';

const help = `npm run po -- [options]

  --export LANGUAGE  writes LANGUAGE.po; a language without a folder gets empty translations
  --out FILE         with --export: where to write it
  --import FILE      shows what a PO file changes in its language's folder
  --yes              with --import: writes it
  --help             show this`;

const tag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

function main(content: string): number {
  const asked = readArguments();
  const settings = readSettings(content);
  if (!asked.help && asked.export !== undefined)
    return exportLanguage(content, settings, asked.export, asked.out);
  if (!asked.help && asked.import !== undefined)
    return importFile(content, settings, asked.import, asked.yes);
  return tell(help);
}

function readArguments() {
  const options = {
    export: { type: 'string' },
    out: { type: 'string' },
    import: { type: 'string' },
    yes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  return parseArgs({ options }).values;
}

function exportLanguage(
  content: string,
  settings: Settings,
  language: string,
  out = `${language}.po`,
): number {
  if (!tag.test(language)) throw new Error(`${language} is no language tag, such as be or pt-BR.`);
  const messages = readMessages(content, language, settings);
  const head = { language, campaign: settings.id, now: new Date() };
  writeFileSync(out, writePo(messages, head));
  const empty = messages.filter(({ text }) => !text).length;
  const fuzzy = messages.filter(({ text, stale }) => text && stale).length;
  return tell(
    `Wrote ${out}: ${messages.length} texts, ${empty} to translate, ${fuzzy} to look at again.\nWhen it is translated: npm run po -- --import ${out}`,
  );
}

function importFile(content: string, settings: Settings, file: string, yes: boolean): number {
  const po = readPo(file, readFileSync(file));
  const [name = ''] = basename(file).split('.');
  if (name !== po.language && (settings.languages.includes(name) || tag.test(name)))
    throw new Error(
      `${file} says in its head that its language is ${po.language}, not ${name}. Rename it, or mend the head.`,
    );
  const plan = planImport(file, po, content, settings);
  if (yes) writeImport(content, plan);
  return tell(describe(plan, yes));
}

function describe({ changes, confirmed, incomplete, language }: Import, yes: boolean): string {
  const upToDate = Object.keys(confirmed);
  const parts = [
    ...changes.map(({ name, before, after }) => `${name}\n  - ${before}\n  + ${after}`),
    ...incomplete.map(
      (file) => `${language}/${file} is not written until all of it is translated.`,
    ),
    ...(upToDate.length > 0 ? [`Up to date with the source: ${upToDate.join(', ')}.`] : []),
  ];
  if (changes.length + upToDate.length === 0)
    return [...parts, 'This changes nothing.'].join('\n\n');
  const count = `${changes.length} ${changes.length === 1 ? 'text' : 'texts'}`;
  const outcome = yes
    ? `Changed ${count} in ${language}. See how far it is: npm run translations`
    : `This would change ${count} in ${language}. Nothing was written: add --yes.`;
  return [...parts, outcome].join('\n\n');
}

function tell(text: string): number {
  console.log(text);
  return 0;
}

try {
  process.exitCode = main(contentFolder);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`${reason}\nTo see the options: npm run po -- --help`);
  process.exitCode = 1;
}

/**
 * The form as a whole: the settings, and for each language its texts, its words and its news. Decap CMS reads
 * it as its configuration (decapcms.org/docs/configuration-options).
 */
import { join } from 'node:path';
import type { z } from 'zod';
import { dossierFolder, dossierLanguages, dossierWordsSchema } from '../site/dossier-words.ts';
import { readLanguages, settingsSchema } from '../site/settings.ts';
import {
  petitionSchema,
  pluralForms,
  textSchema,
  updateSchema,
  wordsSchema,
} from '../site/words.ts';
import { type Explained, explainYaml } from './explain.ts';
import { bodyField, type Field, fieldsOf } from './fields.ts';

type FormFile = {
  name: string;
  label: string;
  file: string;
  /** Where the page shows it. */
  preview_path: string;
  fields: Field[];
};

/** What `npm run keys` writes, and what signatures are sealed with: nothing to fill in. */
const notForPeople = ['id', 'mirrorKey', 'keys'];

/** What the heads of Markdown files hold, which have no comments of their own: they are archived as signed. */
const headHints: Record<string, string> = {
  title: 'The headline.',
  updated: 'The day on which this text was last changed. Change it with the text.',
  lead: 'What happens and what is demanded, in at most 40 words.',
  target: 'Who must act, in full, as it stands within a sentence.',
  targetShort: 'The same, as short as can be.',
  demandsIntro: 'Leads to the list of demands.',
  demands: 'One demand an entry.',
  date: 'The day of the news.',
};
const petitionBody = 'The full text, below the form. Whoever signs agrees to it.';
const pageBody = 'Keep the {names in braces}: the site fills them in.';

/** Words of the name of a file of news; src/edit/files.ts takes it out of what is saved. */
const nameField: Field = {
  name: 'name',
  label: 'Name',
  widget: 'string',
  hint: 'One to three words in Latin letters for the web address, as handed-over. It stays as it was first saved. The same news has the same day and name in every language.',
  pattern: [
    '^[a-z0-9]+(-[a-z0-9]+)*$',
    'Small Latin letters and digits, with dashes between words',
  ],
};

/** The form for a content folder, as it stands now. */
export function makeForm(content: string) {
  const settings = explainYaml(join(content, 'campaign.yaml'));
  const languages = readLanguages(content);
  const named = settings.value(['defaultLanguage']);
  const first = languages.find((language) => language === named) ?? languages[0] ?? 'en';
  const words = explainYaml(join(content, first, 'words.yaml'));
  return {
    backend: { name: 'proxy', proxy_url: '/api', branch: 'here' },
    load_config_file: false,
    locale: 'here', // src/edit/phrases.ts
    publish_mode: 'simple',
    media_folder: 'photos',
    slug: { encoding: 'ascii', clean_accents: true },
    collections: [
      settingsForm(settings, languages, dossierLanguages(content), first),
      ...languages.flatMap((language) => [
        languageForm(language, words, language === first),
        newsForm(language),
      ]),
      dossierForm(content, first),
    ],
  };
}

function settingsForm(
  { comment, value }: Explained,
  languages: readonly string[],
  dossiers: readonly string[],
  first: string,
) {
  const notes = { explain: comment, example: value, leftOut: notForPeople };
  const choices: Record<string, readonly string[]> = {
    defaultLanguage: languages,
    targetLanguage: dossiers.filter((language) => languages.includes(language)),
  };
  const fields = fieldsOf(settingsSchema, notes).map((field) => {
    const options = choices[field.name];
    return options ? { ...field, widget: 'select', options } : field;
  });
  const file = { name: 'campaign', label: 'Campaign', file: 'campaign.yaml' };
  const files: FormFile[] = [{ ...file, preview_path: `${first}/`, fields }];
  return { name: 'settings', label: 'Settings', delete: false, files };
}

function languageForm(language: string, words: Explained, isFirst: boolean) {
  const { explain, leftOut } = translating(language, words, isFirst);
  const files: FormFile[] = [
    textFile(language, 'petition', 'Petition', petitionSchema, petitionBody),
    {
      name: 'words',
      label: 'Words on the pages',
      file: `${language}/words.yaml`,
      preview_path: `${language}/`,
      fields: fieldsOf(wordsSchema, { explain, example: words.value, leftOut }),
    },
    textFile(language, 'privacy', 'Privacy', textSchema, pageBody),
    textFile(language, 'safety', 'What protects you', textSchema, pageBody),
  ];
  return { name: language, label: nameOf(language), delete: false, files };
}

/** What is handed over with the signatures. No page of the site shows it. */
function dossierForm(content: string, first: string) {
  const english = explainYaml(join(content, dossierFolder, 'en.yaml'));
  const files = dossierLanguages(content).map((language): FormFile => {
    const { explain, leftOut } = translating(language, english, language === 'en');
    const name = `dossier-${language}`;
    const fields = fieldsOf(dossierWordsSchema, { explain, example: english.value, leftOut });
    const file = `${dossierFolder}/${language}.yaml`;
    return { name, label: nameOf(language), file, preview_path: `${first}/`, fields };
  });
  return { name: 'dossier', label: 'Dossier', delete: false, files };
}

/** What a word is for and what it translates, and the plural forms that a language lacks. */
function translating(language: string, words: Explained, isFirst: boolean) {
  const explain = (path: readonly string[]) => {
    const original = isFirst ? undefined : words.value(path);
    return [words.comment(path), typeof original === 'string' ? `Translates: ${original}` : '']
      .filter(Boolean)
      .join(' — ');
  };
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  return { explain, leftOut: pluralForms.filter((form) => !pluralCategories.includes(form)) };
}

function textFile(
  language: string,
  name: string,
  label: string,
  schema: z.core.$ZodType,
  bodyHint: string,
): FormFile {
  const fields = [...headFields(schema), bodyField(bodyHint)];
  const preview_path = `${language}/${name === 'petition' ? '' : `${name}/`}`;
  return { name, label, file: `${language}/${name}.md`, preview_path, fields };
}

function newsForm(language: string) {
  return {
    name: `${language}-news`,
    label: `${nameOf(language)}: news`,
    label_singular: 'news',
    description: 'Dated news of the campaign, such as what was handed over.',
    folder: `${language}/updates`,
    preview_path: `${language}/`,
    extension: 'md',
    format: 'frontmatter',
    create: true,
    slug: '{{fields.date}}-{{fields.name}}',
    identifier_field: 'title',
    summary: '{{date}} {{title}}',
    fields: [...headFields(updateSchema), nameField, bodyField('The news itself.')],
  };
}

/** Texts of the head are sentences, but for titles. */
function headFields(schema: z.core.$ZodType): Field[] {
  return fieldsOf(schema, {
    explain: ([name = '']) => headHints[name] ?? '',
    example: ([name = '']) => (['lead', 'target', 'demands'].includes(name) ? ' '.repeat(99) : ''),
    leftOut: [],
  });
}

/** Its own name and, for those who help somebody else, its tag. */
function nameOf(language: string): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} (${language})`;
}

/** campaign.yaml: what its values were probably meant to be, and how a missing one might read. */
import countries from 'i18n-iso-countries';
import { z } from 'zod';
import { monthsAfter } from './date.ts';
import type { Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';
import { valueAt } from './path.ts';
import { checkSchema } from './schema.ts';
import { lineOf, type Path, rewriteValue, type Source } from './yaml.ts';
import { contrast } from '../colour.ts';
import { leastContrast, settingsSchema } from '../settings.ts';

/** How an entry might read that is missing. */
const examples: Record<string, string[]> = {
  id: [
    '# Name inside the sealed signatures. Never change it once people have signed.',
    'id: my-campaign',
  ],
  host: [
    '# The address people open, without a slash at the end.',
    'host: https://petition.example',
  ],
  relay: ['# The relay of a volunteer.', 'relay: https://relay.example.net'],
  formHost: [
    '# A second domain of the campaign, for forms without JavaScript.',
    'formHost: https://petition.example.org',
  ],
  leaveTo: ['# Where the button “Leave now” leads.', 'leaveTo: https://www.google.com/'],
  controller: [
    '# Who runs the campaign and answers for the data.',
    'controller:',
    '  name: Example Campaign',
    '  contact: contact@petition.example',
  ],
  'controller.name': ['name: Example Campaign'],
  'controller.contact': ['contact: contact@petition.example'],
  authority: [
    '# The supervisory authority that people can complain to.',
    'authority: Example Data Protection Authority',
  ],
  closes: ['# The last day on which signatures are taken.', 'closes: 2027-03-31'],
  deletedBy: ['# The day by which every signature is deleted.', 'deletedBy: 2027-06-30'],
  defaultLanguage: ['# The language that the others are translated from.', 'defaultLanguage: en'],
  targetLanguage: [
    '# The language of the one who must act: one with a file in dossier/.',
    'targetLanguage: en',
  ],
  levels: [
    '# What a signer may choose that the target sees: count, initials, name.',
    'levels: [count, initials]',
  ],
  dangerousCountries: [
    '# Full names of people who live here are never delivered.',
    'dangerousCountries: [BY, RU]',
  ],
  countriesFirst: ['# Offered first while somebody types a country.', 'countriesFirst: [BY, PL]'],
  countFrom: ['# The number of signatures is shown from here on.', 'countFrom: 1000'],
  goals: ['# The goals that the page shows, one after the other.', 'goals: [5000, 10000, 25000]'],
  colour: ['# White letters stand on it, so it must be dark.', "colour: '#4527a0'"],
  sharePicture: ['# The picture beside a shared link: title or neutral.', 'sharePicture: title'],
  turnstileSiteKey: [
    "# Cloudflare Turnstile's site key. This one is a test key.",
    'turnstileSiteKey: 1x00000000000000000000AA',
  ],
  heldPerDay: ['# Signatures held for a check by hand that are taken a day.', 'heldPerDay: 2000'],
  mirrorKey: [
    '# The public key that signs the mirror. `npm run mirror -- --new-key` writes it.',
    `mirrorKey: ${'A'.repeat(87)}`,
  ],
  keys: ['# Public keys. `npm run keys` adds the first one.', 'keys: []'],
};

/**
 * Every mistake in campaign.yaml; `languages` are the folders beside it, `dossiers` those of them that have
 * words for a dossier.
 */
export function checkSettings(
  source: Source,
  languages: readonly string[],
  dossiers: readonly string[],
): Mistake[] {
  const found = checkSchema(source, settingsSchema, {
    example: (path) => examples[path.map(String).join('.')],
    meant,
  });
  return [
    ...found,
    ...checkChoice(source, 'defaultLanguage', languages, 'there is no folder of that name'),
    ...checkChoice(
      source,
      'targetLanguage',
      dossiers,
      'it has no petition or no words in dossier/',
    ),
  ];
}

/** A setting that is one of some languages. */
function checkChoice(
  source: Source,
  name: string,
  languages: readonly string[],
  fault: string,
): Mistake[] {
  const chosen = valueAt(source.value, [name]);
  if (typeof chosen !== 'string' || languages.includes(chosen)) return [];
  const language = nearest(chosen, languages) ?? languages[0];
  const mend = language && rewriteValue(source, [name], language, 'Write one that has:');
  return [
    {
      file: source.file,
      line: lineOf(source, [name]),
      what: `${name} is ${chosen}, and ${fault}.`,
      ...(mend && { mend }),
    },
  ];
}

function meant(path: Path, given: unknown, source: Source): string | undefined {
  const [name] = path.map(String);
  const text = typeof given === 'string' || typeof given === 'number' ? String(given).trim() : '';
  switch (name) {
    case 'id':
      return (
        text
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-')
          .slice(0, 40) || undefined
      );
    case 'host':
      return URL.parse(`https://${text.replace(/^\w+:\/*/, '')}`)?.origin;
    case 'controller':
      return path[1] === 'contact' ? emailOf(text) : undefined;
    case 'deletedBy': {
      const closes = valueAt(source.value, ['closes']);
      return z.iso.date().safeParse(given).success && typeof closes === 'string'
        ? monthsAfter(closes, 3)
        : undefined;
    }
    case 'levels':
      return typeof given === 'string' && path.length === 1 ? listOf(text) : undefined;
    case 'countriesFirst':
    case 'dangerousCountries':
      return path.length === 1 ? listOf(text) : countryOf(text);
    case 'countFrom':
    case 'heldPerDay':
      return numberOf(text);
    case 'goals':
      if (path.length > 1) return numberOf(text);
      return Array.isArray(given) ? rising(given) : `[${numberOf(text) ?? '5000, 10000'}]`;
    case 'colour':
      return colourOf(text || (source.lines[lineOf(source, path) - 1] ?? ''));
    default:
      return undefined;
  }
}

function listOf(text: string): string | undefined {
  return text ? `[${text.split(/[\s,;]+/).join(', ')}]` : undefined;
}

function numberOf(text: string): string | undefined {
  const digits = text.replaceAll(/[\s.,'’_\u00A0\u202F]/g, '');
  return /^[1-9]\d*$/.test(digits) ? digits : undefined;
}

function rising(goals: readonly unknown[]): string {
  const numbers = goals
    .filter((goal) => typeof goal === 'number')
    .sort((one, other) => one - other);
  return `[${Array.from(new Set(numbers)).join(', ') || '5000, 10000'}]`;
}

function emailOf(text: string): string | undefined {
  const email = text
    .replace(/^mailto:/, '')
    .replace(/ *(\(at\)|\[at\]| at ) */, '@')
    .replaceAll(' ', '')
    .replaceAll(',', '.');
  return z.email().safeParse(email).success ? email : undefined;
}

/** A country's code, from another code for it or its name. */
function countryOf(text: string): string | undefined {
  const named = countries.getAlpha2Code(text, 'en') ?? countries.alpha3ToAlpha2(text.toUpperCase());
  if (named !== undefined) return named;
  return /^[a-z]{2}$/i.test(text) ? new Intl.Locale(`und-${text}`).region : undefined;
}

/** Six digits in quotes, darkened until white letters can be read. */
function colourOf(text: string): string | undefined {
  const [, digits = ''] = /#?\b([0-9a-f]{6}|[0-9a-f]{3})\b/i.exec(text) ?? [];
  if (!digits) return undefined;
  const long = digits.length === 3 ? Array.from(digits, (digit) => digit + digit).join('') : digits;
  let parts = [0, 2, 4].map((at) => parseInt(long.slice(at, at + 2), 16));
  const hex = () => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  while (contrast(hex(), '#ffffff') < leastContrast)
    parts = parts.map((part) => Math.floor(part * 0.95));
  return `'${hex()}'`;
}

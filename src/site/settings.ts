/**
 * First step from Markdown to page: the campaigner's settings, parsed once at the door, and the
 * languages, which are the folders beside them. Reads nothing else of src/content.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { levels } from '../signature/content.ts';
import { lastDayOf } from '../signature/stamp.ts';
import { contrast } from './colour.ts';

const publicKey = z
  .string()
  .regex(/^[\w-]{87}$/, 'a public key is 87 characters of base64url, as `npm run keys` writes it');
const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const country = z
  .string()
  .regex(/^[A-Z]{2}$/, { error: 'a country is two capital letters, as BY', abort: true })
  .refine((code) => regions.of(code) && new Intl.Locale(`und-${code}`).region === code, {
    error: 'no country has this code',
  });

/** White letters on it must be readable for weak eyes too (WCAG 2.2, 1.4.3). */
export const leastContrast = 4.5;
const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, "a colour is # and six digits, in quotes: '#4527a0'")
  .refine((value) => contrast(value, '#ffffff') >= leastContrast, {
    error: 'white letters cannot be read on this colour: take a darker one',
  });

// HTTP/2 would send both over the one connection that hangs.
const elsewhere = 'a domain other than the host’s';
const origin = z.string().refine((url) => isOrigin(url, 'https://'), {
  error: 'an address like https://petition.example, without a slash at the end',
});

export const settingsSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{3,40}$/, 'an id is 3 to 40 small letters, digits and dashes'),
    host: origin,
    relay: origin.optional(),
    formHost: origin.optional(),
    onion: z
      .string()
      .refine(
        (url) => isOrigin(url, 'http://') && /^http:\/\/([^.]+\.)*[a-z2-7]{56}\.onion$/.test(url),
        {
          error: 'an onion address is http://, 56 letters and digits, and .onion',
        },
      )
      .optional(),
    leaveTo: z.url({ protocol: /^https$/, error: 'an address like https://www.google.com/' }),
    controller: z.strictObject({
      name: z.string().min(1),
      contact: z.email('an e-mail address like name@example.org'),
    }),
    authority: z.string().min(1),
    closes: z.iso.date(),
    deletedBy: z.iso.date(),
    defaultLanguage: z.string(),
    targetLanguage: z.string(),
    levels: z.array(z.enum(levels)).min(1),
    dangerousCountries: z.array(country),
    countriesFirst: z.array(country),
    countFrom: z.int().positive(),
    goals: z.array(z.int().positive()).min(1),
    colour,
    sharePicture: z.enum(['title', 'neutral']),
    turnstileSiteKey: z.string().min(1),
    heldPerDay: z.int().positive(),
    mirrorKey: publicKey.optional(),
    keys: z.array(
      z.strictObject({ publicKey, status: z.enum(['current', 'accepted', 'revoked']) }),
    ),
  })
  .refine(({ closes, deletedBy }) => lastDayOf(closes) < deletedBy, {
    path: ['deletedBy'],
    error:
      'signatures are deleted after the last carried one can come, more than ten days after the campaign closes',
    when: ({ value }) =>
      z.object({ closes: z.iso.date(), deletedBy: z.iso.date() }).safeParse(value).success,
  })
  .refine(({ goals }) => goals.every((goal, index) => goal > (goals[index - 1] ?? 0)), {
    path: ['goals'],
    error: 'goals go up',
    when: ({ value }) => z.object({ goals: z.array(z.int()) }).safeParse(value).success,
  })
  .refine(({ host, relay }) => !relay || domainOf(relay) !== domainOf(host), {
    path: ['relay'],
    error: elsewhere,
  })
  .refine(({ host, formHost }) => !formHost || domainOf(formHost) !== domainOf(host), {
    path: ['formHost'],
    error: elsewhere,
  })
  .refine(({ mirrorKey, keys }) => !keys.some(({ publicKey }) => publicKey === mirrorKey), {
    path: ['mirrorKey'],
    error: 'the mirror has a signing key of its own, which `npm run mirror -- --new-key` makes',
  });

function isOrigin(url: string, scheme: string): boolean {
  return url.startsWith(scheme) && URL.parse(url)?.origin === url;
}

/** The last two labels of a host's name. */
export function domainOf(url: string): string {
  return new URL(url).hostname.split('.').slice(-2).join('.');
}

/** True for a value of the example campaign that nobody has replaced yet. */
export function isExample(value: string): boolean {
  return /replace me|^example\b/i.test(value);
}

/** What campaign.yaml says, and the languages that have a folder. */
export type Settings = z.output<typeof settingsSchema> & { languages: string[] };

/** Where settings and texts are, unless a test or a second campaign names another folder. */
export const contentFolder = process.env['UNDERSIGNED_CONTENT'] ?? 'src/content';

/** Folders beside campaign.yaml that are no languages. */
export const otherFolders = ['published', 'photos', 'dossier'];

/** Reads and checks campaign.yaml in a content folder. Throws a message that names each mistake. */
export function readSettings(content: string = contentFolder): Settings {
  const file = join(content, 'campaign.yaml');
  const parsed = settingsSchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, languages: readLanguages(content) };
}

/** The languages, in the alphabetical order of their own names. */
export function readLanguages(content: string): string[] {
  const nameOf = (tag: string) => new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  return languageFolders(content).sort((one, other) =>
    nameOf(one).localeCompare(nameOf(other), 'en'),
  );
}

/** The folders that should be languages; whether they are, is checked elsewhere. */
export function languageFolders(content: string): string[] {
  return readdirSync(content, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !otherFolders.includes(entry.name))
    .map((entry) => entry.name);
}

/**
 * First step from Markdown to page: the campaigner's settings, parsed once at the door.
 * Reads src/content/campaign.yaml and nothing else.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { levels } from '../signature/content.ts';

const publicKey = z
  .string()
  .regex(/^[\w-]{87}$/, 'a public key is 87 characters of base64url, as `npm run keys` writes it');

export const settingsSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{3,40}$/),
  host: z.url({ protocol: /^https$/ }).refine((url) => new URL(url).origin === url, {
    error: 'an address like https://petition.example, without a slash at the end',
  }),
  controller: z.strictObject({ name: z.string().min(1), contact: z.email() }),
  authority: z.string().min(1),
  deletedBy: z.iso.date(),
  languages: z.array(z.string().regex(/^[a-z]{2}$/)).min(1),
  defaultLanguage: z.string(),
  levels: z.array(z.enum(levels)).min(1),
  dangerousCountries: z.array(z.string().regex(/^[A-Z]{2}$/)),
  countriesFirst: z.array(z.string().regex(/^[A-Z]{2}$/)),
  turnstileSiteKey: z.string().min(1),
  heldPerDay: z.int().positive(),
  keys: z.array(z.strictObject({ publicKey, status: z.enum(['current', 'accepted', 'revoked']) })),
});

/** What campaign.yaml says. */
export type Settings = z.output<typeof settingsSchema>;

/** Where settings and texts are, unless a test or a second campaign names another folder. */
export const contentFolder = process.env['UNDERSIGNED_CONTENT'] ?? 'src/content';

/** Reads and checks campaign.yaml in a content folder. Throws a message that names each mistake. */
export function readSettings(content: string = contentFolder): Settings {
  const file = join(content, 'campaign.yaml');
  const parsed = settingsSchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

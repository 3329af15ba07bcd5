/**
 * Joins settings, keys and text versions into the one value that pages and Worker are built from.
 * A local build uses the development key and its own origin; a production build refuses what is not
 * ready, except keys: without one the pages are built and the Worker answers 503.
 */
import { createHash } from 'node:crypto';
import type { Campaign, CampaignKey } from '../signature/campaign.ts';
import { readDevelopmentKey } from './development.ts';
import { groupingOf } from './intl.ts';
import { contentFolder, readSettings } from './settings.ts';
import { readPublished, readText, readTold } from './texts.ts';
import { refuseIncomplete } from './translations.ts';

/** True for `npm start`, `npm run dev` and the tests; never for what is deployed. */
export const localBuild = process.env['UNDERSIGNED_LOCAL'] === '1';

/** The campaign as it is built now. Throws when a text is missing, or was changed and not published. */
export function readCampaign(
  content: string = contentFolder,
  local: boolean = localBuild,
): Campaign {
  const settings = readSettings(content);
  refuseIncomplete(content, settings);
  const present = settings.languages.map((language) => readText(content, language, settings));
  const published = readPublished(content);
  const unpublished = present.filter(
    (text) => !published.some((known) => known.version === text.version),
  );
  if (unpublished.length > 0 && !local) throw new Error(unpublishedMessage(unpublished));
  return {
    id: settings.id,
    host: local ? '' : settings.host,
    relay: settings.relay ?? '',
    formHost: settings.formHost ?? '',
    languages: settings.languages,
    defaultLanguage: settings.defaultLanguage,
    levels: settings.levels,
    closes: settings.closes,
    deletedBy: settings.deletedBy,
    keys: local
      ? developmentKeys()
      : settings.keys.map((key) => ({ id: keyIdOf(key.publicKey), ...key })),
    siteKey: settings.turnstileSiteKey,
    heldPerDay: settings.heldPerDay,
    countFrom: settings.countFrom,
    texts: Object.fromEntries(
      [...published, ...present].map((text) => [text.version, text.language]),
    ),
    grouping: Object.fromEntries(
      settings.languages.map((language) => [language, groupingOf(language)]),
    ),
    told: Object.fromEntries(
      settings.languages.map((language) => [language, readTold(content, language, settings)]),
    ),
    present: Object.fromEntries(present.map((text) => [text.language, text.version])),
    local,
  };
}

/** A key's id: the first 11 characters of base64url(SHA-256(public key)). */
export function keyIdOf(publicKey: string): string {
  const bytes = Buffer.from(publicKey, 'base64url');
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 11);
}

function developmentKeys(): CampaignKey[] {
  const publicKey = readDevelopmentKey();
  return publicKey ? [{ id: keyIdOf(publicKey), publicKey, status: 'current' }] : [];
}

function unpublishedMessage(texts: { language: string }[]): string {
  const languages = texts.map((text) => text.language).join(', ');
  return `The petition or the consent was changed (${languages}). Whoever signs must be able to find what they signed: run \`npm run publish-texts\` to archive the new version, then build again.`;
}

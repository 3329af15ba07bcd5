/**
 * For the campaigner alone, and only on request: the addresses of those who asked for news, as files
 * that Action Network and CiviCRM import (docs/contacts.md). Streams, so memory stays the same however
 * many there are. Tells numbers, never a person.
 */
import { join } from 'node:path';
import type { PublishedText } from '../../site/texts.ts';
import type { Terms } from '../terms.ts';
import { type Choice, chooseWishes, type LeftOut, type Wish } from './choose.ts';
import { openSheet, type Sheet } from './sheet.ts';
import { type Contact, type System, systems } from './systems.ts';

/** What contacts are written from, and where. */
export type ContactsOrder = Pick<Choice, 'opened' | 'secrets'> & {
  terms: Pick<Terms, 'id' | 'dangerousCountries'>;
  /** The archive of published texts, for the words of each consent. */
  published: readonly PublishedText[];
  /** An existing folder that has no such files yet. */
  folder: string;
  /** Whether the campaigner insists on mailboxes in dangerous countries. */
  dangerous: boolean;
};

/** To count from. */
export const nobody: Readonly<Record<LeftOut, number>> = {
  neverAsked: 0,
  alsoSaidNo: 0,
  held: 0,
  noAddress: 0,
  riskyAddress: 0,
  dangerousMailbox: 0,
};

/** What became of everybody who signed: `written` and all of `leftOut` add up to the people. */
export type ContactsWritten = {
  files: string[];
  /** People, each once in each file. */
  written: number;
  /** Part of written: the archive lacks their text version, so the consent's words are missing. */
  withoutWords: number;
  leftOut: Record<LeftOut, number>;
};

type OpenSystem = System & { sheet: Sheet };

/** Writes the files. Throws a DeliveryError where one cannot be written, and then leaves none. */
export function writeContacts(order: ContactsOrder): ContactsWritten {
  const open: OpenSystem[] = [];
  try {
    for (const system of systems) {
      const columns = Object.keys(system.columns);
      open.push({ ...system, sheet: openSheet(join(order.folder, system.file), columns) });
    }
    const counts = fill(open, order);
    for (const { sheet } of open) sheet.finish();
    return { files: systems.map(({ file }) => file), ...counts };
  } catch (error) {
    for (const { sheet } of open) sheet.discard();
    throw error;
  }
}

function fill(open: readonly OpenSystem[], order: ContactsOrder): Omit<ContactsWritten, 'files'> {
  const { opened, secrets, terms, dangerous } = order;
  const consents = new Map(order.published.map(({ version, consent }) => [version, consent]));
  const counts = { written: 0, withoutWords: 0, leftOut: { ...nobody } };
  const dangerousCountries = dangerous ? [] : terms.dangerousCountries;
  for (const chosen of chooseWishes({ opened, secrets, dangerousCountries })) {
    if (typeof chosen === 'string') {
      counts.leftOut[chosen] += 1;
      continue;
    }
    const contact = contactOf(chosen, consents, terms.id);
    counts.written += 1;
    if (contact.consent === '') counts.withoutWords += 1;
    for (const { columns, sheet } of open)
      sheet.add(Object.values(columns).map((cell) => cell(contact)));
  }
  return counts;
}

function contactOf(wish: Wish, consents: ReadonlyMap<string, string>, campaign: string): Contact {
  const { email, name, country } = wish.entered;
  const { language, day, textVersion } = wish;
  const consent = consents.get(textVersion) ?? '';
  return {
    email,
    name,
    country: country.code ?? '',
    language,
    day,
    textVersion,
    consent,
    campaign,
  };
}

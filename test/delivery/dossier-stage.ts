/** A dossier for tests: facts that fit together, names of many kinds, and what its PDFs say. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDocumentProxy } from 'unpdf';
import type { Account } from '../../src/delivery/account.ts';
import type { Facts, ShownLine } from '../../src/delivery/dossier/facts.ts';
import { readDossierWords } from '../../src/delivery/dossier/words.ts';
import type { DossierOrder } from '../../src/delivery/dossier/write.ts';
import { readSettings } from '../../src/site/settings.ts';
import { readPublished } from '../../src/site/texts.ts';

const content = 'src/content';
const published = readPublished(content);

export const account: Account = {
  read: '2026-11-22',
  publicCount: 1240,
  rows: 1400,
  signatures: 1302,
  delivered: 1000,
  withoutEmail: 410,
  perhapsEarlier: 8,
  byLane: { turnstile: 700, stamp: 250, unchecked: 45, paper: 5 },
  released: 60,
  doubles: 40,
  earlier: 200,
  doublesOfEarlier: 3,
  destroyedEarlier: 90,
  destroyed: 0,
  held: 20,
  unreviewed: 15,
  kept: 5,
  invalidated: 4,
  withdrawn: 10,
  withdrawnAfterDelivery: 2,
  nonsense: 6,
  unopened: 5,
  unknownKey: 3,
  forged: 4,
  onPaper: { signatures: 0, byLevel: { count: 0, initials: 0, name: 0 }, byCountry: {} },
  partners: [],
};

export const facts: Facts = {
  number: 7,
  made: '2026-11-23',
  manifest: '0123456789abcdef'.repeat(4),
  account,
  levels: { count: 880, initials: 120, name: 0 },
  texts: {
    shown: published.slice(0, 2).map(({ version }) => ({ key: version, number: 450 })),
    other: 100,
  },
  countries: {
    shown: [
      { key: 'PL', number: 600 },
      { key: 'LT', number: 250 },
    ],
    other: 150,
  },
  paperCountries: { shown: [], other: 0 },
  signed: published,
};

/** What is written, into a new folder, in Belarusian and English. */
export function orderOf(lines: readonly ShownLine[], changed: Partial<Facts> = {}): DossierOrder {
  return {
    folder: mkdtempSync(join(tmpdir(), 'dossier-')),
    facts: { ...facts, ...changed },
    lines: () => lines,
    words: {
      target: readDossierWords(content, 'be'),
      english: readDossierWords(content, 'en'),
    },
    settings: readSettings(content),
  };
}

/** Lines that hold these names, in this order, all from one country. */
export function linesOf(names: readonly string[], country = 'PL'): ShownLine[] {
  return names.map((name, at) => ({ number: at + 1, name, country }));
}

/** A PDF as a program reads it that is not Chromium. */
export async function openPdf(file: string) {
  const bytes = readFileSync(file);
  const fonts = Array.from(
    bytes.toString('latin1').matchAll(/\/BaseFont \/(?:[A-Z]{6}\+)?([\w-]+)/g),
    ([, name = '']) => name,
  );
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const numbers = Array.from({ length: pdf.numPages }, (_, at) => at + 1);
  const pages = await Promise.all(numbers.map((number) => pdf.getPage(number)));
  const texts = await Promise.all(
    pages.map(async (page) => {
      const { items } = await page.getTextContent();
      return items
        .map((item) => ('str' in item ? item.str : ''))
        .join(' ')
        .replaceAll(/\s+/g, ' ');
    }),
  );
  return { pdf, pages, texts, fonts: Array.from(new Set(fonts)) };
}

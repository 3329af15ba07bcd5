/**
 * Third step of the delivery: from what was opened to the folder of a batch, with the manifest for the
 * campaigner and the dossier for the target. Reads only what the dossier may know; nothing of it is in
 * memory but a thousand lines at a time.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Browser } from 'playwright-core';
import type { Settings } from '../../site/settings.ts';
import type { PublishedText } from '../../site/texts.ts';
import { dayOf } from '../../signature/stamp.ts';
import type { Account } from '../account.ts';
import type { Facts as DossierFacts, Grouped } from '../dossier/facts.ts';
import type { DossierWords } from '../dossier/words.ts';
import { type Unprintable, writeHtml, writePdfs } from '../dossier/write.ts';
import { DeliveryError } from '../errors.ts';
import type { Secrets } from '../lock.ts';
import { type OpenedFacts, readShown } from '../opened-file.ts';
import type { Tell } from '../progress.ts';
import { type Aside, readAside, writeAside } from './aside.ts';
import { accountOf } from './balance.ts';
import { type Counted, countPeople, isIn } from './count.ts';
import { folderName, writeFolder } from './folder.ts';
import { group } from './group.ts';
import { namedLines, writeCsv, writeJsonLines } from './lines.ts';
import { hashFiles, makeManifest, type Manifest, sayManifest, sha256 } from './manifest.ts';
import { writeMarks } from './marks.ts';
import { type Person, readPeople } from './people.ts';
import type { BatchRow } from './sql.ts';
import { excusedDay, nextNumber } from './state.ts';

/** What to write, and what the world lends. */
export type WriteOrder = {
  opened: DatabaseSync;
  facts: OpenedFacts;
  secrets: Pick<Secrets, 'shown' | 'salt'>;
  settings: Settings;
  words: { target: DossierWords; english: DossierWords };
  /** Every text that somebody can have signed. */
  texts: readonly PublishedText[];
  out: string;
  now: Date;
  /** Starts the browser that prints; without it there are no PDFs. */
  start: (() => Promise<Browser>) | undefined;
  /** Told how many PDFs are printed. */
  tell: Tell;
  /** A batch that was confirmed, to be written again. */
  again?: { number: number; made: string; account: Account } | undefined;
};

/** Where there is nobody new, there is no folder. */
export type Nobody = { folder: undefined; account: Account; aside: Aside[]; batches: BatchRow[] };

export type Written = {
  folder: string;
  manifest: Manifest;
  /** SHA-256 of the manifest, as it stands on each page. */
  hash: string;
  unprintable: Unprintable;
  /** Why there are no PDFs although they were wanted. */
  withoutPdfs: DeliveryError | undefined;
  aside: Aside[];
  /** The batches before it, as the database had them. */
  batches: BatchRow[];
};

export const manifestFile = 'manifest.json';
export const marksFile = 'marks.txt';
export const dossierFolder = 'dossier';
const asideFile = 'set-aside.txt';
const sumsFile = 'SHA256SUMS';
const signatureFiles = ['signatures.csv', 'signatures.jsonl'] as const;

/**
 * Writes the next batch, or one of before again, into a folder of its own. Throws a DeliveryError where
 * signatures of the one of before are gone.
 */
export async function writeBatch(order: WriteOrder): Promise<Written | Nobody> {
  const { opened, facts, secrets, settings, out, again } = order;
  const number = again?.number ?? nextNumber(facts);
  const made = again?.made ?? dayOf(order.now);
  const isDelivered = isIn(again?.number);
  const people = () => readPeople(readShown(opened, secrets));
  const { counted, fates } = countPeople(people(), isDelivered, excusedDay(facts));
  const account = again?.account ?? accountOf(opened, facts, counted, fates);
  const aside = readAside(opened);
  const { batches } = facts;
  if (account.delivered === 0) return { folder: undefined, account, aside, batches };
  if (account.delivered !== counted.delivered) throw gone(number);
  const tables = { texts: group(counted.byText), countries: countriesOf(counted) };
  const lines = () => namedLines(onlySome(people(), isDelivered), tables);
  const name = again ? `${folderName(number)}-again` : folderName(number);
  let done: Omit<Written, 'folder'> | undefined;
  const folder = await writeFolder(out, name, async (unfinished) => {
    const dossier = join(unfinished, dossierFolder);
    mkdirSync(dossier, { mode: 0o700 });
    writeCsv(join(dossier, signatureFiles[0]), lines(), counted.delivered);
    writeJsonLines(join(dossier, signatureFiles[1]), lines(), counted.delivered);
    const { campaign, key } = facts;
    const source: Manifest['source'] = facts.source === 'deployed' ? 'deployed' : 'local';
    const files = await hashFiles(dossier, signatureFiles);
    const about = { campaign, number, made, source, key, account, files };
    const manifest = makeManifest(about, counted, secrets);
    const text = sayManifest(manifest);
    const hash = sha256(text);
    writeNew(unfinished, manifestFile, text);
    if (!again) {
      writeMarks(join(unfinished, marksFile), opened, people(), isDelivered);
      writeAside(join(unfinished, asideFile), opened);
    }
    const { words } = order;
    const said = dossierFacts(order, { number, made, manifest: hash, account }, counted, tables);
    const form = { folder: dossier, facts: said, lines, words, settings };
    const { files: pages, unprintable } = writeHtml(form);
    const { pdfs, withoutPdfs } = await printPdfs(form, order);
    const sums = await hashFiles(dossier, [...signatureFiles, ...pages, ...pdfs]);
    writeNew(dossier, sumsFile, sums.map((one) => `${one.sha256}  ${one.name}\n`).join(''));
    done = { manifest, hash, unprintable, withoutPdfs, aside, batches };
  });
  if (!done) throw new Error('A folder was not filled');
  return { folder, ...done };
}

/** Says why a batch is not written again. */
export function gone(number: number): DeliveryError {
  return new DeliveryError(
    'batch',
    `Somebody has withdrawn since batch ${number} was handed over, or is of an earlier batch that is destroyed. It is not written again: beside the first list, another one would show who left.`,
    'Its files are where you keep them. To hand over what is new: npm run deliver',
  );
}

/** Says that only its files are left of a batch. */
export function destroyed(number: number): DeliveryError {
  return new DeliveryError(
    'batch',
    `The content of batch ${number} is destroyed, as promised or with a stolen key: it cannot be written again.`,
    'What is left of it: npm run deliver -- --clear',
  );
}

/** A country is shown by itself only where it cannot single anybody out; who named none is never a line. */
function countriesOf({ byCountry }: Counted): Grouped {
  return group(byCountry, ['', 'unmatched']);
}

function dossierFacts(
  { texts }: WriteOrder,
  about: Pick<DossierFacts, 'number' | 'made' | 'manifest' | 'account'>,
  { byLevel, byText }: Counted,
  tables: Pick<DossierFacts, 'texts' | 'countries'>,
): DossierFacts {
  const signed = Array.from(byText.keys(), (version) => {
    const text = texts.find((one) => one.version === version);
    if (text) return text;
    throw new DeliveryError(
      'settings',
      `The text ${version} was signed, and is not in src/content/published. Nobody is handed over without the text that they signed.`,
      'Put its file back (git has it), then run this command again.',
    );
  });
  signed.sort((one, other) => (one.version < other.version ? -1 : 1));
  const paperCountries = group(new Map(Object.entries(about.account.onPaper.byCountry)), ['none']);
  return { ...about, ...tables, levels: byLevel, paperCountries, signed };
}

async function printPdfs(
  form: Parameters<typeof writeHtml>[0],
  { start, tell }: WriteOrder,
): Promise<{ pdfs: string[]; withoutPdfs: Written['withoutPdfs'] }> {
  if (!start) return { pdfs: [], withoutPdfs: undefined };
  try {
    return { pdfs: await writePdfs({ ...form, start, tell }), withoutPdfs: undefined };
  } catch (error) {
    // Everything stands in the HTML too: a delivery does not wait for a browser.
    if (!(error instanceof DeliveryError) || error.code !== 'browser') throw error;
    const printed = readdirSync(form.folder).filter((name) => name.endsWith('.pdf'));
    for (const name of printed) rmSync(join(form.folder, name));
    return { pdfs: [], withoutPdfs: error };
  }
}

function* onlySome(people: Iterable<Person>, which: (person: Person) => boolean) {
  for (const person of people) if (which(person)) yield person;
}

function writeNew(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text, { flag: 'wx', mode: 0o600 });
}

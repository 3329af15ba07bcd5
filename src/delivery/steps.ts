/**
 * What `npm run deliver` writes, from what was opened: the next batch, one of before again, or contacts. Gets
 * keys and settings in, and tells how far it is.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type PublishedText, readPublished, readText } from '../site/texts.ts';
import { dayOf } from '../signature/stamp.ts';
import { accountSchema } from './account.ts';
import { listBatches } from './batch/confirm.ts';
import { writeFolder } from './batch/folder.ts';
import {
  destroyed,
  gone,
  type Nobody,
  writeBatch,
  type WriteOrder,
  type Written,
} from './batch/write.ts';
import { type ContactsWritten, writeContacts } from './contacts/write.ts';
import type { Database } from './database.ts';
import { chromiumFolder, findChromium, startChromium } from './dossier/chromium.ts';
import { readDossierWords } from './dossier/words.ts';
import { DeliveryError, reasonOf } from './errors.ts';
import { deleteLocalFile, whileReading } from './local-file.ts';
import { secretsOf } from './lock.ts';
import type { Fate } from './open.ts';
import { openOpenedFile, readOpenedFacts } from './opened-file.ts';
import { openAll, fetchAll, type Lent } from './source.ts';
import { filesIn, type Where } from './where.ts';
import type { KeyRing } from './key-ring.ts';

/** Where the words are, and whether to print. */
export type Form = { content: string; pdfs: boolean };

/** Writes the next batch from what was opened last. */
export async function writeNext(
  where: Where,
  ring: KeyRing,
  form: Form,
  lent: Lent,
): Promise<Written | Nobody> {
  const path = filesIn(where).opened;
  if (!existsSync(path)) throw notOpened();
  const opened = openOpenedFile(path);
  try {
    return await whileReading(path, () => write(where, opened, ring, form, lent));
  } finally {
    opened.close();
  }
}

/**
 * Writes a confirmed batch again from the rows that it marked. Throws a DeliveryError where there is no such
 * batch, not its key, or somebody of it has withdrawn; returns also the hash that its manifest had.
 */
export async function writeAgain(
  where: Where,
  database: Database,
  ring: KeyRing,
  number: number,
  form: Form,
  lent: Lent,
): Promise<Written & { before: string }> {
  const batch = (await listBatches(database)).find((one) => one.number === number);
  if (!batch?.confirmed) throw noBatch(number);
  const key = ring.keys.get(batch.key_id);
  if (!key) throw noKeyOf(number, batch.key_id);
  const rows = await fetchAll(where, database, lent);
  rows.file.close();
  const path = join(where.folder, 'again.sqlite');
  const secrets = await secretsOf(key.pair);
  const own = { ...ring, secrets, key: batch.key_id };
  const opened = await openAll(where, own, lent, { path, upTo: number });
  try {
    const count = (which: string, fate: Fate) => {
      const sql = `SELECT COUNT(*) AS ended FROM ended WHERE batch ${which} ? AND fate = ?`;
      return Number(opened.prepare(sql).get(number, fate)?.['ended']);
    };
    if (count('=', 'destroyed') > 0) throw destroyed(number);
    if (count('<=', 'withdrawn') > 0) throw gone(number);
    const account = accountSchema.parse(JSON.parse(batch.account));
    const again = { number, made: batch.made, account };
    const written = await write(where, opened, own, form, lent, again);
    if (written.folder === undefined) throw gone(number);
    return { ...written, before: batch.manifest };
  } finally {
    opened.close();
    deleteLocalFile(path);
  }
}

/**
 * Writes the contacts of those who asked for news into a folder named by the day, which takes the place of
 * an older one. Reads and opens first, so that nobody is in it who has withdrawn.
 */
export async function writeNews(
  where: Where,
  database: Database,
  ring: KeyRing,
  wish: { content: string; dangerous: boolean },
  lent: Lent,
): Promise<ContactsWritten & { folder: string }> {
  const rows = await fetchAll(where, database, lent, true);
  rows.file.close();
  const opened = await openAll(where, ring, lent);
  try {
    const { settings, now } = lent;
    const published = readTexts(wish.content, settings);
    const from = { opened, secrets: ring.secrets, terms: settings, published };
    let written: ContactsWritten | undefined;
    const folder = await writeFolder(where.folder, `contacts-${dayOf(now)}`, (unfinished) => {
      written = writeContacts({ ...from, folder: unfinished, dangerous: wish.dangerous });
      return Promise.resolve();
    });
    if (!written) throw new Error('A folder was not filled');
    return { ...written, folder };
  } finally {
    opened.close();
  }
}

async function write(
  { folder: out }: Where,
  opened: DatabaseSync,
  { secrets, key }: KeyRing,
  { content, pdfs }: Form,
  { settings, now, progress }: Lent,
  again?: WriteOrder['again'],
): Promise<Written | Nobody> {
  const facts = readOpenedFacts(opened);
  if (facts?.campaign !== settings.id || facts.key !== key) throw notOpened();
  const shown = progress('Printing');
  const order: WriteOrder = {
    ...{ opened, facts, secrets, settings, out, now, tell: shown.tell, again },
    words: {
      target: readDossierWords(content, settings.targetLanguage),
      english: readDossierWords(content, 'en'),
    },
    texts: readTexts(content, settings),
    start: pdfs ? async () => startChromium(await findChromium(chromiumFolder)) : undefined,
  };
  try {
    return await writeBatch(order);
  } finally {
    shown.end();
  }
}

/** All texts that somebody can have signed; on a development machine also one that is not published yet. */
export function readTexts(content: string, settings: Lent['settings']): PublishedText[] {
  try {
    const published = readPublished(content);
    const present = settings.languages.map((language) => readText(content, language, settings));
    return [...published, ...present];
  } catch (error) {
    throw new DeliveryError(
      'settings',
      `The texts that were signed cannot be read: ${reasonOf(error)}`,
      'Mend that file (git has it as it was), then run this command again.',
      error,
    );
  }
}

function noBatch(number: number): DeliveryError {
  return new DeliveryError(
    'batch',
    `There is no confirmed batch ${number}.`,
    'To write what was not handed over yet: npm run deliver',
  );
}

function noKeyOf(number: number, key: string): DeliveryError {
  return new DeliveryError(
    'keys',
    `Batch ${number} was put into its order by the key ${key}, which is not here.`,
    'Put its file into the key folder, or name its folder: --key-folder FOLDER',
  );
}

function notOpened(): DeliveryError {
  return new DeliveryError(
    'files',
    'The rows of this campaign have not been opened with this key on this machine.',
    'Open them: npm run deliver -- --only open',
  );
}

/**
 * Makes the campaign's key pair: the public half goes into campaign.yaml, the private one into a file
 * that a passphrase protects. Before either stands in its place, the file is read back, opened with
 * the passphrase typed anew, and has opened what the page seals. Until then nothing is changed.
 */
import { constants, copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isSeq, parseDocument } from 'yaml';
import { keyIdOf } from '../site/campaign.ts';
import type { Settings } from '../site/settings.ts';
import { DeliveryError } from './errors.ts';
import { makeKeyPair, readPlainKey } from './key-file.ts';
import { isProtected, type KeyName, keyNameOf, listKeyFiles } from './key-name.ts';
import type { Ask } from './passphrase.ts';
import { inRehearsal, lockAndProve, notProven } from './rehearsal.ts';
import { readTerms } from './terms.ts';

export type MadeKey = { campaign: string; id: string; privateFile: string; settingsFile: string };

/** Where the new key's passphrase comes from, and then the one that opens it in the rehearsal. */
export type Passphrases = { choose: () => Promise<string>; ask: Ask };

/**
 * Makes the key pair of the campaign in a content folder. Throws a DeliveryError, and leaves all as it
 * was, when there is a key already or the new one cannot be proven.
 */
export async function makeCampaignKey(
  content: string,
  folder: string,
  { choose, ask }: Passphrases,
): Promise<MadeKey> {
  const settingsFile = join(content, 'campaign.yaml');
  const settings = readTerms(content);
  await refuseSecond(settings, settingsFile, folder);
  const key = await makeKeyPair(settings.id);
  const before = readFileSync(settingsFile, 'utf8');
  const after = addKey(before, key.publicKey);
  const passphrase = await choose();
  return inRehearsal(folder, async (rehearsal) => {
    const written = await lockAndProve(rehearsal, key, passphrase, ask);
    const privateFile = join(folder, basename(written));
    copyFileSync(written, privateFile, constants.COPYFILE_EXCL);
    putToUse(content, settingsFile, { before, after, publicKey: key.publicKey, privateFile });
    return { campaign: settings.id, id: key.id, privateFile, settingsFile };
  });
}

/** Adds a current public key to the text of campaign.yaml; comments and all else stay. */
export function addKey(yaml: string, publicKey: string): string {
  const document = parseDocument(yaml);
  const keys = document.get('keys');
  if (!isSeq(keys)) throw notProven('campaign.yaml has no list of keys');
  keys.flow = false;
  keys.add(document.createNode({ publicKey, status: 'current' }));
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

async function refuseSecond(settings: Settings, file: string, folder: string): Promise<void> {
  const current = settings.keys.find((key) => key.status === 'current');
  if (current)
    throw new DeliveryError(
      'keys',
      `${file} already has a current key (${keyIdOf(current.publicKey)}). Nothing was changed.`,
      'To replace it, first set its status to accepted, so that signatures on their way still open.',
    );
  const listed = settings.keys.map((key) => keyIdOf(key.publicKey));
  const isOrphan = (key: KeyName | undefined) =>
    key?.campaign === settings.id && !listed.includes(key.id);
  const files = listKeyFiles(folder);
  const locked = files.filter((one) => isOrphan(keyNameOf(one)));
  const plain = await Promise.all(
    files.filter((one) => !isProtected(one)).map((one) => readPlainKey(one)),
  );
  const open = plain.filter((key) => !key.development && isOrphan(key)).map((key) => key.file);
  const [orphan] = [...open, ...locked];
  if (orphan !== undefined)
    throw new DeliveryError(
      'keys',
      `${orphan} is a private key of this campaign, but ${file} lacks its public key. Nothing was changed.`,
      'To use it, run `npm run keys -- --check`, which shows the lines to add.\n' +
        'If you never used it, move the file away and run `npm run keys` again.',
    );
}

/** Publishes the public key; where that fails, both halves are as they were. */
function putToUse(
  content: string,
  settingsFile: string,
  made: { before: string; after: string; publicKey: string; privateFile: string },
): void {
  try {
    replaceFile(settingsFile, made.after);
    const listed = readTerms(content).keys.find((key) => key.publicKey === made.publicKey);
    if (listed?.status !== 'current') throw notProven('campaign.yaml does not hold its public key');
  } catch (error) {
    replaceFile(settingsFile, made.before);
    rmSync(made.privateFile);
    throw error;
  }
}

/** Replaces a file as a whole, so that no half of it can be read. */
export function replaceFile(file: string, text: string): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/**
 * `npm run keys`: makes the campaign's key pair. The public key goes into campaign.yaml, the private
 * one into a file on this machine. Nothing is overwritten, and nothing is called done before the
 * file has opened what the page seals.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSeq, parseDocument } from 'yaml';
import { keyIdOf } from '../site/campaign.ts';
import { keyFolder } from '../site/development.ts';
import { contentFolder, type Settings } from '../site/settings.ts';
import { infoOf } from '../signature/binding.ts';
import { fromBase64url, toBinary } from '../signature/bytes.ts';
import { hashCode, drawCode } from '../signature/code.ts';
import { sealTo } from '../signature/hpke.ts';
import { DeliveryError, explain } from './errors.ts';
import { makeKeyPair, type OpenedKeyFile, readKeyFiles, writeKeyFile } from './key-file.ts';
import { unseal } from './open.ts';
import { readTerms } from './terms.ts';

export type MadeKey = { campaign: string; id: string; privateFile: string; settingsFile: string };

/**
 * Makes the key pair of the campaign in a content folder. Throws a DeliveryError, and leaves
 * campaign.yaml as it was, when there is a key already or the new one cannot be proven.
 */
export async function makeCampaignKey(content: string, folder: string): Promise<MadeKey> {
  const settingsFile = join(content, 'campaign.yaml');
  const settings = readTerms(content);
  refuseSecond(settings, settingsFile, await readKeyFiles(folder));
  const key = await makeKeyPair(settings.id);
  const before = readFileSync(settingsFile, 'utf8');
  const after = addKey(before, key.publicKey);
  const privateFile = writeKeyFile(folder, key);
  try {
    replaceFile(settingsFile, after);
    await prove(content, folder, key.publicKey);
  } catch (error) {
    replaceFile(settingsFile, before);
    throw error;
  }
  return { campaign: settings.id, id: key.id, privateFile, settingsFile };
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

function refuseSecond(settings: Settings, file: string, kept: readonly OpenedKeyFile[]): void {
  const current = settings.keys.find((key) => key.status === 'current');
  if (current)
    throw new DeliveryError(
      'keys',
      `${file} already has a current key (${keyIdOf(current.publicKey)}). Nothing was changed.`,
      'To replace it, first set its status to accepted, so that signatures on their way still open.',
    );
  const known = settings.keys.map((key) => key.publicKey);
  const orphan = kept.find(
    (key) => !key.development && key.campaign === settings.id && !known.includes(key.publicKey),
  );
  if (orphan)
    throw new DeliveryError(
      'keys',
      `${orphan.file} is a private key of this campaign, but ${file} lacks its public key. Nothing was changed.`,
      `To use it, add under keys:\n  - publicKey: ${orphan.publicKey}\n    status: current\n` +
        'If you never used it, move the file away and run `npm run keys` again.',
    );
}

/** Reads both halves again and opens a canary that the page's own module sealed. */
async function prove(content: string, folder: string, publicKey: string): Promise<void> {
  const settings = readTerms(content);
  const listed = settings.keys.some(
    (key) => key.publicKey === publicKey && key.status === 'current',
  );
  const kept = (await readKeyFiles(folder)).find((key) => key.publicKey === publicKey);
  const point = fromBase64url(publicKey);
  if (!listed || !kept || point === undefined)
    throw notProven('a half of it could not be read again');
  const info = infoOf(settings.id, kept.id);
  const aad = await hashCode(drawCode());
  const canary = drawCode();
  const opened = await unseal(kept.pair, info, aad, await sealTo(point, info, aad, canary));
  if (!opened || toBinary(opened) !== canary)
    throw notProven('it did not open what the page seals');
}

function notProven(reason: string): DeliveryError {
  return new DeliveryError(
    'keys',
    `The new key was not put to use: ${reason}.`,
    'Mend that, move the unused private key away, and run `npm run keys` again.',
  );
}

/** Replaces a file as a whole, so that no half of it can be read. */
function replaceFile(file: string, text: string): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

function report({ campaign, id, privateFile, settingsFile }: MadeKey): string {
  return `Made the key pair ${id} of the campaign ${campaign}, and opened a test signature with it.

  Public key    added to ${settingsFile}
  Private key   ${privateFile}

Back the private key up now, on two sticks that you keep in two safe places.
Without it no signature can ever be opened. Whoever has it and the database can read every
name: never upload, send or commit it, and keep it on no server.

Next: npm run deploy`;
}

if (import.meta.main)
  try {
    console.log(report(await makeCampaignKey(contentFolder, keyFolder)));
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }

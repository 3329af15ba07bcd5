/**
 * The key pair that signs the mirror, apart from the one that opens signatures: whoever steals it can sign a
 * changed page and still read no name. The private half stays in a folder on the campaigner's machine, the
 * public one stands in campaign.yaml.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { makeKeyPair, readKeyFiles, writeKeyFile } from '../delivery/key-file.ts';
import type { Settings } from '../site/settings.ts';
import { MirrorError } from './error.ts';
import { isSigned, signBytes } from '../signature/ecdsa.ts';

const what =
  ' The key that signs the mirror (docs/mirror.md). `npm run mirror -- --new-key` wrote it.';

/** Where signing keys are, in the folder of all keys. */
function folderOf(keyFolder: string): string {
  return join(keyFolder, 'mirror');
}

/**
 * Makes the signing key of a campaign; returns its id and the file with the private half. Throws a
 * MirrorError, and changes nothing, when there is one already.
 */
export async function makeMirrorKey(content: string, settings: Settings, keyFolder: string) {
  const settingsFile = join(content, 'campaign.yaml');
  if (settings.mirrorKey !== undefined)
    throw new MirrorError(
      `${settingsFile} already has a mirrorKey. Nothing was changed.`,
      'Copies that are out are checked with it. If it is lost or stolen, take the line out, run this again, and tell everybody who hosts a copy.',
    );
  const folder = folderOf(keyFolder);
  const [orphan] = await keysOf(folder, settings.id);
  if (orphan)
    throw new MirrorError(
      `${orphan.file} is a signing key of this campaign, and ${settingsFile} lacks its public half. Nothing was changed.`,
      `To use it, add the line: mirrorKey: ${orphan.publicKey}\nElse move the file away and run this again.`,
    );
  const key = await makeKeyPair(settings.id);
  const file = writeKeyFile(folder, key);
  await readMirrorKey(keyFolder, settings.id, key.publicKey);
  writeFileSync(settingsFile, withKey(readFileSync(settingsFile, 'utf8'), key.publicKey));
  return { id: key.id, publicKey: key.publicKey, file, settingsFile };
}

/** The private half of a public key, proven to sign for it. Throws a MirrorError where it is not there. */
export async function readMirrorKey(
  keyFolder: string,
  campaign: string,
  publicKey: string,
): Promise<CryptoKey> {
  const folder = folderOf(keyFolder);
  const key = (await keysOf(folder, campaign)).find((one) => one.publicKey === publicKey);
  if (!key)
    throw new MirrorError(
      `The private key that signs this mirror is not in ${folder}. Nothing was written.`,
      'Put your copy of it there. For a look at the files without a signature: npm run mirror -- --unsigned',
    );
  const proof = new TextEncoder().encode(campaign);
  const signature = await signBytes(proof, key.pair.privateKey);
  if (!(await isSigned(proof, signature, new Uint8Array(Buffer.from(publicKey, 'base64url')))))
    throw new MirrorError(`${key.file} does not sign.`, 'Put back your copy of it.');
  return key.pair.privateKey;
}

async function keysOf(folder: string, campaign: string) {
  return (await readKeyFiles(folder, { purpose: 'signing' })).filter(
    (key) => key.campaign === campaign,
  );
}

/** campaign.yaml with the public key in it; comments and all else stay. */
function withKey(yaml: string, publicKey: string): string {
  const document = parseDocument(yaml);
  const name = document.createNode('mirrorKey');
  name.commentBefore = what;
  name.spaceBefore = true;
  document.add({ key: name, value: publicKey });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/**
 * `npm run mirror`: writes the petition as files that sign from a disk, each language one, with a manifest
 * that only the campaigner can sign; `--verify` checks somebody's copy. Exit code 0: written, or as signed;
 * 1: nothing was written, or not as signed.
 */
import { parseArgs } from 'node:util';
import { DeliveryError, explain } from '../delivery/errors.ts';
import { stopAtMistakes } from '../site/check/content.ts';
import { keyIdOf } from '../site/campaign.ts';
import { keyFolder } from '../site/development.ts';
import { contentFolder, readSettings, type Settings } from '../site/settings.ts';
import { buildFiles } from './build.ts';
import { type Edition, editionOf, readCommit } from './edition.ts';
import { MirrorError } from './error.ts';
import { makeMirrorKey, readMirrorKey } from './key.ts';
import {
  type Files,
  manifestFile,
  sha256,
  sumsFile,
  writeManifest,
  writeSums,
} from './manifest.ts';
import { signBytes } from '../signature/ecdsa.ts';
import { verifyMirror } from './verify.ts';
import { readLast, writeMirror } from './write.ts';

const help = `npm run mirror -- [options]

  --new-key            make the key that signs the mirror, once
  --out FOLDER         where to write the mirror (mirror)
  --key-folder FOLDER  where the private keys are (${keyFolder})
  --date DAY           the day of the edition; without it that of the last commit
  --serial NUMBER      its number; without it the time of the commit in seconds
  --unsigned           for a look: without a signature, and without a key

  --verify PATH        check a mirror's folder, or one file beside its manifest
  --key KEY            the campaign's public mirror key; without it that of campaign.yaml

  --help               show this`;

type Chosen = ReturnType<typeof readArguments>;

async function run(): Promise<number> {
  const chosen = readArguments();
  if (chosen.help) return tell(help);
  if (chosen.verify !== undefined) return verify(chosen.verify, chosen.key);
  stopAtMistakes();
  if (!chosen.unsigned && process.env['CI'])
    throw new MirrorError(
      'This machine says that it builds for others (CI is set): a signing key has no place on it.',
      'Run this on your own machine. Without a signature: npm run mirror -- --unsigned',
    );
  return chosen['new-key'] ? makeKey(chosen['key-folder']) : make(chosen);
}

async function make(chosen: Chosen): Promise<number> {
  const settings = readSettings(contentFolder);
  const { id, host, mirrorKey = '' } = settings;
  const sign = chosen.unsigned ? undefined : await signer(chosen['key-folder'], settings);
  const commit = readCommit();
  const edition = editionOf(chosen, commit?.seconds, settings.closes);
  if (sign) refuseOld(edition);
  const last = readLast(chosen.out, edition, sign !== undefined);
  const pages = await buildFiles(contentFolder, settings, edition);
  const files = new Map([...pages, [sumsFile, writeSums(pages)]]);
  const key = mirrorKey && keyIdOf(mirrorKey);
  const manifest = writeManifest(files, edition, { campaign: id, host, key });
  const signature = sign && (() => sign(manifest));
  const changed = await writeMirror(chosen.out, last, files, manifest, signature);
  const uncommitted = commit?.clean === false;
  return tell(
    [
      changed ? `Wrote ${chosen.out}:` : `${chosen.out} already holds this edition:`,
      listOf(files),
      `Edition ${edition.serial}, made on ${edition.made}, good until ${edition.expires}.`,
      `SHA-256 of ${manifestFile}, to read out on the telephone:\n  ${inGroups(sha256(manifest))}`,
      sign ? `Signed with the key ${key}.` : 'NOT SIGNED: for a look only, never to be passed on.',
      ...(uncommitted ? ['Not all changes are committed: nobody else can build these bytes.'] : []),
    ].join('\n\n'),
  );
}

/** A file that says at once that it is too old helps nobody. */
function refuseOld({ made, expires }: Edition): void {
  const now = today();
  if (expires < now)
    throw new MirrorError(
      `This edition would have been too old since ${expires}: the last commit is of ${made}.`,
      `Take today's day: npm run mirror -- --date ${now}`,
    );
}

async function signer(folder: string, { id, keys, mirrorKey }: Settings) {
  if (!keys.some(({ status }) => status === 'current'))
    throw new MirrorError(
      'campaign.yaml has no current key, so a file could seal nothing.',
      'Make the key that signatures are sealed to: npm run keys',
    );
  if (mirrorKey === undefined)
    throw new MirrorError(
      'campaign.yaml has no mirrorKey, so nobody could tell this mirror from a forged one.',
      'Make the key, once: npm run mirror -- --new-key\nFor a look at the files without it: npm run mirror -- --unsigned',
    );
  const key = await readMirrorKey(folder, id, mirrorKey);
  return (bytes: Uint8Array<ArrayBuffer>) => signBytes(bytes, key);
}

async function makeKey(folder: string): Promise<number> {
  const made = await makeMirrorKey(contentFolder, readSettings(contentFolder), folder);
  return tell(`Made the key ${made.id} that signs the mirror, and proved it.

  Public key    in ${made.settingsFile}: ${made.publicKey}
  Private key   ${made.file}

Back the private key up, and keep it on no server: whoever has it can sign a changed page that
steals what people type. Publish the public key where people know you, so that they can check.

Next: commit ${made.settingsFile}, then npm run mirror`);
}

async function verify(path: string, key: string | undefined): Promise<number> {
  const own = key === undefined ? readSettings(contentFolder) : undefined;
  const publicKey = key ?? own?.mirrorKey;
  if (publicKey === undefined || !/^[\w-]{87}$/.test(publicKey))
    throw new MirrorError(
      publicKey === undefined
        ? 'This clone has no mirrorKey in campaign.yaml.'
        : 'A mirror key is 87 letters, digits, dashes and underscores.',
      'Ask the campaign for its public mirror key, by a way that you trust: --key KEY',
    );
  const known = { publicKey, campaign: own?.id, today: today() };
  const { good, lines } = await verifyMirror(path, known);
  return tell(lines.join('\n'), good ? 0 : 1);
}

function readArguments() {
  const options = {
    'new-key': { type: 'boolean', default: false },
    out: { type: 'string', default: 'mirror' },
    'key-folder': { type: 'string', default: keyFolder },
    date: { type: 'string' },
    serial: { type: 'string' },
    unsigned: { type: 'boolean', default: false },
    verify: { type: 'string' },
    key: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new MirrorError(
      error instanceof Error ? error.message : String(error),
      'To see the options: npm run mirror -- --help',
    );
  }
}

function listOf(files: Files): string {
  return [...files]
    .map(([name, { length }]) => `  ${name.padEnd(14)}${String(length).padStart(8)} bytes`)
    .join('\n');
}

/** The ISO day of this machine's clock: for what is too old, never for what is written. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Four and four, as one reads a number out. */
function inGroups(hexadecimal: string): string {
  return hexadecimal.replace(/.{4}(?=.)/g, '$& ');
}

function tell(text: string, exitCode = 0): number {
  console.log(text);
  return exitCode;
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(
    error instanceof Error && !(error instanceof DeliveryError) ? error.message : explain(error),
  );
  process.exitCode = 1;
}

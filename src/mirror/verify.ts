/**
 * Checks a mirror as somebody hosts or received it: signature first, then each file against the manifest.
 * Says what it found in sentences. Reads files, asks nobody.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { keyIdOf } from '../site/campaign.ts';
import { type Manifest, manifestFile, readManifest, sha256, signatureFile } from './manifest.ts';
import { isSigned } from '../signature/ecdsa.ts';

/** What the one who checks knows by another way than the copy. */
export type Known = {
  /** The campaign's mirror key, 87 characters of base64url. */
  publicKey: string;
  /** Its id, where it is known. */
  campaign?: string | undefined;
  /** Today's ISO day. */
  today: string;
};

/** Whether a copy is what was signed, and what there is to say about it, line by line. */
export type Finding = { good: boolean; lines: string[] };

/** Checks a whole folder, or one file of it by the manifest that lies beside. */
export async function verifyMirror(path: string, known: Known): Promise<Finding> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return bad(`There is nothing at ${path}.`);
  const folder = stat.isDirectory() ? path : dirname(path);
  const signed = await verifyManifest(folder, known);
  if (typeof signed === 'string') return bad(signed, 'No file was compared.');
  const { manifest, bytes } = signed;
  const faults = stat.isDirectory()
    ? compareFolder(folder, manifest)
    : compareFile(path, manifest, [manifestFile, signatureFile]);
  if (known.today > manifest.expires)
    faults.push(
      `It was good until ${manifest.expires}, and today is ${known.today}: ask for a newer edition.`,
    );
  if (faults.length > 0) return bad(...faults);
  return {
    good: true,
    lines: [
      `This is what the campaign ${manifest.campaign} signed: ${describe(path, stat.isDirectory(), manifest)}.`,
      `Edition ${manifest.serial}, made on ${manifest.made}, good until ${manifest.expires}, for ${manifest.host}.`,
      `SHA-256 of ${manifestFile}: ${sha256(bytes)}`,
    ],
  };
}

/** The manifest, once it is certain who signed it; else a sentence that says why not. */
async function verifyManifest(
  folder: string,
  { publicKey, campaign }: Known,
): Promise<{ manifest: Manifest; bytes: Uint8Array } | string> {
  const bytes = read(folder, manifestFile);
  if (!bytes)
    return `There is no ${manifestFile} in ${folder}: ask for it and for ${signatureFile}, or get both from where the files came from.`;
  const signature = read(folder, signatureFile);
  if (!signature)
    return `There is no ${signatureFile} in ${folder}: nobody can tell who made these files.`;
  const key = new Uint8Array(Buffer.from(publicKey, 'base64url'));
  if (!(await isSigned(bytes, new Uint8Array(Buffer.from(signature.toString(), 'base64')), key)))
    return `The signature is not that of the key ${keyIdOf(publicKey)} on this ${manifestFile}: it was changed or cut, or somebody else signed it. Do not use these files, and do not pass them on.`;
  const manifest = readManifest(bytes);
  if (!manifest)
    return `The signature is right, but ${manifestFile} is of a kind that this version does not know.`;
  if (campaign !== undefined && manifest.campaign !== campaign)
    return `This is a mirror of the campaign ${manifest.campaign}, not of ${campaign}.`;
  return { manifest, bytes };
}

function compareFolder(folder: string, { files }: Manifest): string[] {
  const there = readdirSync(folder).filter(
    (name) => name !== manifestFile && name !== signatureFile,
  );
  const missing = Object.keys(files).filter((name) => !there.includes(name));
  const extra = there.filter((name) => !(name in files));
  const changed = there.filter(
    (name) => name in files && sha256(readFileSync(join(folder, name))) !== files[name]?.sha256,
  );
  return [
    ...changed.map((name) => `${name} was changed: do not open it, and do not pass it on.`),
    ...missing.map((name) => `${name} is missing.`),
    ...extra.map((name) => `${name} is no part of the mirror: take it out.`),
  ];
}

/** A file may have got another name on its way; what counts is what it holds. */
function compareFile(path: string, manifest: Manifest, own: string[]): string[] {
  const name = basename(path);
  if (own.includes(name) || nameOf(path, manifest) !== undefined) return [];
  return [
    `${name} is no file of this edition, or was changed: do not open it, and do not pass it on.`,
  ];
}

function nameOf(path: string, { files }: Manifest): string | undefined {
  const hash = sha256(readFileSync(path));
  return Object.keys(files).find((name) => files[name]?.sha256 === hash);
}

function describe(path: string, isFolder: boolean, manifest: Manifest): string {
  if (isFolder)
    return `${Object.keys(manifest.files).length} files, none changed, missing or added`;
  const name = nameOf(path, manifest) ?? basename(path);
  return name === basename(path) ? name : `${basename(path)} is its ${name}`;
}

function read(folder: string, name: string): Buffer<ArrayBuffer> | undefined {
  try {
    return readFileSync(join(folder, name));
  } catch {
    return undefined;
  }
}

function bad(...lines: string[]): Finding {
  return { good: false, lines };
}

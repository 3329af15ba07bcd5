/**
 * Puts a backup into a new database. What is known to have happened since is applied to a copy on this machine
 * first, so nobody who withdrew gets into the database, nor into its history.
 */
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dayOf } from '../../signature/stamp.ts';
import { keyIdOf } from '../../site/campaign.ts';
import { asDatabase, copyName, listBackups } from '../backup/backup-file.ts';
import type { Lent } from '../backup/command.ts';
import type { RestoreOptions } from '../backup/options.ts';
import { inTotal } from '../backup/tables.ts';
import { type Checked, signaturesOf, type Sum, summarize, verifyBackup } from '../backup/verify.ts';
import { DeliveryError } from '../errors.ts';
import { deleteLocalFile, inFile, whileReading } from '../local-file.ts';
import { openRowsFile, readFacts } from '../rows-file.ts';
import { filesIn } from '../where.ts';
import {
  applyFinal,
  applyRevoked,
  type Revoked,
  bringClosing,
  applyHandedOver,
  applyInvalidated,
} from './apply.ts';
import { countFilled, fill } from './fill.ts';
import { type Folder, listUnknown, readHandedOver } from './folders.ts';
import { printRestored } from './print.ts';
import { closeAll, findSince, type Known, type Since } from './since.ts';

/** Restores a backup, or says what would be restored; returns what to print. */
export async function restore(file: string, chosen: RestoreOptions, lent: Lent): Promise<string[]> {
  const checked = await checkFile(file, lent);
  const { campaign, source, begun } = checked.facts;
  const withdrawn = signaturesOf(checked, 'withdrawn');
  const wanted = { campaign, source, after: begun, withdrawn };
  const known = await findSince(chosen, [dirname(file)], wanted, lent.progress);
  const path = join(chosen.folder, copyName);
  try {
    const copy = openCopy(file, path);
    try {
      const came = await whileReading(path, () =>
        bringUpToDate(copy, checked, known, chosen, revokedIn(lent)),
      );
      const filled = await intoDatabase(copy, chosen, lent);
      if (chosen.yes) forgetHalves(chosen, campaign);
      return printRestored({ ...came, known, filled, done: chosen.yes, file, begun });
    } finally {
      copy.close();
    }
  } finally {
    deleteLocalFile(path);
    closeAll(known);
  }
}

/** The keys that campaign.yaml calls revoked: the backup may be older than the theft. */
function revokedIn({ settings: { keys }, now }: Lent): Revoked[] {
  const stolen = keys.filter(({ status }) => status === 'revoked');
  return stolen.map(({ publicKey }) => ({ id: keyIdOf(publicKey), day: dayOf(now) }));
}

type UpToDate = { lost: number; before: Sum; after: Sum; unknown: Folder[] };

async function bringUpToDate(
  copy: DatabaseSync,
  { facts }: Checked,
  { sources, newest }: Known,
  { deliveries, handedOver }: RestoreOptions,
  revoked: readonly Revoked[],
): Promise<UpToDate> {
  const target = asDatabase(copy);
  const lost = newest ? countLost(copy, newest) : 0;
  const before = summarize(copy);
  for (const one of sources) await applyFinal(target, one);
  if (newest) await applyInvalidated(target, newest);
  for (const one of sources)
    if (one.isBackup && (await bringClosing(target, one)))
      copy.exec('UPDATE signature SET tag = NULL');
  for (const key of revoked) await applyRevoked(target, key);
  for (const number of handedOver)
    await applyHandedOver(target, await readHandedOver(deliveries, number, facts.campaign));
  if (copy.prepare("SELECT 1 FROM destruction WHERE why = 'end'").get()) throw ended();
  copy.exec(
    `UPDATE tally SET total = ${facts.above} + (SELECT COUNT(*) FROM signature WHERE ${inTotal})`,
  );
  return { lost, before, after: summarize(copy), unknown: listUnknown(deliveries, copy) };
}

/** Fills the database, or only looks whether it can be filled; returns how many rows were there before. */
async function intoDatabase(
  copy: DatabaseSync,
  chosen: RestoreOptions,
  lent: Lent,
): Promise<number> {
  const database = await lent.openDatabase(chosen);
  const progress = lent.progress('Restoring');
  try {
    return chosen.yes
      ? await fill(database, copy, progress.tell)
      : await countFilled(database, copy);
  } finally {
    progress.end();
    await database.close();
  }
}

/** What was broken off while the old database was read must not be gone on with in the new one. */
function forgetHalves({ folder, deliveries }: RestoreOptions, campaign: string): void {
  const halves = listBackups(folder, campaign).filter(({ finished }) => !finished);
  for (const { path } of halves) deleteLocalFile(path);
  const { rows } = filesIn({ folder: deliveries });
  if (existsSync(rows) && isBrokenOff(rows)) deleteLocalFile(rows);
}

function isBrokenOff(rows: string): boolean {
  const { file, ...fetched } = openRowsFile(rows);
  try {
    return readFacts({ file, ...fetched })?.complete !== true;
  } finally {
    file.close();
  }
}

function openCopy(file: string, path: string): DatabaseSync {
  deleteLocalFile(path);
  return inFile(path, () => {
    copyFileSync(file, path);
    chmodSync(path, 0o600);
    return new DatabaseSync(path);
  });
}

async function checkFile(file: string, { settings, progress }: Lent): Promise<Checked> {
  const checking = progress('Checking the backup');
  try {
    return await verifyBackup(file, settings.id, checking.tell);
  } finally {
    checking.end();
  }
}

/** How many signatures are known to have come after the backup; they are not in it. */
function countLost(copy: DatabaseSync, { path, file }: Since): number {
  const has = copy.prepare('SELECT 1 FROM signature WHERE id_hash = ?');
  const sql = "SELECT DISTINCT id_hash FROM signature WHERE state <> 'withdrawn'";
  return inFile(path, () => {
    let lost = 0;
    for (const { id_hash: id } of file.prepare(sql).iterate())
      if (id instanceof Uint8Array && !has.get(id)) lost += 1;
    return lost;
  });
}

function ended(): DeliveryError {
  return new DeliveryError(
    'settings',
    'The campaign has ended, and its signatures were destroyed. Nothing was changed.',
    'Delete its backups: npm run backup -- --clear. Those that are not listed: delete their files.',
  );
}

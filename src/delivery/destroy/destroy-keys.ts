/**
 * `npm run keys -- --destroy`: the last step of a campaign. Once every copy of its private keys is gone, no
 * old copy of the rows can ever be opened. Needs no passphrase, and opens no key.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Settings } from '../../site/settings.ts';
import { isOver } from '../../signature/closing.ts';
import { dayOf, lastDayOf } from '../../signature/stamp.ts';
import { DeliveryError } from '../errors.ts';
import type { AskWord } from '../typed-word.ts';
import { findKeys, type Found } from './find.ts';
import { destroyFile } from './overwrite.ts';

/** What the world lends; `say` prints at once, before somebody is asked. */
export type Lent = { now: Date; ask: AskWord; say: (lines: string) => void };

/** Shows what would be destroyed or, told so, destroys it; returns what to print. */
export async function destroyKeys(
  { id, closes }: Pick<Settings, 'id' | 'closes'>,
  keyFolder: string,
  yes: boolean,
  { now, ask, say }: Lent,
): Promise<string> {
  const found = findKeys(keyFolder, id);
  if (found.files.length + found.folders.length === 0)
    return [`There is nothing left: ${keyFolder} holds no private key of ${id}.`, ...limits].join(
      '\n',
    );
  const lastDay = lastDayOf(closes);
  const isTime = isOver(closes, dayOf(now));
  const plan = printPlan(found, id, keyFolder).join('\n');
  if (!yes)
    return [
      'A rehearsal: nothing is changed.',
      '',
      plan,
      '',
      `Signatures are taken until ${closes}, and carried ones until ${lastDay}: the keys can be destroyed ${isTime ? 'now' : 'from the day after'}.`,
      'To do it: npm run keys -- --destroy --yes',
    ].join('\n');
  if (!isTime) throw tooEarly(closes, lastDay);
  say(`${plan}\n`);
  const typed = await ask(`Nobody can take this back. Type the id of the campaign (${id}): `);
  if (typed !== id)
    throw new DeliveryError(
      'arguments',
      'That is not the id of the campaign. Nothing was changed.',
      'To begin again, run the same command.',
    );
  for (const file of found.files) destroyFile(file, randomBytes);
  for (const folder of found.folders) rmSync(folder, { recursive: true });
  return [
    `Destroyed in ${keyFolder}: ${filesOf(found.files.length)}, overwritten and deleted.`,
    ...limits,
  ].join('\n');
}

function printPlan({ files, folders, others }: Found, id: string, keyFolder: string): string[] {
  return [
    `Private keys of the campaign ${id} in ${keyFolder}, and pages that print them:`,
    ...files.map((file) => `  ${file}`),
    ...folders.map((folder) => `  ${folder}, the folder itself`),
    ...(others.length > 0
      ? [`Left alone, since no name says that it is such a key: ${others.join(', ')}`]
      : []),
    '',
    'Once all copies are destroyed, nobody can open a signature again: not you, and not whoever has an old',
    'copy of the rows. What was not handed over by then never will be.',
    ...limits,
  ];
}

const limits = [
  '',
  'This command cannot reach, and you must destroy yourself:',
  '  - copies on sticks, on other machines, and in backups of this disk',
  '  - the paper copy, and the paper with the passphrase',
  '  - the shares of a split key: ask each holder to burn theirs, and to tell you',
  'As long as one of them is left, it opens every old copy of the rows.',
  'An SSD or a stick may keep bytes that were overwritten. If this disk is encrypted, that harms nobody; if',
  'not, only destroying the disk is sure.',
];

function tooEarly(closes: string, lastDay: string): DeliveryError {
  return new DeliveryError(
    'arguments',
    `Signatures are taken until ${closes}, and carried ones until ${lastDay}: without the keys they could never be opened. Nothing was changed.`,
    'Wait until then. Was a key stolen? npm run revoke (docs/stolen-key.md)',
  );
}

function filesOf(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}

/** What `npm run restore` says: what there is, what is known since and from where, and what nobody knows. */
import { amount, sayStates } from '../backup/print.ts';
import { signaturesOf, type Sum } from '../backup/verify.ts';
import type { Folder } from './folders.ts';
import type { Known } from './since.ts';

/** What was restored, or would be. */
export type Restored = {
  file: string;
  /** UTC time of the backup. */
  begun: string;
  known: Known;
  /** Signatures that a newer source has and the backup has not. */
  lost: number;
  before: Sum;
  after: Sum;
  /** Batches of which only their folders tell. */
  unknown: Folder[];
  /** Rows that were there before. */
  filled: number;
  done: boolean;
};

/** The lines of a restore. */
export function printRestored(restored: Restored): string[] {
  const { file, begun, after, filled, done } = restored;
  return [
    done ? `Restored from ${file}.` : `${file} would be restored. Nothing is changed yet.`,
    `It holds what the database held at ${begun}. With what is known since:`,
    ...sayStates(after),
    ...(filled > 0 ? [`Already in the database from this restore: ${amount(filled, 'row')}.`] : []),
    '',
    ...saySince(restored),
    ...sayUnknown(restored.unknown),
    '',
    ...(done
      ? ['Now deploy: npm run deploy -- --yes. Then make a backup: npm run backup -- --remote']
      : ['To do it: the same command with --yes']),
  ];
}

/** The lines of withdrawing again what a database that was set back has brought back. */
export function printAgain(known: Known, returned: number, done: boolean): string[] {
  const { newest } = known;
  if (!newest)
    return [
      'Nothing was changed: no backup and no rows.sqlite of this database was found.',
      ...sayUnusable(known),
      'Whoever withdrew after the moment to which the database was set back stands again. Name a source: --since FILE',
    ];
  return [
    `${amount(returned, 'signature')} that had been withdrawn ${returned === 1 ? 'stands' : 'stand'} again in this database${done ? ', and was withdrawn anew' : ''}.`,
    `Known up to ${newest.begun} from ${newest.path}.`,
    ...sayUnusable(known),
    `Whoever withdrew after ${newest.begun} stands again, and nobody can know who: ask them on your page to withdraw once more.`,
    'Checks by hand that were decided since are gone: npm run review',
    ...(done ? [] : ['To do it: the same command with --yes']),
  ];
}

function saySince({ begun, known, lost, before, after }: Restored): string[] {
  const { newest } = known;
  const signers = `Signatures that came after ${begun} are not in it`;
  if (!newest)
    return [
      `Nothing is known of what happened after ${begun}: there is no newer backup and no newer rows.sqlite of this database.`,
      ...sayUnusable(known),
      `Whoever withdrew after that stands again, and nobody can know who.`,
      `${signers}; how many, nobody can know.`,
      ...tell,
    ];
  const withdrawn = signaturesOf(after, 'withdrawn') - signaturesOf(before, 'withdrawn');
  return [
    `Withdrawn since, and withdrawn here too: ${amount(withdrawn)}.`,
    `Known up to ${newest.begun} from ${newest.path}.`,
    ...sayUnusable(known),
    `Whoever withdrew after ${newest.begun} stands again, and nobody can know who.`,
    `${signers}: ${amount(lost)} of them are known${newest.isBackup && lost > 0 ? `, and are in ${newest.path}: rather restore that` : ''}. How many came after ${newest.begun}, nobody can know.`,
    ...tell,
  ];
}

const tell = [
  'Say on your page, and by mail where you may: who withdrew in that time, please withdraw once more with the code; who signed in that time, please sign once more. Signing twice counts once.',
];

function sayUnusable({ sources, newest, unusable }: Known): string[] {
  const setBack = sources.filter(({ begun }) => newest && begun > newest.begun);
  return [
    ...unusable.map(({ why }) => `Not used: ${why}`),
    ...setBack.map(
      ({ path }) =>
        `Not relied upon: ${path} knows fewer withdrawals than an older one, so it was read after the database was set back.`,
    ),
  ];
}

function sayUnknown(unknown: readonly Folder[]): string[] {
  return unknown.map(
    ({ number, folder }) =>
      `${folder} is a batch that the restored database does not know. Was it handed over? Then add --handed-over ${number}, or the next batch hands its people over once more.`,
  );
}

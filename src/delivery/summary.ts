/**
 * What `npm run deliver` prints at its end: totals, where the files are, what was set aside, and what to do
 * next. It is given numbers, paths and id hashes alone, so it can print nothing that was opened.
 */
import type { Account } from './account.ts';
import type { Aside } from './batch/aside.ts';
import type { Prepared } from './batch/confirm.ts';
import type { Written } from './batch/write.ts';
import type { ContactsWritten } from './contacts/write.ts';

const faults: Record<Aside['fate'], string> = {
  unopened: 'did not open',
  unknownKey: 'need a private key that is not in the key folder',
  forged: 'were sealed by somebody other than the signer, and are ignored',
};

/** A batch was written. */
export function sayWritten(written: Written): string {
  const { folder, manifest, aside } = written;
  const { account, number } = manifest;
  return [
    ...(account.signatures === 0 ? ['Nobody has signed yet: the delivery is empty.', ''] : []),
    ...sayAccount(account, manifest.delivered.byLevel),
    '',
    `Batch ${number} is in ${folder}; what is handed over is in its folder "dossier".`,
    'It holds personal data: keep it on an encrypted disk. All else in there is for you, not for the target.',
    ...sayForm(written),
    ...aside.flatMap(({ fate, number: ids, some }) => [
      '',
      `Rows of these ids ${faults[fate]}:`,
      ...some.map((id) => `  ${id}`),
      ...(ids > some.length ? [`  … and ${group(ids - some.length)} more, in set-aside.txt`] : []),
    ]),
    '',
    sayNext(account, manifest.source === 'deployed' ? ' --remote' : ''),
  ].join('\n');
}

/** A batch was written again. */
export function sayAgain(written: Written & { before: string; ended: number }): string {
  const { folder, manifest, hash, before, ended } = written;
  const same = 'Its CSV, JSON Lines and HTML are what they were, bit for bit.';
  const differs = [
    'It is not what it was:',
    ended > 0
      ? `${group(ended)} signatures of it, or of batches before it, were withdrawn since, and are gone.`
      : 'settings, texts or this program have changed since. With those of that day it would be.',
  ].join(' ');
  return [
    `Batch ${manifest.number} of ${manifest.made} is written again, in ${folder}.`,
    hash === before ? same : differs,
    ...sayForm(written),
  ].join('\n');
}

/** A batch was confirmed. */
export function sayConfirmed(done: {
  number: number;
  rows: number;
  before: boolean;
  prepared: Prepared;
}): string {
  const { number, rows, before, prepared } = done;
  return [
    before
      ? `Batch ${number} was confirmed before.`
      : `Batch ${number} is confirmed: ${group(rows)} rows are marked, and none of them was withdrawn.`,
    `Hand over: ${prepared.dossier}`,
    `The hash on its pages is that of manifest.json beside it: ${prepared.hash}`,
  ].join('\n');
}

/** Contacts were written. */
export function sayContacts(done: ContactsWritten & { folder: string }): string {
  const { written, withoutWords, leftOut, folder, files } = done;
  return [
    line('contacts written', written),
    ...some("  without the consent's words", withoutWords),
    'left out',
    line('  asked for no news', leftOut.neverAsked),
    line('  asked once, and not another time', leftOut.alsoSaidNo),
    line('  held for a check by hand', leftOut.held),
    line('  left no e-mail address', leftOut.noAddress),
    ...some('  an address that a spreadsheet would run', leftOut.riskyAddress),
    line('  mailboxes in dangerous countries', leftOut.dangerousMailbox),
    '',
    `The files are in ${folder}: ${files.join(', ')}`,
    'Nobody has confirmed an address yet: the first message must ask for that, and nothing else.',
    'Delete the files as soon as the import has worked. docs/contacts.md says how to import them.',
    ...(leftOut.dangerousMailbox > 0
      ? [
          'Mail to mailboxes in dangerous countries can be read by their security services; --dangerous writes them too.',
        ]
      : []),
    ...(withoutWords > 0
      ? [
          'Restore src/content/published, then write them again: without the words a consent cannot be proved.',
        ]
      : []),
  ].join('\n');
}

function line(label: string, number: number): string {
  return label.padEnd(44) + group(number).padStart(10);
}

function some(label: string, number: number): string[] {
  return number > 0 ? [line(label, number)] : [];
}

function sayAccount(account: Account, levels: Record<string, number>): string[] {
  return [
    line('rows in the database', account.rows),
    line('signatures', account.signatures),
    line('  handed over by this batch', account.delivered),
    ...Object.entries(levels).map(([level, number]) => line(`    as ${level}`, number)),
    ...some('  doubles of these people', account.doubles),
    ...some('  handed over before', account.earlier),
    ...some('  doubles of people handed over before', account.doublesOfEarlier),
    ...some('  held, and not checked', account.held),
    ...some('  checked, and held back', account.kept),
    ...some('  invalidated', account.invalidated),
    ...some('  withdrawn', account.withdrawn),
    ...some('  withdrawn after they were handed over', account.withdrawnAfterDelivery),
    ...some('  nonsense once opened', account.nonsense),
    ...some('  did not open', account.unopened),
    ...some('  sealed to a key that is not here', account.unknownKey),
    ...some('  sealed by somebody else', account.forged),
  ];
}

function sayForm({ withoutPdfs, unprintable }: Written): string[] {
  const { lines, texts } = unprintable;
  return [
    ...(withoutPdfs ? ['', withoutPdfs.message, withoutPdfs.next] : []),
    ...(lines.length > 0
      ? [
          '',
          `No font of the dossier has the letters of ${group(lines.length)} names; a note stands in their place, and signatures.csv has them. Lines: ${shorten(lines)}`,
        ]
      : []),
    ...(texts.length > 0 ? ['', `Nor those of the texts ${texts.join(', ')}.`] : []),
  ];
}

function sayNext({ delivered, unreviewed }: Account, remote: string): string {
  const words = remote === '' ? '' : ` --${remote}`;
  if (unreviewed > 0)
    return `Next: ${group(unreviewed)} held signatures were not checked: npm run review${words}`;
  if (delivered === 0) return 'Next: nothing. There is nobody new to hand over.';
  return [
    'Next: look at the dossier. When it is to be handed over, confirm it, which asks the database for',
    `withdrawals once more: npm run deliver -- --confirm${remote}`,
  ].join('\n');
}

function shorten(lines: readonly number[]): string {
  return lines.length > 20 ? `${lines.slice(0, 20).join(', ')}, …` : lines.join(', ');
}

function group(number: number): string {
  return number.toLocaleString('en');
}

/**
 * What `npm run deliver` prints at its end: totals, where the files are, what was set aside, and what to do
 * next. It is given numbers, paths and id hashes alone, so it can print nothing that was opened.
 */
import { isExample } from '../site/settings.ts';
import type { Account } from './account.ts';
import type { Aside } from './batch/aside.ts';
import type { Prepared } from './batch/confirm.ts';
import type { Nobody, Written } from './batch/write.ts';
import { commandFor } from './where.ts';
import type { ContactsWritten } from './contacts/write.ts';

const faults: Record<Aside['fate'], string> = {
  unopened: 'did not open',
  unknownKey: 'need a private key that is not in the key folder',
  forged: 'were sealed by somebody other than the signer, and are ignored',
};

/** A batch was written; its letter is signed by the controller. */
export function sayWritten(written: Written, controller: string): string {
  const { folder, manifest, aside } = written;
  const { account, number } = manifest;
  return [
    ...sayAccount(account, manifest.delivered.byLevel),
    '',
    `Batch ${number} is in ${folder}; what is handed over is in its folder "dossier".`,
    'It holds personal data: keep it on an encrypted disk. All else in there is for you, not for the target.',
    ...sayForm(written),
    ...(isExample(controller)
      ? [
          '',
          `Its letter is signed by “${controller}”: write who you are into campaign.yaml, then write it anew.`,
        ]
      : []),
    ...sayAside(aside),
    '',
    sayNext(account, manifest.source === 'deployed'),
  ].join('\n');
}

/** Nobody is new. */
export function sayNobody({ account, aside }: Nobody, remote: boolean): string {
  return [
    ...(account.signatures === 0 ? ['Nobody has signed yet.', ''] : []),
    ...sayAccount(account, {}),
    ...sayAside(aside),
    '',
    'There is nobody to hand over, so no batch was written.',
    ...(account.held > 0 ? [sayHeld(account, remote)] : []),
  ].join('\n');
}

/** A batch was written again. */
export function sayAgain(written: Written & { before: string }): string {
  const { folder, manifest, hash, before } = written;
  const same = 'Its CSV, JSON Lines and HTML are what they were, bit for bit.';
  const differs =
    'It is not what it was: settings, texts or this program have changed since. Do not hand over both.';
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
  /** UTC day from which on its content is destroyed. */
  gone: string;
  /** Rows of it that were withdrawn or invalidated since. */
  left: number;
}): string {
  const { number, rows, before, prepared, gone, left } = done;
  const remote = prepared.manifest.source === 'deployed';
  return [
    before
      ? `Batch ${number} was confirmed before.`
      : `Batch ${number} is confirmed: ${group(rows)} rows are marked, and none of them was withdrawn.`,
    ...(left > 0
      ? [
          `Since then ${group(left)} of its rows were withdrawn or invalidated, and the list still shows them. If it is not handed over yet, think again.`,
        ]
      : []),
    `Hand over: ${prepared.dossier}`,
    `The hash on its pages is that of manifest.json beside it: ${prepared.hash}`,
    `Until somebody of it withdraws it can be written again: ${commandFor('deliver', `--again ${number}`, remote)}`,
    `On ${gone} the content of its signatures is destroyed in the database, and this folder is due: ${commandFor('deliver', '--clear', remote)}`,
    `Whoever asked for news is lost then, unless you export them before: ${commandFor('deliver', '--contacts', remote)}`,
  ].join('\n');
}

/** Contacts were written. */
export function sayContacts(
  done: ContactsWritten & { folder: string; dangerous: boolean },
): string {
  const { written, withoutWords, leftOut, folder, files, dangerous } = done;
  return [
    line('contacts written', written),
    ...some("  without the consent's words", withoutWords),
    ...sayLeftOut(leftOut),
    '',
    `The files are in ${folder}: ${files.join(', ')}`,
    'Whoever has them knows who signed: keep them on an encrypted disk.',
    ...(dangerous
      ? [
          'MAILBOXES IN DANGEROUS COUNTRIES ARE AMONG THEM: one message to them can be read by security services.',
        ]
      : []),
    'Nobody has confirmed an address yet: the first message must ask for that, and nothing else.',
    'Delete the files as soon as the import has worked. docs/contacts.md says how to import them.',
    ...sayDangerous(leftOut),
    ...(withoutWords > 0
      ? [
          'Restore src/content/published, then write them again: without the words a consent cannot be proved.',
        ]
      : []),
  ].join('\n');
}

/** Who is not written to, and why. */
export function sayLeftOut(leftOut: ContactsWritten['leftOut']): string[] {
  return [
    'left out',
    line('  asked for no news', leftOut.neverAsked),
    line('  asked once, and not another time', leftOut.alsoSaidNo),
    line('  held for a check by hand', leftOut.held),
    line('  left no e-mail address', leftOut.noAddress),
    ...some('  an address that a spreadsheet would run', leftOut.riskyAddress),
    line('  mailboxes in dangerous countries', leftOut.dangerousMailbox),
  ];
}

/** Why some of them are. */
export function sayDangerous({ dangerousMailbox }: ContactsWritten['leftOut']): string[] {
  if (dangerousMailbox === 0) return [];
  return [
    'Mail to mailboxes in dangerous countries can be read by their security services; --dangerous writes them too.',
  ];
}

/** A label and its number, as every summary has them. */
export function line(label: string, number: number): string {
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
    ...some('    perhaps handed over before', account.perhapsEarlier),
    ...some('  handed over before', account.earlier),
    ...some('  doubles of people handed over before', account.doublesOfEarlier),
    ...some('  held, and not checked by hand', account.held),
    ...some('  checked, and held back', account.kept),
    ...some('  invalidated', account.invalidated),
    ...some('  withdrawn', account.withdrawn),
    ...some('  withdrawn after they were handed over', account.withdrawnAfterDelivery),
    ...some('  destroyed with a stolen key', account.destroyed),
    ...some('  nonsense once opened', account.nonsense),
    ...some('  did not open', account.unopened),
    ...some('  sealed to a key that is not here', account.unknownKey),
    ...some('  sealed by somebody else', account.forged),
    ...some('  of this batch, typed from paper', account.byLane.paper),
    ...some('on paper, counted by hand; no rows', account.onPaper.signatures),
    ...account.partners.map(({ name, number, day }) =>
      line(`told by ${name}, ${day}; not ours`, number),
    ),
  ];
}

function sayAside(aside: readonly Aside[]): string[] {
  const some = aside.flatMap(({ fate, number, some: ids }) => [
    '',
    `Rows of these ids ${faults[fate]}:`,
    ...ids.map((id) => `  ${id}`),
    ...(number > ids.length ? [`  … and ${group(number - ids.length)} more`] : []),
  ]);
  const what =
    'A few are damage or mischief; they are counted, and can stay as they are. Many mean a missing key: npm run keys -- --check';
  return some.length > 0 ? [...some, what] : [];
}

function sayForm({ withoutPdfs, unprintable }: Written): string[] {
  const { lines, texts } = unprintable;
  return [
    ...(withoutPdfs ? ['', withoutPdfs.message, withoutPdfs.next] : []),
    ...(lines.length > 0
      ? [
          '',
          `No font of the dossier has the letters of ${lines.length === 1 ? 'one name' : `${group(lines.length)} names`}; a note stands in the place, and signatures.csv has what was signed. Lines: ${shorten(lines)}`,
        ]
      : []),
    ...(texts.length > 0 ? ['', `Nor those of the texts ${texts.join(', ')}.`] : []),
  ];
}

function sayNext(account: Account, remote: boolean): string {
  if (account.unreviewed > 0) return sayHeld(account, remote);
  return [
    'Next: look at the dossier. On the day when you hand it over, confirm it, which asks the database for',
    `withdrawals once more: ${commandFor('deliver', '--confirm', remote)}`,
  ].join('\n');
}

function sayHeld({ held, unreviewed }: Account, remote: boolean): string {
  const days = unreviewed < held ? `, ${group(held - unreviewed)} of them of today` : '';
  return `Next: check by hand what is held (${group(held)}${days}): ${commandFor('review', '', remote)}`;
}

function shorten(lines: readonly number[]): string {
  return lines.length > 20 ? `${lines.slice(0, 20).join(', ')}, …` : lines.join(', ');
}

function group(number: number): string {
  return number.toLocaleString('en');
}

/** What `npm run backup` says: files, days and numbers. */
import type { Lying } from './backup-file.ts';
import type { Checked, Sum } from './verify.ts';

/** What was made. */
export function printBackup(path: string): string[] {
  return [`The backup is written: ${path}`];
}

/** What a check found. */
export function printCheck(path: string, { facts, ...checked }: Checked): string[] {
  return [
    `${path} is whole: hash, file and digests are right.`,
    `It holds all that the database held at ${facts.begun}; of what came in the minutes after, some.`,
    ...sayStates(checked),
    ...(facts.unfit > 0
      ? [
          `  ${amount(facts.unfit, 'sealed part')} did not fit the digest in the database already, and will not open.`,
        ]
      : []),
  ];
}

/** Rows by state, one line each. */
export function sayStates({ states, batches, rows }: Sum): string[] {
  return [
    `  rows  ${amount(rows)}`,
    ...states.map(
      ({ state, destroyed, rows: some }) =>
        `    ${state}${destroyed === 1 ? ', sealed part destroyed' : ''}  ${amount(some)}`,
    ),
    `  batches  ${amount(batches)}`,
  ];
}

/** Backups that are too old, after one was made. */
export function printDue(due: readonly Lying[]): string[] {
  if (due.length === 0) return [];
  return [
    `Too old, and to be deleted: ${amount(due.length, 'backup')}. They keep what the campaign promised to destroy: npm run backup -- --clear`,
  ];
}

/** Backups that are to be deleted, or were. */
export function printClear(due: readonly Lying[], done: boolean): string[] {
  if (due.length === 0) return ['No backup in this folder is too old.'];
  return [
    done ? 'Deleted:' : 'To be deleted:',
    ...due.map(({ path }) => `  ${path}`),
    'Copies that you keep elsewhere: delete them there.',
    ...(done ? [] : ['To delete these: npm run backup -- --clear --yes']),
  ];
}

/** "1,200", or "1 backup". */
export function amount(number: number, one?: string): string {
  const digits = number.toLocaleString('en');
  return one === undefined ? digits : `${digits} ${one}${number === 1 ? '' : 's'}`;
}

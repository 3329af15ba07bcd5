/**
 * What `npm run deliver` prints at its end: totals, where the files are, and the id hashes of rows
 * that were set aside. It is given the manifest alone, so it can print nothing that was opened.
 */
import type { Manifest } from './manifest.ts';

/** How many ids are printed; the manifest has them all. */
const printed = 10;

/** How many id hashes have a row that was set aside. */
export function countSetAside({ setAside: { unopened, unknownKey, forged } }: Manifest): number {
  return new Set([...unopened, ...unknownKey, ...forged]).size;
}

/** The end of a delivery in words. */
export function report(folder: string, { totals, delivered, setAside }: Manifest): string {
  const levels = Object.entries(delivered.byLevel).map(([level, number]) =>
    line(`    as ${level}`, number),
  );
  return [
    ...(totals.rows === 0 ? ['Nobody has signed yet: the delivery is empty.', ''] : []),
    line('rows in the database', totals.rows),
    line('signatures', totals.signatures),
    line('  delivered', totals.delivered),
    ...levels,
    line('  doubles of one person', totals.joinedAsOnePerson),
    line('  held for a check by hand', totals.held),
    line('  withdrawn', totals.withdrawn),
    line('  invalidated', totals.invalidated),
    line('  nonsense once opened', totals.nonsense),
    line('  did not open', totals.unopened),
    line('  sealed to a key that is not here', totals.unknownKey),
    line('  sealed by somebody else', totals.forged),
    '',
    `The files are in ${folder}`,
    'They hold personal data: keep them on an encrypted disk, and look at them before you hand them over.',
    'manifest.json is for you, not for the target.',
    ...named('did not open', setAside.unopened),
    ...named('need a private key that is not in the key folder', setAside.unknownKey),
    ...named('were sealed by somebody other than the signer, and are ignored', setAside.forged),
  ].join('\n');
}

function line(label: string, number: number): string {
  return label.padEnd(40) + number.toLocaleString('en').padStart(10);
}

function named(fault: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const more =
    ids.length > printed ? [`  … and ${ids.length - printed} more, in manifest.json`] : [];
  return [
    '',
    `Rows of these ids ${fault}:`,
    ...ids.slice(0, printed).map((id) => `  ${id}`),
    ...more,
  ];
}

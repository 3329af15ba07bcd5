/**
 * What `npm run deliver` prints at its end: totals, where the files are, and the id hashes of rows
 * that did not open. It is given the manifest alone, so it can print nothing that was opened.
 */
import type { Manifest } from './manifest.ts';

const words: Record<keyof Manifest['totals'], string> = {
  rows: 'rows in the database',
  signatures: 'signatures',
  delivered: '  delivered',
  joinedAsOnePerson: '  doubles of one person',
  held: '  held for a check by hand',
  withdrawn: '  withdrawn',
  invalidated: '  invalidated',
  nonsense: '  nonsense once opened',
  unopened: '  did not open',
  unknownKey: '  sealed to a key that is not here',
};
const columns = 36;

/** How many ids are printed; the manifest has them all. */
const printed = 10;

/** How many id hashes have a row that did not open. */
export function countClosed({ didNotOpen: { unopened, unknownKey } }: Manifest): number {
  return new Set([...unopened, ...unknownKey]).size;
}

/** The end of a delivery in words. */
export function report(folder: string, manifest: Manifest): string {
  const { totals, delivered, didNotOpen } = manifest;
  const empty = totals.rows === 0 && ['Nobody has signed yet: the delivery is empty.', ''];
  const table = Object.entries(words).map(([key, label]) => line(label, { ...totals }, key));
  const levels = Object.keys(delivered.byLevel).map((level) =>
    line(`    as ${level}`, delivered.byLevel, level),
  );
  table.splice(3, 0, ...levels);
  return [
    ...(empty || []),
    ...table,
    '',
    `The files are in ${folder}`,
    'They hold personal data: keep them on an encrypted disk, and check them before you hand them over.',
    'manifest.json is for you alone.',
    ...closed('did not open', didNotOpen.unopened),
    ...closed('need a private key that is not in the key folder', didNotOpen.unknownKey),
  ].join('\n');
}

function line(label: string, numbers: Record<string, number>, key: string): string {
  const number = (numbers[key] ?? 0).toLocaleString('en');
  return label.padEnd(columns) + number.padStart(columns / 3);
}

function closed(fault: string, ids: readonly string[]): string[] {
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

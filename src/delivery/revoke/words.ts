/** The phrases that plan and report of `npm run revoke` share. */
import { localState } from '../database.ts';
import type { Where } from '../where.ts';
import type { Known } from './known.ts';

/** Which key, and what is known of it where. */
export function describe({ key, status, revoked }: Known): string {
  const inFile = status === undefined ? 'not in campaign.yaml' : `${status} in campaign.yaml`;
  const since = revoked === undefined ? 'not revoked' : `revoked since ${revoked}`;
  return `Key ${key}: ${inFile}, ${since} in the database`;
}

/** How many rows are sealed to a key, and how far they are handed over. */
export function amountsOf({ rows, byState, batches, undelivered }: Known): string {
  if (rows === 0) return 'no row is sealed to it';
  const states = Array.from(byState, ([state, count]) => `${number(count)} ${state}`).sort();
  const parts = [
    `${rowsOf(rows)} sealed to it (${states.join(', ')})`,
    ...(batches.length > 0 ? [`batch ${batches.join(', ')}`] : []),
    `${number(undelivered)} not handed over yet`,
  ];
  return parts.join('; ');
}

/** The command that shows what revoking a key would do. */
export function commandFor(key: string, { remote, database, folder }: Where): string {
  const own = [
    ...(remote ? ['--remote'] : database === localState ? [] : [`--database ${database}`]),
    ...(folder === 'deliveries' ? [] : [`--folder ${folder}`]),
  ];
  return ['npm run revoke --', key, ...own].join(' ');
}

/** Which database; at the beginning of a sentence or within one. */
export function placeOf({ remote }: Where, first = false): string {
  const place = remote ? 'the deployed database' : 'the database of this machine';
  return first ? `T${place.slice(1)}` : place;
}

/** "1 row", "2 rows". */
export function rowsOf(count: number): string {
  return count === 1 ? '1 row' : `${number(count)} rows`;
}

/** With separators of thousands. */
export function number(value: number): string {
  return value.toLocaleString('en');
}

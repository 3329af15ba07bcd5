/** What is known of the campaign's keys before anything is done: by campaign.yaml, and by the database. */
import { keyIdOf } from '../../site/campaign.ts';
import type { Database } from '../database.ts';
import { DeliveryError } from '../errors.ts';
import type { Lent } from '../source.ts';
import { survey } from './survey.ts';

export type Known = {
  key: string;
  /** Its status in campaign.yaml; undefined where it is not listed. */
  status: string | undefined;
  /** UTC day on which the database was told. */
  revoked: string | undefined;
  rows: number;
  byState: ReadonlyMap<string, number>;
  undelivered: number;
  batches: readonly number[];
};

/** All keys that campaign.yaml, a row or the list of revoked ones names. */
export async function look(
  database: Pick<Database, 'query'>,
  { settings, progress }: Pick<Lent, 'settings' | 'progress'>,
): Promise<{ keys: Known[]; rows: number }> {
  const { tell, end } = progress('Looking');
  const { sealed, rows, revoked } = await survey(database, tell).finally(end);
  const listed = new Map(settings.keys.map((one) => [keyIdOf(one.publicKey), one.status]));
  const ids = new Set([...listed.keys(), ...sealed.map(({ key }) => key), ...revoked.keys()]);
  const nothing = { rows: 0, byState: new Map<string, number>(), undelivered: 0, batches: [] };
  const keys = Array.from(ids).map((key) => ({
    ...(sealed.find((one) => one.key === key) ?? nothing),
    ...{ key, status: listed.get(key), revoked: revoked.get(key) },
  }));
  return { keys, rows };
}

/** The key of an id. Throws a DeliveryError where nothing names it. */
export function find(keys: readonly Known[], wanted: string): Known {
  const known = keys.find(({ key }) => key === wanted);
  if (known) return known;
  throw new DeliveryError(
    'arguments',
    `No key has the id ${wanted}: campaign.yaml does not list it, and no row is sealed to it. Nothing was changed.`,
    'To see the keys: npm run revoke, or with --remote those of the deployed database',
  );
}

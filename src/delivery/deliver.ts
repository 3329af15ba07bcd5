/**
 * The delivery in a row: fetch, open, join, choose, show, write. Runs on the campaigner's machine;
 * what was opened stays in memory, and only what each person chose is written.
 */
import { DeliveryError } from './errors.ts';
import { fetchRows, type Query } from './fetch.ts';
import { joinPeople, joinRows, type Person } from './join.ts';
import { makeManifest, type Manifest, writeManifest } from './manifest.ts';
import { show } from './obey.ts';
import { type Keys, type Opening, openRow } from './open.ts';
import type { Terms } from './terms.ts';
import { writeCsv, writeFolder, writeJsonLines } from './write.ts';

/** How to deliver, and what the world lends. */
export type Order = {
  /** Deliver held signatures too. */
  held: boolean;
  /** The folder in which a folder for this delivery is made. */
  out: string;
  now: Date;
  /** A random whole number from 0 to below the limit. */
  draw: (limit: number) => number;
  /** Told after each row how many were read. */
  tell: (rows: number) => void;
};

/** Delivers; returns the new folder and its manifest. */
export async function deliver(
  query: Query,
  keys: Keys,
  terms: Terms,
  order: Order,
): Promise<{ folder: string; manifest: Manifest }> {
  const openings: Opening[] = [];
  for await (const row of fetchRows(query)) {
    if (keys.size === 0) throw noKey(terms.id);
    order.tell(openings.push(await openRow(row, keys, terms)));
  }
  const joined = joinRows(openings);
  const people = joinPeople(
    joined.flatMap(({ outcome }) => (outcome.fate === 'opened' ? [outcome.signature] : [])),
  );
  const waits = ({ signature }: Person) => signature.state === 'held';
  const delivered = shuffle(
    people.filter((person) => order.held || !waits(person)),
    order.draw,
  );
  const lines = delivered.map(({ signature: { textVersion, entered } }, place) => ({
    number: place + 1,
    textVersion,
    delivered: show(entered),
  }));
  const drafts = [writeCsv(lines), writeJsonLines(lines)];
  const account = { campaign: terms.id, rows: openings.length, joined, people, delivered, drafts };
  const manifest = makeManifest({ ...account, now: order.now, held: order.held });
  const folder = writeFolder(order.out, order.now, [...drafts, writeManifest(manifest)]);
  return { folder, manifest };
}

/** Fisher and Yates: the files show no order, neither of arrival nor of the database. */
function shuffle<Item>(items: readonly Item[], draw: Order['draw']): Item[] {
  const shuffled: Item[] = [];
  for (const item of items) shuffled.push(...shuffled.splice(draw(shuffled.length + 1), 1, item));
  return shuffled;
}

function noKey(campaign: string): DeliveryError {
  return new DeliveryError(
    'keys',
    `There are signatures, but no private key of the campaign ${campaign} to open them with.`,
    'Put your key file into the key folder, or name its folder: npm run deliver -- --key-folder FOLDER',
  );
}

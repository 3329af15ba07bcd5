/**
 * Finds whose signatures somebody asks about, among what was opened on this machine: by the e-mail address,
 * the name, the withdrawal code, or the code of a message with news. Holds in memory only those that fit.
 */
import type { DatabaseSync } from 'node:sqlite';
import { canonicalEmail, canonicalName } from '../canonical.ts';
import { type Secrets, secretsOf } from '../lock.ts';
import type { Entered } from '../obey.ts';
import type { Keys } from '../open.ts';
import { type Opened, readEntered } from '../opened-file.ts';
import { unsubscribeCodeOf } from '../unsubscribe.ts';

/** What the one who asks has told; all that is given must fit. */
export type Asked = {
  email: string | undefined;
  name: string | undefined;
  /** Of the code, in base64url. */
  idHash: string | undefined;
  /** The code of a message with news. */
  unsubscribe: string | undefined;
  /** What a line of a printed sheet says beside the name; only signatures on paper are looked at then. */
  paper?: {
    /** Two letters (ISO 3166-1). */
    country: string | undefined;
    /** UTC. */
    day: string | undefined;
  };
};

export type Signed = Opened & { entered: Entered };

export type Found = {
  /** All signatures of the people who were found, also those that do not fit by themselves. */
  signatures: Signed[];
  people: number;
};

/** Finds them, in two readings. Messages of before a change of keys carry the codes of another key. */
export async function findPeople(
  {
    opened,
    secrets,
    keys,
  }: { opened: DatabaseSync; secrets: Pick<Secrets, 'entered'>; keys: Keys },
  asked: Asked,
): Promise<Found> {
  const people = new Set<string>();
  const all = await Promise.all(Array.from(keys.values(), ({ pair }) => secretsOf(pair)));
  for (const signature of readEntered(opened, secrets))
    if (fits(signature, asked, all)) people.add(keyOf(signature));
  if (people.size === 0) return { signatures: [], people: 0 };
  const signatures: Signed[] = [];
  for (const signature of readEntered(opened, secrets))
    if (people.has(keyOf(signature)) && isAmong(signature, asked)) signatures.push(signature);
  return { signatures, people: people.size };
}

/** What became of a code of which nothing can be opened any more; undefined for every other one. */
export function readEnd(
  opened: DatabaseSync,
  idHash: string,
): 'withdrawn' | 'destroyed' | undefined {
  const found = opened
    .prepare('SELECT fate FROM ended WHERE id_hash = ?')
    .get(Buffer.from(idHash, 'base64url'));
  return (['withdrawn', 'destroyed'] as const).find((fate) => fate === found?.['fate']);
}

/** What tells who is asked about; a message with news may have been forwarded. */
export type KnownBy = 'address or code' | 'line' | 'message' | 'name';

/** The strongest of what was told; a name alone is not enough to act on, since many people share it. */
export function knownBy({ email, idHash, unsubscribe, paper }: Asked): KnownBy {
  if (email !== undefined || idHash !== undefined) return 'address or code';
  if (unsubscribe !== undefined) return 'message';
  return paper?.country !== undefined || paper?.day !== undefined ? 'line' : 'name';
}

/** A name and a country are known to many: they lead to a sheet, never to what was signed on the page. */
function isAmong({ lane }: Signed, { paper }: Asked): boolean {
  return !paper || lane === 'paper';
}

function fits(signature: Signed, asked: Asked, all: readonly Secrets[]): boolean {
  const { entered, idHash, day } = signature;
  const { email, name, idHash: wanted, paper, unsubscribe } = asked;
  if (!isAmong(signature, asked)) return false;
  if (paper?.country !== undefined && entered.country.code !== paper.country) return false;
  if (paper?.day !== undefined && day !== paper.day) return false;
  const isOf = (secrets: Secrets) => unsubscribeCodeOf(entered.email, secrets) === unsubscribe;
  if (unsubscribe !== undefined && (entered.email === '' || !all.some(isOf))) return false;
  if (wanted !== undefined) return Buffer.from(idHash).toString('base64url') === wanted;
  if (email !== undefined && (entered.email === '' || !isSameEmail(entered.email, email)))
    return false;
  return name === undefined || canonicalName(entered.name) === canonicalName(name);
}

function isSameEmail(one: string, other: string): boolean {
  return canonicalEmail(one) === canonicalEmail(other);
}

function keyOf({ person }: Signed): string {
  return Buffer.from(person).toString('hex');
}

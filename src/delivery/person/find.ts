/**
 * Finds whose signatures somebody asks about, among what was opened on this machine: by the e-mail address,
 * the name, or the withdrawal code. Holds in memory only those that fit.
 */
import type { DatabaseSync } from 'node:sqlite';
import { canonicalEmail, canonicalName } from '../canonical.ts';
import type { Secrets } from '../lock.ts';
import type { Entered } from '../obey.ts';
import { type Opened, readEntered } from '../opened-file.ts';

/** What the one who asks has told; all that is given must fit. */
export type Asked = {
  email: string | undefined;
  name: string | undefined;
  /** Of the code, in base64url. */
  idHash: string | undefined;
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

/** Finds them, in two readings. */
export function findPeople(
  opened: DatabaseSync,
  secrets: Pick<Secrets, 'entered'>,
  asked: Asked,
): Found {
  const people = new Set<string>();
  for (const signature of readEntered(opened, secrets))
    if (fits(signature, asked)) people.add(keyOf(signature));
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

/** Whether what was told is enough to act on: many people share a name. */
export function isCertain({ email, name, idHash, paper }: Asked): boolean {
  const isLine = paper?.country !== undefined || paper?.day !== undefined;
  return email !== undefined || idHash !== undefined || (name !== undefined && isLine);
}

/** A name and a country are known to many: they lead to a sheet, never to what was signed on the page. */
function isAmong({ lane }: Signed, { paper }: Asked): boolean {
  return !paper || lane === 'paper';
}

function fits(signature: Signed, asked: Asked): boolean {
  const { entered, idHash, day } = signature;
  const { email, name, idHash: wanted, paper } = asked;
  if (!isAmong(signature, asked)) return false;
  if (paper?.country !== undefined && entered.country.code !== paper.country) return false;
  if (paper?.day !== undefined && day !== paper.day) return false;
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

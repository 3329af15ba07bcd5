/**
 * Finds doubles among what was opened: all rows of an id hash are one signature, all signatures of
 * one address and one name are one person. The most protective level wins, whoever sent it when.
 */
import { levels } from '../signature/content.ts';
import type { Fate, Opening, Signature } from './open.ts';

/** All rows of one id hash. */
export type JoinedRows = {
  idHash: string;
  outcome: { fate: 'opened'; signature: Signature } | { fate: Fate };
  /** Why rows were set aside; other rows of the id hash may well have opened. */
  setAside: SetAside[];
};

/** What somebody other than the signer can do to a row, or a missing key; the campaigner is told. */
const aside = ['unopened', 'unknownKey', 'forged'] as const;
export type SetAside = (typeof aside)[number];

/** All signatures of one person. */
export type Person = { signature: Signature; signatures: number };

/** Whose lane, language and text stand for all: a row that counts before one that waits. */
const states: readonly Signature['state'][] = ['counted', 'repeat', 'held'];
/**
 * One withdrawn or invalidated row decides for all; one that opened makes up for the rest. What was
 * forged says nothing about the signer.
 */
const first: readonly Fate[] = ['withdrawn', 'invalidated'];
const last: readonly Fate[] = ['nonsense', 'unknownKey', 'unopened', 'forged'];

/** Joins the rows of each id hash. */
export function joinRows(openings: readonly Opening[]): JoinedRows[] {
  const groups = Map.groupBy(openings, (opening) => opening.idHash);
  return Array.from(groups, ([idHash, rows]) => {
    const fates = new Set(rows.map((row) => row.fate));
    const ended = first.find((fate) => fates.has(fate));
    if (ended) return { idHash, outcome: { fate: ended }, setAside: [] };
    const setAside = aside.filter((fate) => fates.has(fate));
    const opened = rows.flatMap((row) => (row.fate === 'opened' ? [row.signature] : []));
    const [one, ...others] = opened;
    if (one) {
      const signature = others.reduce(merge, one);
      return { idHash, outcome: { fate: 'opened', signature }, setAside };
    }
    const fate = last.find((one) => fates.has(one)) ?? 'unopened';
    return { idHash, outcome: { fate }, setAside };
  });
}

/** Joins signatures with the same canonical address and the same name; without an address, none. */
export function joinPeople(signatures: readonly Signature[]): Person[] {
  const groups = Map.groupBy(signatures, ({ idHash, entered: { email, name } }) =>
    email === '' ? idHash : `${canonicalEmail(email)} ${canonicalName(name)}`,
  );
  return Array.from(groups.values()).flatMap(([one, ...others]) =>
    one ? [{ signature: others.reduce(merge, one), signatures: others.length + 1 }] : [],
  );
}

/**
 * The form in which two spellings of one mailbox are equal: lower case, the domain in ASCII, without
 * "+…"; for Gmail without dots too (support.google.com/mail/answer/7436150).
 */
export function canonicalEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = asciiDomain(email.slice(at + 1)).replace(/^googlemail\.com$/, 'gmail.com');
  const typed = email.slice(0, at).normalize('NFC').toLowerCase();
  const local = typed.replace(/(?<=.)\+.*$/u, '');
  return `${domain === 'gmail.com' ? local.replaceAll('.', '') : local}@${domain}`;
}

/** The form in which two spellings of one name are equal: NFC, without case, spaces as one. */
export function canonicalName(name: string): string {
  return name.toUpperCase().toLowerCase().normalize('NFC').trim().replace(/\s+/gu, ' ');
}

function merge(one: Signature, other: Signature): Signature {
  const stands = states.indexOf(other.state) < states.indexOf(one.state) ? other : one;
  const shown = rank(other) < rank(one) ? other : one;
  return { ...stands, entered: shown.entered };
}

function rank(signature: Signature): number {
  return levels.indexOf(signature.entered.level);
}

function asciiDomain(domain: string): string {
  return URL.parse(`https://${domain}`)?.hostname ?? domain.toLowerCase();
}

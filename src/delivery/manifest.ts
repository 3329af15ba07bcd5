/**
 * The manifest of a delivery: how many rows there were and what became of each, counted but never
 * named, so that the campaigner can account for the total. For the campaigner, not for the target.
 */
import { createHash } from 'node:crypto';
import { levels } from '../signature/content.ts';
import { dayOf } from '../signature/stamp.ts';
import type { JoinedRows, Person, SetAside } from './join.ts';
import type { Fate } from './open.ts';
import type { Draft } from './write.ts';

const note =
  'For the campaigner, not for the target: countries are counted here for people too who chose to ' +
  'be only counted. The totals after rows are signatures; all but rows and signatures add up to ' +
  'signatures. A row that was set aside may stand beside one that opened, under the same id.';

export type Counts = Record<string, number>;
export type Manifest = ReturnType<typeof makeManifest>;

/** What a manifest accounts for. */
export type Account = {
  campaign: string;
  now: Date;
  /** Whether held signatures were delivered too. */
  held: boolean;
  rows: number;
  joined: readonly JoinedRows[];
  people: readonly Person[];
  delivered: readonly Person[];
  drafts: readonly Draft[];
};

export function makeManifest({ joined, people, delivered, ...account }: Account) {
  const ended = (fate: Fate) => joined.filter(({ outcome }) => outcome.fate === fate).length;
  const aside = (fate: SetAside) =>
    joined.filter((one) => one.setAside.includes(fate)).map((one) => one.idHash);
  const all = sum(delivered);
  return {
    note,
    campaign: account.campaign,
    madeOn: dayOf(account.now),
    heldAreDelivered: account.held,
    totals: {
      rows: account.rows,
      signatures: joined.length,
      delivered: delivered.length,
      joinedAsOnePerson: all - delivered.length,
      held: sum(people) - all,
      withdrawn: ended('withdrawn'),
      invalidated: ended('invalidated'),
      nonsense: ended('nonsense'),
      unopened: ended('unopened'),
      unknownKey: ended('unknownKey'),
      forged: ended('forged'),
    },
    delivered: {
      byLane: count(delivered, ({ signature }) => signature.lane),
      byState: count(delivered, ({ signature }) => signature.state),
      byLanguage: count(delivered, ({ signature }) => signature.language),
      byTextVersion: count(delivered, ({ signature }) => signature.textVersion),
      byCountry: count(delivered, countryOf),
      byLevel: {
        ...Object.fromEntries(levels.map((level) => [level, 0])),
        ...count(delivered, ({ signature }) => signature.entered.level),
      },
    },
    setAside: {
      unopened: aside('unopened'),
      unknownKey: aside('unknownKey'),
      forged: aside('forged'),
    },
    files: account.drafts.map(({ name, text }) => ({ name, sha256: sha256(text) })),
  };
}

/** The manifest as a file; indented, since people read it. */
export function writeManifest(manifest: Manifest): Draft {
  return { name: 'manifest.json', text: `${JSON.stringify(manifest, null, 2)}\n` };
}

function sum(people: readonly Person[]): number {
  return people.reduce((total, { signatures }) => total + signatures, 0);
}

function count(people: readonly Person[], of: (person: Person) => string): Counts {
  const groups = Map.groupBy(people, of);
  return Object.fromEntries(
    Array.from(groups, ([key, group]) => [key, group.length] as const).sort(),
  );
}

function countryOf({ signature: { entered } }: Person): string {
  return entered.country.code ?? (entered.country.typed === '' ? 'none' : 'unmatched');
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

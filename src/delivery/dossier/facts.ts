/**
 * All that a dossier says, before it has a form. There is no place in it for what a signer kept back:
 * whoever is only counted is in the numbers, and small numbers come grouped.
 */
import type { PublishedText } from '../../site/texts.ts';
import type { Account } from '../account.ts';

/** Numbers by key, the largest first; what would single somebody out is in `other`. */
export type Grouped = { shown: readonly { key: string; number: number }[]; other: number };

/** What a dossier says on all its pages but those of names. */
export type Facts = {
  /** Number of the batch. */
  number: number;
  /** UTC day, as 2026-11-23. */
  made: string;
  /** SHA-256 of the manifest, in hexadecimal digits. */
  manifest: string;
  account: Account;
  /** Delivered signatures by level. */
  levels: { count: number; initials: number; name: number };
  /** Delivered signatures by text version. */
  texts: Grouped;
  /** Delivered signatures by country (ISO 3166-1); `other` also has those who named none. */
  countries: Grouped;
  /** Counted by hand on paper, by country (ISO 3166-1); no part of the above. */
  paperCountries: Grouped;
  /** Every text that was signed, also those that are grouped above. */
  signed: readonly PublishedText[];
};

/** Somebody who chose to be seen. */
export type ShownLine = {
  /** From 1. */
  number: number;
  /** Initials or full name, as chosen. */
  name: string;
  /** Two letters (ISO 3166-1); `other` where it would single somebody out; empty where it is not known. */
  country: string;
};

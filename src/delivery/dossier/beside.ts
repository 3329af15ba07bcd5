/**
 * What stands beside the signatures of the database: those counted by hand on paper, which are part of the
 * total and marked, and what other platforms told, which is no part of any number of ours.
 */
import type { Account } from '../account.ts';
import type { Facts } from './facts.ts';
import { type Html, markup } from './html.ts';
import { levelRows, table } from './tables.ts';
import type { Voice } from './voice.ts';

/** Whether there is anything to say in a part. */
export function isBeside(part: 'paper' | 'partners', account: Account): boolean {
  return part === 'paper' ? account.onPaper.signatures > 0 : account.partners.length > 0;
}

/** Signatures on paper that were counted by hand, by level and by country. */
export function onPaper(
  voice: Voice,
  { account, paperCountries: { shown, other } }: Facts,
  offered: readonly string[],
): Html {
  const { paper, countries, letter, totals } = voice.phrases;
  const sum = { label: countries.all, number: account.onPaper.signatures };
  const rows = shown.map(({ key, number }) => ({ cells: [voice.country(key)], number }));
  const others = other > 0 ? [{ cells: [countries.other], number: other }] : [];
  const byLevel = levelRows(voice, account.onPaper.byLevel, offered);
  return markup`<section id="${voice.language}-paper">
    <h2>${paper.title}</h2>
    <p>${voice.say(paper.note)}</p>
    ${table(voice, [letter.seen, totals.signatures], byLevel, sum)}
    ${table(voice, [countries.country, totals.signatures], [...rows, ...others], sum)}
    <p>${voice.say(countries.grouped)}</p>
  </section> `;
}

/** What other platforms told, each with its day. There is no sum: people may have signed on several. */
export function partners(voice: Voice, account: Account): Html {
  const { title, note, platform, day } = voice.phrases.partners;
  const rows = account.partners.map(({ name, address, day: told, number }) => ({
    cells: [
      markup`${name}${address === '' ? '' : markup`<br /><small>${address}</small>`}`,
      voice.day(told),
    ],
    number,
  }));
  return markup`<section id="${voice.language}-partners">
    <h2>${title}</h2>
    <p>${voice.say(note)}</p>
    ${table(voice, [platform, day, voice.phrases.totals.signatures], rows)}
  </section> `;
}

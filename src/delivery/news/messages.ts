/**
 * Who gets which message: those who asked for news each time they signed, one after the other. Holds one
 * person at a time; tells why somebody is left out, never who.
 */
import { type Choice, chooseWishes, type LeftOut } from '../contacts/choose.ts';
import { nobody } from '../contacts/write.ts';
import type { Secrets } from '../lock.ts';
import type { Tell } from '../progress.ts';
import { showUnsubscribeCode, unsubscribeCodeOf } from '../unsubscribe.ts';
import type { Letter, Letters } from './letters.ts';

/** A message, and whose it is. */
export type Message = {
  name: string;
  email: string;
  /** Of the page that was signed (BCP 47). */
  language: string;
  /** As it is shown. */
  code: string;
  letter: Letter;
};

export type NewsOrder = Pick<Choice, 'opened' | 'dangerousCountries'> & {
  secrets: Pick<Secrets, 'entered' | 'unsubscribe'>;
  letters: Letters;
  defaultLanguage: string;
  tell: Tell;
};

/** What became of everybody who signed: `written` by language, and all who are left out. */
export type NewsCounts = {
  written: ReadonlyMap<string, number>;
  leftOut: Record<LeftOut, number>;
  /** There is nothing to read in their language, nor in the default one. */
  withoutText: number;
};

const peopleAStep = 500;

/** Gives each message to `take`; counts. */
export function eachMessage(order: NewsOrder, take: (message: Message) => void): NewsCounts {
  const { letters, defaultLanguage, secrets, opened, tell } = order;
  const written = new Map<string, number>();
  const counts = { leftOut: { ...nobody }, withoutText: 0 };
  const sql = 'SELECT COUNT(DISTINCT person) AS people FROM signature';
  const people = Number(opened.prepare(sql).get()?.['people']);
  let done = 0;
  for (const chosen of chooseWishes(order)) {
    if (++done % peopleAStep === 0 || done === people) tell(done, people);
    if (typeof chosen === 'string') {
      counts.leftOut[chosen] += 1;
      continue;
    }
    const { language, entered } = chosen;
    // A language that was taken off the site since.
    const letter = letters.get(language) ?? letters.get(defaultLanguage);
    if (!letter) {
      counts.withoutText += 1;
      continue;
    }
    const { name, email } = entered;
    const code = showUnsubscribeCode(unsubscribeCodeOf(email, secrets));
    written.set(language, (written.get(language) ?? 0) + 1);
    take({ name, email, language, code, letter });
  }
  return { written, ...counts };
}

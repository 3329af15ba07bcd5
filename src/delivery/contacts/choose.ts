/**
 * Who may be written to: reads what was entered, person by person, and keeps those alone who asked for
 * news each time they signed. Holds one person at a time; tells why somebody is left out, never who.
 */
import type { DatabaseSync } from 'node:sqlite';
import { isRisky } from '../cells.ts';
import type { Secrets } from '../lock.ts';
import type { Entered } from '../obey.ts';
import { type Opened, readEntered } from '../opened-file.ts';
import { isMailboxIn } from './mailbox.ts';

/** A signature that asks for news. */
export type Wish = Opened & { entered: Entered };

/** Why somebody is left out; of several reasons the first. */
export type LeftOut =
  /** For news, in any of their signatures. */
  | 'neverAsked'
  /** In another signature. */
  | 'alsoSaidNo'
  /** Whatever asks waits for a check by hand. */
  | 'held'
  /** None, or none that is an address. */
  | 'noAddress'
  /** A spreadsheet could take it for a formula; altered, it would be somebody else's. */
  | 'riskyAddress'
  | 'dangerousMailbox';

/** Whom to choose from, and how. */
export type Choice = {
  opened: DatabaseSync;
  secrets: Pick<Secrets, 'entered'>;
  /** Countries in whose mailboxes mail is dangerous; none where the campaigner insists. */
  dangerousCountries: readonly string[];
};

type Person = { id: Uint8Array; asked: boolean; saidNo: boolean; latest: Wish | undefined };

/** One wish a person, the latest one by its day, or why there is none. */
export function* chooseWishes(choice: Choice): Generator<Wish | LeftOut> {
  for (const person of readPeople(choice)) {
    const { asked, saidNo, latest } = person;
    if (!asked) yield 'neverAsked';
    else if (saidNo) yield 'alsoSaidNo';
    else if (!latest) yield 'held';
    else yield checkAddress(latest, choice.dangerousCountries);
  }
}

function checkAddress(wish: Wish, dangerousCountries: readonly string[]): Wish | LeftOut {
  const { email } = wish.entered;
  if (email === '') return 'noAddress';
  if (isRisky(email)) return 'riskyAddress';
  return isMailboxIn(dangerousCountries, email) ? 'dangerousMailbox' : wish;
}

/** Rows come sorted by person; however many somebody has, one of them is kept. */
function* readPeople({ opened, secrets }: Choice): Generator<Person> {
  let person: Person | undefined;
  for (const row of readEntered(opened, secrets)) {
    if (!person || Buffer.compare(person.id, row.person) !== 0) {
      if (person) yield person;
      person = { id: row.person, asked: false, saidNo: false, latest: undefined };
    }
    if (row.entered.news) person.asked = true;
    // A sheet asks nobody for news.
    else if (row.lane !== 'paper') person.saidNo = true;
    if (row.entered.news && row.state !== 'held' && row.day > (person.latest?.day ?? ''))
      person.latest = row;
  }
  if (person) yield person;
}

/** A signature as a check by hand looks at it: what it says in the open, and how its entries look. */
import type { Opened } from '../opened-file.ts';
import type { Entered } from '../obey.ts';
import { providerOf, shapeOf } from './shape.ts';

export type Candidate = Pick<
  Opened,
  'lane' | 'state' | 'day' | 'language' | 'textVersion' | 'batch' | 'decision'
> & {
  /** In lower-case hexadecimal digits. */
  idHash: string;
  name: string;
  /** Two letters (ISO 3166-1), `none` or `unmatched`. */
  country: string;
  /** As typed, where it matches no country. */
  typed: string | undefined;
  provider: string | undefined;
  /** Empty where no name was given. */
  shape: string;
};

/** Who may be named: from this many on, a value that signatures share singles nobody out. */
export const sharedByMany = 20;

/** What the check needs of a signature that was opened. */
export function candidateOf(signature: Opened & { entered: Entered }): Candidate {
  const { entered, idHash, lane, state, day, language, textVersion, batch, decision } = signature;
  const { typed, code } = entered.country;
  return {
    ...{ lane, state, day, language, textVersion, batch, decision },
    idHash: Buffer.from(idHash).toString('hex'),
    name: entered.name,
    country: code ?? (typed === '' ? 'none' : 'unmatched'),
    typed: code === undefined && typed !== '' ? typed : undefined,
    provider: providerOf(entered.email),
    shape: shapeOf(entered.name),
  };
}

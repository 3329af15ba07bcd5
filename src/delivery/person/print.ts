/** What `npm run person` says: numbers, days and batches. Who was asked for, the one who asked knows. */
import type { Found, KnownBy, Signed } from './find.ts';
import type { Request, Verb } from './sql.ts';

const shownLines = 20;
const plans: Record<Verb, string> = {
  withdraw: 'withdrawn, for good.',
  lower: 'only counted from now on.',
  'no-news': 'taken off the news.',
  export: 'written into a folder.',
};

/** What was found, and what can be done. */
export function printFound(
  { signatures, people }: Found,
  known: KnownBy,
  paper: boolean,
): string[] {
  if (people === 0) return [paper ? noLine : known === 'message' ? nobodyOfMessage : nobody];
  const lines = signatures.slice(0, shownLines).map(lineOf);
  const more = signatures.length - lines.length;
  return [
    `${amount(signatures.length, 'signature')} of ${amount(people, 'person', 'people')}:`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
    todo[known],
    paper
      ? 'Tell nobody whether somebody signed, not even the one who asks: “if your line was here, it is withdrawn now” (docs/requests.md).'
      : 'Answer only to the e-mail address that stands in the signature, and tell nobody else whether somebody signed (docs/requests.md).',
  ];
}

const nobody =
  'Nobody was found by that. Say so to whoever asks only if the request came from the address in question, and then only that nothing tells you that a signature is theirs.';
const noLine =
  'No line on paper was found by that. Answer in the same words as if there were one (docs/requests.md).';

/** Why nothing is done by a name alone. */
export const uncertain =
  'A name alone is nobody: many share one. Ask for the e-mail address or the withdrawal code; with --paper, for the country or the day on the sheet. Where neither is known, nothing tells you that a signature is theirs: say so.';

/** Why a code of a message with news does nothing else. */
export const newsAlone =
  'The code of a message with news stops the news, and proves nothing else: whoever was forwarded the message has it.';

/** What is said where nothing is to be done. */
export const noWish = 'None of these signatures asks for news. Nothing was changed.';

const nobodyOfMessage =
  'Nobody was found by that: they have withdrawn, or what they entered is destroyed, and npm run news reaches them no more. Do you use contacts in a mail system? Stop the mail there. A new message may be of another campaign, or its key is not here.';

const todo: Record<KnownBy, string> = {
  'address or code':
    'What to do: npm run person -- --withdraw --reason lost-code, --lower --reason other, --no-news --reason unsubscribe, or --export --reason access. Each shows first, and does it with --yes.',
  line: 'What to do: npm run person -- --paper --withdraw --reason other, or --lower. Each shows first, and does it with --yes.',
  message:
    'What to do: npm run person -- --no-news --reason unsubscribe. It shows first, and does it with --yes.',
  name: uncertain,
};

/** What is said of a code of which nothing can be opened any more. */
export const ends = {
  withdrawn: 'The signature of this code is withdrawn already, and nothing of it is left.',
  destroyed:
    'What the signature of this code held is destroyed, as promised; it is only counted. Whoever has the code can still withdraw it, on the withdrawal page.',
};

/** A dry run. */
export function printPlan(verb: Verb, found: Found): string[] {
  const number = amount(found.signatures.length, 'signature');
  return [
    `${number} would be ${plans[verb]} Nothing is changed yet.`,
    ...found.signatures.slice(0, shownLines).map(lineOf),
    ...(verb === 'no-news' ? [] : handedOver(found.signatures)),
    'To do it: the same command with --yes',
  ];
}

/** What was done. */
export function printDone(verb: Verb, found: Found, folder: string): string[] {
  const number = amount(found.signatures.length, 'signature');
  if (verb === 'export')
    return [
      `${number} written into ${folder}: person.txt to read, person.json for programs.`,
      'Send it only to the e-mail address that stands in it, and delete it then.',
    ];
  if (verb === 'no-news')
    return [
      `${number} taken off the news: npm run news leaves them out, and so do contacts that you export anew. The signatures stay as they are.`,
      'Do you use contacts in a mail system? Stop the mail there too: this command cannot reach it.',
    ];
  if (verb === 'lower')
    return [
      `${number} only counted from now on: the next batch hands over neither initials nor name.`,
      ...handedOver(found.signatures),
      ...anew,
    ];
  return [
    `${number} withdrawn. The public number follows within a day, the provider's history within 30 days.`,
    ...handedOver(found.signatures),
    ...anew,
  ];
}

/** What was written before knows nothing of it; what was fetched tells a restore who withdrew. */
const anew = [
  'Write anew what you have not handed over or sent yet: npm run deliver, --contacts, npm run news.',
  'In your folder of deliveries delete older ones of it: batch-…-again, contacts-…, news-…. Keep rows.sqlite.',
];

/** The journal. */
export function printJournal(requests: readonly Request[]): string[] {
  if (requests.length === 0) return ['No request was carried out yet.'];
  return requests.map(({ number, day, verb, reason, signatures }) =>
    [number, day, verb.padEnd(8), reason.padEnd(12), amount(signatures, 'signature')].join('  '),
  );
}

function handedOver(signatures: readonly Signed[]): string[] {
  const batches = new Set(signatures.flatMap(({ batch }) => (batch === undefined ? [] : [batch])));
  if (batches.size === 0) return [];
  const numbers = Array.from(batches).sort((one, other) => one - other);
  return [
    `Handed over already, by batch ${numbers.join(', ')}: what is with the target cannot be called back. The next dossier says how many withdrew.`,
  ];
}

function lineOf({ day, lane, state, language, batch, entered }: Signed): string {
  const parts = [day, language, lane, state, entered.level];
  return `  ${parts.join('  ')}${batch === undefined ? '' : `  batch ${batch}`}`;
}

function amount(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

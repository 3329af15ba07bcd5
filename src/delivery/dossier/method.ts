/**
 * The pages on method: by which ways signatures came, how doubles were found, what became of every one of
 * them, why the public number differs (where the
 * page shows one), and what is withheld. The account adds up, in the open.
 */
import { lanes } from '../../signature/lane.ts';
import type { Settings } from '../../site/settings.ts';
import type { Account } from '../account.ts';
import { type Html, markup } from './html.ts';
import { table } from './tables.ts';
import type { Voice } from './voice.ts';

/** The fates of a signature, in the order of the table; every signature has one of them. */
const fates = [
  'delivered',
  'doubles',
  'earlier',
  'doublesOfEarlier',
  'held',
  'kept',
  'invalidated',
  'withdrawn',
  'withdrawnAfterDelivery',
  'destroyed',
  'nonsense',
  'unopened',
  'unknownKey',
  'forged',
] as const satisfies (keyof Account)[];

export function method(
  voice: Voice,
  account: Account,
  { dangerousCountries, countFrom }: Pick<Settings, 'dangerousCountries' | 'countFrom'>,
): Html {
  const { title, proof } = voice.phrases.method;
  return markup`<section id="${voice.language}-method">
    <h2>${title}</h2>
    ${waysIn(voice, account)} ${doubles(voice, account)} ${everySignature(voice, account)}
    ${account.publicCount >= countFrom ? publicNumber(voice, account) : ''}
    ${withheld(voice, dangerousCountries)}
    <h3>${proof.title}</h3>
    <p>${voice.say(proof.note)}</p>
  </section> `;
}

function waysIn(voice: Voice, { byLane, released }: Account): Html {
  const words = voice.phrases.method.lanes;
  const rows = lanes.map((lane) => ({
    cells: [markup`${words[lane]}<br /><small>${words[`${lane}Note`]}</small>`],
    number: byLane[lane],
  }));
  return markup`<h3>${words.title}</h3>
    <p>${words.intro}</p>
    ${table(voice, [words.way, voice.phrases.totals.signatures], rows)}
    <p>${words.hand} ${voice.say(words.released, { number: voice.number(released) })}</p> `;
}

function doubles(voice: Voice, { withoutEmail, perhapsEarlier }: Account): Html {
  const words = voice.phrases.method.doubles;
  return markup`<h3>${words.title}</h3>
    <p>${words.note}</p>
    <p>
      ${voice.say(words.withoutEmail, { number: voice.number(withoutEmail) })} ${words.voluntary}
    </p>
    ${
      perhapsEarlier > 0
        ? markup`<p>${voice.say(words.perhapsEarlier, { number: voice.number(perhapsEarlier) })}</p>`
        : ''
    } `;
}

function everySignature(voice: Voice, account: Account): Html {
  const words = voice.phrases.method.account;
  const rows = fates.map((fate) => ({ cells: [words[fate]], number: account[fate] }));
  const heads = [voice.phrases.totals.what, voice.phrases.totals.signatures];
  return markup`<div class="whole">
      <h3>${words.title}</h3>
      <p>${voice.say(words.note)}</p>
      ${table(voice, heads, rows, { label: words.all, number: account.signatures })}
    </div>
    ${account.destroyedEarlier > 0 ? markup`<p>${words.destroyedNote}</p>` : ''}
    ${account.withdrawnAfterDelivery > 0 ? markup`<p>${words.withdrawnNote}</p>` : ''} `;
}

function publicNumber(voice: Voice, { publicCount, delivered, earlier }: Account): Html {
  const words = voice.phrases.method.public;
  const handed = delivered + earlier;
  const rows = [
    { cells: [voice.say(words.page)], number: publicCount },
    { cells: [words.handed], number: handed },
  ];
  const heads = [voice.phrases.totals.what, voice.phrases.totals.signatures];
  return markup`<div class="whole">
    <h3>${words.title}</h3>
    ${table(voice, heads, rows, { label: words.difference, number: publicCount - handed })}
    <p>${words.note}</p>
  </div> `;
}

function withheld(voice: Voice, dangerousCountries: readonly string[]): Html {
  const words = voice.phrases.method.withheld;
  const countries = voice.list(dangerousCountries.map(voice.country));
  const names = dangerousCountries.length > 0 ? [voice.say(words.names, { countries })] : [];
  const points = [words.count, ...names, words.email, words.time, words.network];
  return markup`<div class="whole">
    <h3>${words.title}</h3>
    <p>${words.intro}</p>
    <ul>
      ${points.map((point) => markup`<li>${point}</li>`)}
    </ul>
    <p>${voice.say(words.sealed)}</p>
  </div> `;
}

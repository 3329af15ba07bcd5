/**
 * The covering letter: to whom, from whom, how many signed, what they demand, and the request for an
 * answer. It stands on the first page of the dossier, in each of its languages.
 */
import type { Facts } from './facts.ts';
import { type Html, markup } from './html.ts';
import { levelRows, table } from './tables.ts';
import type { Voice } from './voice.ts';

/** A part that goes with the letter. */
export type Enclosed = { id: string | undefined; title: string };

/** The letter; `enclosed` are the other parts, with the name of each in an address where it has one here. */
export function letter(
  voice: Voice,
  { account, levels, made, manifest }: Facts,
  offered: readonly string[],
  enclosed: readonly Enclosed[],
): Html {
  const { phrases, petition, say } = voice;
  const words = phrases.letter;
  const onPaper = account.onPaper.signatures;
  return markup`<section id="${voice.language}-letter" class="letter">
    <p class="kicker">${say(phrases.kicker)}</p>
    <h1>${say(phrases.subject)}</h1>
    <p class="address">${say(words.to)}<br />${say(words.from)}</p>
    <p class="lead">
      ${voice.count(words.handed, account.delivered)}${account.earlier > 0 ? ` ${voice.count(words.earlier, account.earlier)}` : ''}${onPaper > 0 ? ` ${voice.count(words.onPaper, onPaper)}` : ''}
    </p>
    <p>${petition.demandsIntro}</p>
    <ol>
      ${petition.demands.map((demand) => markup`<li>${demand}</li>`)}
    </ol>
    <p class="ask">${say(words.answer)}</p>
    ${table(voice, [words.seen, phrases.totals.signatures], levelRows(voice, levels, offered))}
    <p>${say(words.safety)}</p>
    <p class="sender">
      ${say('{controller}')}<br /><time datetime="${made}">${voice.day(made)}</time>
    </p>
    <h2 class="small">${words.enclosed}</h2>
    <ol class="enclosed">
      ${enclosed.map(({ id, title }) => (id === undefined ? markup`<li>${title}</li>` : markup`<li><a href="#${id}">${title}</a></li>`))}
    </ol>
    <p class="manifest">${say(phrases.manifest, { manifest })}</p>
  </section> `;
}

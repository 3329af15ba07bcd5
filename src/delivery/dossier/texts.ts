/**
 * The appendix: every text that was signed, in full, in its own language and direction, with the consent
 * that went with it. The archive of published texts is where they come from, so they read as signed.
 */
import { defineMdastPlugin, markdownToHtml } from 'satteri';
import { directionOf } from '../../site/intl.ts';
import type { PublishedText } from '../../site/texts.ts';
import type { Look } from './fonts.ts';
import { type Html, markup, trusted } from './html.ts';
import type { Voice } from './voice.ts';
import { splitPetition } from './words.ts';

/** All texts, under a heading in each voice. One with a letter that no font has is told, not printed. */
export function appendix(
  voices: readonly Voice[],
  signed: readonly PublishedText[],
  look: (text: string) => Look,
): Html {
  return markup`<section id="appendix">
    <h2>${inEach(voices, ({ phrases }) => phrases.appendix.title)}</h2>
    ${signed.map((text) => (isPrintable(text, look) ? oneText(voices, text) : unprintable(voices, text)))}
  </section> `;
}

/** Whether the fonts have every letter of a text. */
export function isPrintable(
  { petition, consent }: PublishedText,
  look: (text: string) => Look,
): boolean {
  return look(petition + consent).missing.length === 0;
}

/** The same words in each language, one after the other. */
export function inEach(voices: readonly Voice[], words: (voice: Voice) => Html | string): Html[] {
  return voices.map(
    (voice, index) =>
      markup`${index > 0 ? ' · ' : ''}<span lang="${voice.language}">${[words(voice)]}</span>`,
  );
}

function oneText(voices: readonly Voice[], text: PublishedText): Html {
  const { head, body } = splitPetition(text.petition);
  const direction = directionOf(text.language);
  return markup`<article id="${text.version}">
    ${label(voices, text)}
    <div lang="${text.language}" dir="${direction}">
      <h3>${head.title}</h3>
      <p class="lead">${head.lead}</p>
      <p>${head.demandsIntro}</p>
      <ol>
        ${head.demands.map((demand) => markup`<li>${demand}</li>`)}
      </ol>
      ${trusted(markdownToHtml(body, { mdastPlugins: [plain], features: { frontmatter: false } }).html)}
    </div>
    <h4>${inEach(voices, ({ phrases }) => phrases.appendix.consent)}</h4>
    <p lang="${text.language}" dir="${direction}">${text.consent}</p>
  </article> `;
}

function unprintable(voices: readonly Voice[], text: PublishedText): Html {
  const note = ({ say, phrases }: Voice) =>
    say(phrases.appendix.unprintable, { version: text.version });
  return markup`<article id="${text.version}">
    ${label(voices, text)}
    ${voices.map((voice) => markup`<p lang="${voice.language}">${note(voice)}</p>`)}
  </article> `;
}

function label(voices: readonly Voice[], { language, version }: PublishedText): Html {
  return markup`<p class="kicker">
    ${inEach(voices, ({ languageName }) => languageName(language))} · <code>${version}</code>
  </p>`;
}

const deeper = { 1: 4, 2: 4, 3: 5, 4: 6, 5: 6, 6: 6 } as const;

/** Headings go below those of the dossier; raw HTML and pictures are words; a link inside the site leads nowhere. */
const plain = defineMdastPlugin({
  name: 'plain',
  heading: (node, context) => context.setProperty(node, 'depth', deeper[node.depth]),
  html: (node, context) => context.replaceNode(node, { type: 'text', value: node.value }),
  image: (node, context) => context.replaceNode(node, { type: 'text', value: node.alt ?? '' }),
  link: (node, context) => {
    if (!/^https?:/.test(node.url)) context.setProperty(node, 'url', '');
  },
});

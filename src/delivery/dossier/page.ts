/**
 * The frame of each document: its head, with style and fonts inside, and what stands at the foot of each
 * printed page. It runs no script and asks for nothing, whatever stands in it.
 */
import { readFileSync } from 'node:fs';
import { directionOf } from '../../site/intl.ts';
import { fontFamilies } from './fonts.ts';
import { cssText, type Html, markup, trusted } from './html.ts';
import type { Voice } from './voice.ts';

/** Pages of one kind: the CSS class of their section, and what stands left at their foot. */
export type Foot = { pages: string; voice: Voice; left: string };

const styleFile = new URL('./dossier.css', import.meta.url);
const policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:";

/** All of a document that stands before its first section. */
export function openPage(order: {
  voice: Voice;
  title: string;
  colour: string;
  /** CSS of the fonts. */
  faces: string;
  feet: readonly Foot[];
}): Html {
  const { voice, title, colour, faces, feet } = order;
  const root = `:root{--colour:${colour};--fonts:${fontFamilies}}`;
  const style = [faces, root, readFileSync(styleFile, 'utf8'), ...feet.map(footRule)].join('\n');
  return markup`<!doctype html>
<html lang="${voice.language}" dir="${directionOf(voice.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>${title}</title>
<style>
${trusted(style)}
</style>
</head>
<body>
`;
}

/** What stands after the last section. */
export const closePage: Html = markup`</body>
</html>
`;

/** A part of the document in one language, on pages of its kind. */
export function part({ pages, voice }: Foot, content: readonly Html[]): Html {
  const direction = directionOf(voice.language);
  return markup`<div class="${pages}" lang="${voice.language}" dir="${direction}">${content}</div> `;
}

/** Boxes in the margin (CSS Paged Media, 4): dossier and manifest left, page x of y right. */
function footRule({ pages, voice, left }: Foot): string {
  const { say, phrases } = voice;
  const text = (words: string) => `"${cssText(words)}"`;
  const page = say(phrases.foot.page, { page: '\0page\0', pages: '\0pages\0' })
    .split('\0')
    .map((word, at) => (at % 2 === 1 ? `counter(${word})` : text(word)))
    .join(' ');
  return `.${pages}{page:${pages}}
@page ${pages}{
@bottom-left{content:${text(left)} "\\a " ${text(say(phrases.manifest))}}
@bottom-right{content:${page}}
}`;
}

/**
 * The letters of the dossier: which fonts they come from, and which letters none of them has. A font that
 * this machine happens to have would print what ours lack, and elsewhere boxes: so those are told.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'fontkitten';
import { DeliveryError } from '../errors.ts';

/** In the order in which they are asked for a letter. Another script needs a line here and its package. */
const families = [
  // Latin, Greek, Cyrillic, Devanagari.
  { family: 'Noto Sans', folder: 'noto-sans', file: 'NotoSans' },
  { family: 'Noto Sans Arabic', folder: 'noto-sans-arabic', file: 'NotoSansArabic' },
  { family: 'Noto Sans Georgian', folder: 'noto-sans-georgian', file: 'NotoSansGeorgian' },
  { family: 'Noto Sans Armenian', folder: 'noto-sans-armenian', file: 'NotoSansArmenian' },
  { family: 'Noto Sans Hebrew', folder: 'noto-sans-hebrew', file: 'NotoSansHebrew' },
] as const;
const packages = 'node_modules/@expo-google-fonts';

const weights = { 400: '400Regular', 600: '600SemiBold' } as const;
type Weight = keyof typeof weights;

/** What was found of a text: the families that draw it, and the letters that none of them has. */
export type Look = { families: ReadonlySet<string>; missing: readonly string[] };

/** All families, as CSS names them. */
export const fontFamilies = families.map(({ family }) => `'${family}'`).join(', ');

/** Opens the fonts; the answer looks at a text. */
export function openFonts(): (text: string) => Look {
  const fonts = families.map(({ family, ...place }) => {
    const font = create(readFont(place, 400));
    return { family, points: new Set(font.isCollection ? [] : font.characterSet) };
  });
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  // A mark is drawn on its letter only where one font has both.
  const familyOf = (letter: string) =>
    fonts.find(({ points }) => drawn(letter).every((point) => points.has(point)))?.family;
  return (text) => {
    const found = new Set<string>();
    const missing = new Set<string>();
    for (const { segment } of graphemes.segment(text)) {
      const family = familyOf(segment);
      if (family === undefined) missing.add(segment);
      else found.add(family);
    }
    return { families: found, missing: Array.from(missing) };
  };
}

/** CSS that carries families with it, each in the weights that are named. */
export function fontFaces(wanted: ReadonlySet<string>, inWeights: readonly Weight[]): string {
  return families
    .filter(({ family }) => wanted.has(family))
    .flatMap(({ family, ...place }) =>
      inWeights.map((weight) => {
        const data = readFont(place, weight).toString('base64');
        return `@font-face{font-family:'${family}';font-weight:${weight};src:url(data:font/ttf;base64,${data})}`;
      }),
    )
    .join('\n');
}

/** The code points of a letter that leave a mark on paper. */
function drawn(letter: string): number[] {
  return Array.from(
    letter.replaceAll(/[\s\p{Cc}\p{Cf}\ufe0e\ufe0f]/gu, ''),
    (sign) => sign.codePointAt(0) ?? 0,
  );
}

function readFont({ folder, file }: { folder: string; file: string }, weight: Weight): Buffer {
  const name = weights[weight];
  const path = join(packages, folder, name, `${file}_${name}.ttf`);
  try {
    return readFileSync(path);
  } catch (error) {
    const next = 'Run npm ci, then this command again.';
    throw new DeliveryError('files', `The font ${path} is missing.`, next, error);
  }
}

/**
 * The letters of the pictures: which fonts they come from, and that none is missing. A font that this
 * machine happens to have would draw what ours lack, and elsewhere boxes: so a missing letter is refused.
 */
import { readFileSync } from 'node:fs';
import { create } from 'fontkitten';
import sharp from 'sharp';

const folder = 'node_modules/@expo-google-fonts';

/** Latin, Greek and Cyrillic; Arabic. Another script needs a line here and its package. */
const fonts = [
  { family: 'Noto Sans Black', file: `${folder}/noto-sans/900Black/NotoSans_900Black.ttf` },
  {
    family: 'Noto Sans Arabic Black',
    file: `${folder}/noto-sans-arabic/900Black/NotoSansArabic_900Black.ttf`,
  },
];

/** All families, in the order in which they are asked for a letter. */
export const fontFamilies = fonts.map(({ family }) => family).join(', ');

/** Makes every font known to the drawing library, which keeps a font once it was named. */
export async function loadFonts(): Promise<void> {
  for (const { family, file } of fonts)
    await sharp({ text: { text: '.', font: family, fontfile: file } }).toBuffer();
}

/** The letters of a text that none of the fonts has, each once. */
export function missingLetters(text: string): string[] {
  const known = fonts.map(({ file }) => create(readFileSync(file)));
  return Array.from(new Set(text)).filter(
    (letter) =>
      !/[\s\p{Cf}]/u.test(letter) &&
      !known.some(
        (font) => !font.isCollection && font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0),
      ),
  );
}

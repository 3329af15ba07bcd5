/**
 * The picture beside a shared link: the petition's title and the mark in white on the campaign's
 * colour, or the mark alone. Made when the site is built; the same title gives the same bytes.
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { directionOf } from './intl.ts';
import { fontFamilies, loadFonts, missingLetters } from './picture-fonts.ts';
import { breakLines } from './picture-lines.ts';
import type { Settings } from './settings.ts';

/** In pixels: what messengers show whole. */
export const pictureSize = { width: 1200, height: 630 };
const margin = 64;
const markWidth = { small: 128, large: 440 };
const gap = 44;

/** Shares of the letters' size: a space, and a line, which needs more where dots stand below letters. */
const space = 0.26;
const lineHeight = { ltr: 1.1, rtl: 1.2 };

/** The largest letters, and those at which words are measured. */
const largest = 150;
const measure = 100;

type Direction = 'ltr' | 'rtl';
type Drawn = Awaited<ReturnType<typeof drawMark>>;

/** Draws a PNG. Throws when the title has a letter that no font has. */
export async function drawPicture(
  title: string,
  language: string,
  { colour, sharePicture }: Pick<Settings, 'colour' | 'sharePicture'>,
): Promise<Buffer> {
  const parts =
    sharePicture === 'neutral' ? [centre(await drawMark('large'))] : await compose(title, language);
  return sharp({ create: { ...pictureSize, channels: 3, background: colour } })
    .composite(parts)
    .png({ palette: true, colours: 16, dither: 0, effort: 10 })
    .toBuffer();
}

/** The mark in the corner where reading begins, the title at the foot. */
async function compose(title: string, language: string) {
  refuseMissing(title, language);
  await loadFonts();
  const direction = directionOf(language);
  const mark = await drawMark('small');
  const text = await drawTitle(title, direction, mark.info.height);
  const left = ({ info }: Drawn) =>
    direction === 'ltr' ? margin : pictureSize.width - margin - info.width;
  return [
    { input: mark.data, left: left(mark), top: margin },
    {
      input: text.data,
      left: left(text),
      top: pictureSize.height - margin - text.info.height,
    },
  ];
}

function centre({ data, info }: Drawn) {
  return {
    input: data,
    left: Math.round((pictureSize.width - info.width) / 2),
    top: Math.round((pictureSize.height - info.height) / 2),
  };
}

/** The title in lines and letters as large as the room below the mark allows. */
async function drawTitle(title: string, direction: Direction, markHeight: number): Promise<Drawn> {
  const room = {
    width: pictureSize.width - 2 * margin,
    height: pictureSize.height - 2 * margin - markHeight - gap,
    largest,
    lineHeight: lineHeight[direction],
  };
  const words = await Promise.all(
    wordsOf(title).map(async (text) => {
      const { info } = await drawText([text], measure, direction);
      return { text, width: info.width / measure };
    }),
  );
  const { lines, size } = breakLines(words, space, room);
  const drawn = await drawText(lines, size, direction);
  // A sum of words is only nearly the width of their line; nothing may stand in the margin.
  const fits = Math.min(room.width / drawn.info.width, room.height / drawn.info.height);
  return fits < 1 ? drawText(lines, size * fits - 0.5, direction) : drawn;
}

/** The words, a short one such as “in” together with the next: no line ends with it. */
function wordsOf(title: string): string[] {
  return title.trim().split(/(?<!(?:^|[ \n])\p{L}{1,3}) +|\n+/u);
}

/** A mark of direction before each line keeps a Latin name in an Arabic one in its place. */
function drawText(lines: readonly string[], size: number, direction: Direction) {
  const mark = direction === 'ltr' ? '\u200e' : '\u200f';
  const text = lines.map((line) => mark + escapeMarkup(line)).join('\n');
  const height = Math.round(size * lineHeight[direction] * 1024); // Pango counts in 1024ths
  return sharp({
    text: {
      text: `<span foreground="white" line_height="${height}">${text}</span>`,
      font: `${fontFamilies} ${size.toFixed(1)}`,
      rgba: true,
      dpi: 72,
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
}

/** The mark of the pages, without the empty edge around it. */
function drawMark(width: keyof typeof markWidth) {
  const [mark = ''] =
    /<svg.*<\/svg>/s.exec(readFileSync('src/components/Mark.astro', 'utf8')) ?? [];
  const svg = mark.replace(
    '<svg',
    '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="#fff"',
  );
  return sharp(Buffer.from(svg), { density: 2400 })
    .trim()
    .resize({ width: markWidth[width] })
    .png()
    .toBuffer({ resolveWithObject: true });
}

function refuseMissing(title: string, language: string): void {
  const missing = missingLetters(title);
  if (missing.length > 0)
    throw new Error(
      `The picture for shared links (${language}) cannot be drawn: no font has “${missing.join('')}”. Add one that has it to src/site/picture-fonts.ts, or set \`sharePicture: neutral\` in campaign.yaml.`,
    );
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

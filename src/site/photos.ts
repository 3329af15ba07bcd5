/**
 * The campaign's pictures, src/content/photos. A page never loads one: it links to it. What is
 * published is made smaller for slow links and has lost what a camera wrote into it, such as the place.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { contentFolder } from './settings.ts';

/** The longer side of a published picture, at most, in pixels. */
const longest = 1600;
/** A link in rendered Markdown to a picture, wherever the writer thought the folder to be. */
const photoLink = /<a href="(?:\.{0,2}\/)*photos\/([^"]+)"([^>]*)>(.*?)<\/a>/gs;

/** Sizes that were measured, so that twelve languages do not make each picture twelve times. */
const measured = new Map<string, Promise<number>>();

/** The pictures that there are, by the names of their files. */
export function photoNames(content: string = contentFolder): string[] {
  const folder = join(content, 'photos');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => /\.(jpe?g|png|webp)$/i.test(name));
}

/** A picture as it is published, upright and in its own format. */
export function lightPhoto(name: string, content: string = contentFolder): Promise<Buffer> {
  return sharp(readFileSync(join(content, 'photos', name)))
    .autoOrient()
    .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
    .toBuffer();
}

/**
 * Leads a page's links to the pictures, by the way up to the root, and tells the size of each. Throws
 * when there is no such picture.
 */
export async function linkPhotos(
  html: string,
  up: string,
  language: string,
  content: string = contentFolder,
): Promise<string> {
  const links = Array.from(html.matchAll(photoLink));
  const sizes = await Promise.all(
    links.map(([, name = '']) => sizeOf(decodeURI(name), language, content)),
  );
  return html.replace(photoLink, (_, name: string, attributes: string, text: string) => {
    return `<a href="${up}photos/${name}"${attributes}>${text}</a> (${sizes.shift() ?? ''})`;
  });
}

/** In words of the language, as 87 kB. */
async function sizeOf(name: string, language: string, content: string): Promise<string> {
  const known = photoNames(content);
  if (!known.includes(name))
    throw new Error(
      `A text links to photos/${name}, which is not in ${join(content, 'photos')}. There are: ${known.join(', ') || 'none'}.`,
    );
  const { mtimeMs } = statSync(join(content, 'photos', name));
  const key = `${content} ${name} ${mtimeMs}`;
  const size = measured.get(key) ?? lightPhoto(name, content).then(({ length }) => length);
  measured.set(key, size);
  const format = new Intl.NumberFormat(`${language}-u-nu-latn`, {
    style: 'unit',
    unit: 'kilobyte',
    maximumFractionDigits: 0,
  });
  return format.format(Math.ceil((await size) / 1000));
}

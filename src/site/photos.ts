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

/** Leads a page's links to the pictures, by the way up to the root, and tells the size of each. */
export async function linkPhotos(html: string, up: string, language: string): Promise<string> {
  const links = Array.from(html.matchAll(photoLink));
  const sizes = await Promise.all(links.map(([, name = '']) => sizeOf(decodeURI(name), language)));
  return html.replace(photoLink, (_, name: string, attributes: string, text: string) => {
    return `<a href="${up}photos/${name}"${attributes}>${text}</a> (${sizes.shift() ?? ''})`;
  });
}

/** In words of the language, as 87 kB. Throws when there is no such picture. */
async function sizeOf(name: string, language: string): Promise<string> {
  const known = photoNames();
  if (!known.includes(name))
    throw new Error(
      `A text links to photos/${name}, which is not in ${join(contentFolder, 'photos')}. There are: ${known.join(', ') || 'none'}.`,
    );
  const { mtimeMs } = statSync(join(contentFolder, 'photos', name));
  const kept = sizes.get(`${name} ${mtimeMs}`) ?? lightPhoto(name).then(({ length }) => length);
  sizes.set(`${name} ${mtimeMs}`, kept);
  const format = new Intl.NumberFormat(`${language}-u-nu-latn`, {
    style: 'unit',
    unit: 'kilobyte',
    maximumFractionDigits: 0,
  });
  return format.format(Math.ceil((await kept) / 1000));
}

/** Sizes that were measured, so that twelve languages do not make each picture twelve times. */
const sizes = new Map<string, Promise<number>>();

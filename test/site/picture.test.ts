import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawPicture, pictureSize } from '../../src/site/picture.ts';
import { breakLines } from '../../src/site/picture-lines.ts';
import { readSettings } from '../../src/site/settings.ts';
import { productionSite } from '../sites.ts';

const settings = readSettings(productionSite.content);
const title = 'Protect peaceful protesters in Belarus';

/** The pixels of a picture that are nearly white, and the columns of the first and the last one. */
async function whiteOf(picture: Buffer) {
  const { data, info } = await sharp(picture)
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const columns = Array.from(data, (value, at) => (value > 220 ? at % info.width : -1)).filter(
    (column) => column >= 0,
  );
  return {
    pixels: columns.length,
    first: columns.reduce((one, other) => Math.min(one, other)),
    last: columns.reduce((one, other) => Math.max(one, other)),
  };
}

describe('the picture of a shared link', () => {
  it.each(settings.languages)(
    'is there, of the size that messengers ask for and under 40 KB: %s',
    async (language) => {
      const picture = readFileSync(join(productionSite.dist, 'client', language, 'picture.png'));
      const { format, width, height } = await sharp(picture).metadata();
      expect({ format, width, height }).toEqual({ format: 'png', ...pictureSize });
      expect(picture.length).toBeLessThan(40_000);
      const { first, last } = await whiteOf(picture);
      expect(first).toBeGreaterThanOrEqual(60);
      expect(last).toBeLessThanOrEqual(pictureSize.width - 60);
    },
  );

  it('begins at the right where one reads from the right', async () => {
    const right = await whiteOf(await drawPicture('احموا المحتجين', 'ar', settings));
    const left = await whiteOf(await drawPicture('Yes', 'en', settings));
    expect(right.last).toBeGreaterThan(pictureSize.width - 70);
    expect(left.first).toBeLessThan(70);
  });

  it('is on the campaign’s colour', async () => {
    const picture = await drawPicture(title, 'en', { ...settings, colour: '#005544' });
    const corner = await sharp(picture)
      .extract({ left: 0, top: 0, width: 1, height: 1 })
      .removeAlpha()
      .raw()
      .toBuffer();
    expect(Array.from(corner)).toEqual([0, 0x55, 0x44]);
  });

  it('is the same, byte by byte, when it is made again', async () => {
    const [one, other] = [
      await drawPicture(title, 'en', settings),
      await drawPicture(title, 'en', settings),
    ];
    expect(one.equals(other)).toBe(true);
  });

  it('shows no words, only the mark, where the campaign wants that', async () => {
    const neutral = { ...settings, sharePicture: 'neutral' as const };
    const one = await drawPicture(title, 'en', neutral);
    const other = await drawPicture('احموا المحتجين', 'ar', neutral);
    expect(one.equals(other)).toBe(true);
    const worded = await whiteOf(await drawPicture(title, 'en', settings));
    const { pixels } = await whiteOf(one);
    expect(pixels).toBeGreaterThan(5000);
    expect(pixels).toBeLessThan(worded.pixels / 2);
  });

  it('stops the build when no font has the letters of the title, rather than show boxes', async () => {
    await expect(drawPicture('დაიცავით Belarus', 'ka', settings)).rejects.toThrow(
      /\(ka\).*“დაიცვთ”.*sharePicture: neutral/,
    );
  });
});

describe('the lines of a title', () => {
  const words = (text: string) =>
    text.split(' ').map((word) => ({ text: word, width: word.length }));
  const room = { width: 100, height: 100, largest: 30, lineHeight: 1 };

  it('break where the letters can be largest', () => {
    expect(breakLines(words('aaaa bbbb cccc'), 1, room)).toMatchObject({
      lines: ['aaaa', 'bbbb', 'cccc'],
      size: 25,
    });
  });

  it('stay one where the title is short', () => {
    expect(breakLines(words('aa'), 1, room)).toMatchObject({ lines: ['aa'], size: 30 });
  });

  it('never lose or move a word, however long the title', () => {
    const long = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
    const { lines, size } = breakLines(words(long), 1, room);
    expect(lines.join(' ')).toBe(long);
    expect(size * lines.length).toBeLessThanOrEqual(room.height + 1e-9);
  });
});

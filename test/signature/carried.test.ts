import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashCode } from '../../src/signature/code.ts';
import {
  type Carried,
  readCarried,
  readPasted,
  writeCarried,
} from '../../src/signature/carried.ts';

const link = 'https://petition.example/be/carry/#';
const letters = (length: number, seed: number) =>
  Array.from({ length }, (_, at) => 'aB3-x_Z9'.charAt((at * 5 + seed * 3 + (at >> 3)) % 8)).join(
    '',
  );

/** A text's fields, as long as they are when a name and an e-mail fit into 256 bytes. */
function fields(seed = 0): Carried {
  return {
    stamp: `2026-11-23.${512 + seed}`,
    key: letters(11, seed),
    text: 'be-0123456789ab',
    pass: letters(43, seed),
    sealed: letters(Math.ceil(((256 + 65 + 16) * 4) / 3), seed),
  };
}
const writeFields = ({ stamp, key, text, pass, sealed }: Carried) =>
  writeCarried([stamp, key, text, pass, sealed], hashCode);
const write = (seed = 0) => writeFields(fields(seed));

let text: string;
beforeAll(async () => {
  text = await write();
});

describe('a carried text', () => {
  it('reads as what was written', async () => {
    expect(await readCarried(text)).toEqual(fields());
  });

  it('has about 600 characters, its link too, and none that is not safe in a link or a message', () => {
    expect(text.length).toBeLessThanOrEqual(560);
    expect((link + text).length).toBeLessThanOrEqual(600);
    expect(text).toMatch(/^[\w.-]+$/);
  });

  it.each([
    ['as a link', (one: string) => link + one],
    ['with spaces around it', (one: string) => ` \t${one}\u00a0 `],
    ['in quotes', (one: string) => `«${one}»`],
    ['in other quotes', (one: string) => `“${link}${one}”`],
    ['as code of a messenger', (one: string) => `\`\`\`${one}\`\`\``],
    ['with a full stop', (one: string) => `${one}.`],
    ['within a sentence', (one: string) => `Please post (${link}${one}), thank you!`],
    ['quoted by a mail program', (one: string) => `> ${one}`],
    ['behind a redirect', (one: string) => `https://out.example/?u=https%3A%2F%2Fp%2F%23${one}`],
    ['with marks of direction', (one: string) => `\u200f\u2068${one}\u2069`],
    ['with soft hyphens', (one: string) => one.replace(/.{40}/g, '$&\u00ad')],
  ])('is found %s', async (_, dress) => {
    expect(await readPasted(dress(text))).toEqual([{ line: dress(text), carried: fields() }]);
  });

  it('is damaged when it is cut anywhere', async () => {
    const cut = await Promise.all(
      Array.from({ length: text.length - 1 }, (_, at) => readCarried(text.slice(0, at))),
    );
    const beheaded = await Promise.all(
      Array.from({ length: text.length - 1 }, (_, at) => readCarried(text.slice(at + 1))),
    );
    expect([...cut, ...beheaded].filter((one) => one !== undefined)).toEqual([]);
  });

  it('is damaged when a letter changed, was lost or came in', async () => {
    for (let at = 1; at < text.length; at += 7) {
      const [before, after] = [text.slice(0, at), text.slice(at + 1)];
      const other = text.charAt(at) === '8' ? '7' : '8';
      for (const wrong of [before + other + after, before + after, before + other + text.slice(at)])
        expect(await readCarried(wrong), String(at)).toBeUndefined();
    }
    expect(await readCarried(text.toLowerCase())).toBeUndefined();
  });

  it('is damaged when its day is in no calendar, though its check fits', async () => {
    const wrong = await writeFields({ ...fields(), stamp: '2026-13-41.5' });
    expect(await readCarried(wrong)).toBeUndefined();
  });

  it('is never found in what is none, however odd', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 300 }), async (odd) => {
        expect(await readCarried(odd)).toBeUndefined();
        expect((await readPasted(odd)).every(({ carried }) => !carried)).toBe(true);
      }),
    );
  });
});

describe('several carried texts', () => {
  const seeds = async (pasted: string) =>
    (await readPasted(pasted)).map(
      ({ carried }) => carried && Number(carried.stamp.slice(11)) - 512,
    );

  it('are read one a line, with empty lines and both kinds of line ends between', async () => {
    const [first, second, third] = await Promise.all([write(0), write(1), write(2)]);
    expect(await seeds(`\n${first}\r\n\r\n${link}${second}\n \n${third}\n`)).toEqual([0, 1, 2]);
  });

  it.each([76, 72, 60])(
    'are put together where a mail program broke them at %i letters',
    async (width) => {
      const broken = (one: string) =>
        (link + one).replace(new RegExp(`.{${String(width)}}`, 'g'), '$&\n');
      const [first, second] = await Promise.all([write(0), write(1)]);
      const pasted = `${broken(first)}\n${broken(second)}`;
      expect(await seeds(pasted)).toEqual([0, 1]);
      expect(await seeds(pasted.replace(/^/gm, '> '))).toEqual([0, 1]);
      expect(await seeds(pasted.replace(/\n(?!https)/g, '=\n'))).toEqual([0, 1]);
    },
  );

  it('are told from the words around them, each line for itself', async () => {
    const [first, second] = await Promise.all([write(0), write(1)]);
    expect(await seeds(`Hello\n${first}\nThank you\nBye\n${second}`)).toEqual([
      undefined,
      0,
      undefined,
      undefined,
      1,
    ]);
  });

  it('leave a cut one beside them damaged: none is taken for a part of another', async () => {
    const [first, second, third] = await Promise.all([write(0), write(1), write(2)]);
    expect(await seeds(`${first.slice(0, 200)}\n${second}\n${third.slice(300)}\n${first}`)).toEqual(
      [undefined, 1, undefined, 0],
    );
  });

  it('are read in hundreds', async () => {
    const many = await Promise.all(Array.from({ length: 300 }, (_, seed) => write(seed)));
    expect(await seeds(many.join('\n'))).toEqual(many.map((_, seed) => seed));
  });
});

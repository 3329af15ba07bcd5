/**
 * What ours is compared with: a page of 100 KB compressed that stands for a light petition site. Its bytes are
 * made up, the same in each run, and compress about as markup, rules and minified code do. Script and
 * style are parsed, hardly run: a real one would be slower. Signing needs one POST and no proof of work.
 */
import { compress } from '../curtain/pad.ts';

/** Bytes of each file as it travels: in brotli 4, as ours do; a font is compressed in itself. */
const split = { html: 15_000, css: 15_000, js: 55_000, font: 15_000 };

const form = `<form><input name="name" autocomplete="name"><input name="email" type="email">
<input type="checkbox" name="consent" required><output id="status"><code></code></output>
<button disabled>Sign</button></form>`;
const face = `@font-face{font-family:Body;src:url(/body.woff2)format("woff2");font-display:swap}body{font-family:Body,sans-serif}`;
const enable = `const form=document.forms[0];form.onsubmit=async event=>{event.preventDefault();
const body=JSON.stringify(Object.fromEntries(new FormData(form)));
const response=await fetch("/sign",{method:"POST",body});
form.querySelector("code").textContent=(await response.json()).code};form.querySelector("button").disabled=false`;
const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Petition</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css"><script defer src="/script.js"></script><h1>Petition</h1>${form}`;

/** The page at `/` and what it loads. */
export function makePeer(): Map<string, { type: string; bytes: Uint8Array<ArrayBuffer> }> {
  const draw = makeRandom();
  const word = () => words[Math.floor(words.length ** draw())] ?? '';
  const number = () => Math.floor(draw() * 100);
  const sentence = () => `${Array.from({ length: 12 }, word).join(' ')}. `;
  const words = Array.from({ length: 3000 }, () => makeWord(draw));

  const html = grow(split.html, head, '', () => `<p class="${word()}">${sentence()}${sentence()}`);
  const css = grow(
    split.css,
    face,
    '',
    () =>
      `.${word()}-${word()}{margin:${number()}px;color:#${number() + 100};display:flex}.${word()}:hover{padding:0 ${number()}px}`,
  );
  const js = grow(
    split.js,
    '{',
    `}${enable}`,
    () =>
      `function ${word()}(e,t){var n=e.${word()};return t.${word()}?n(t.${word()},"${word()} ${word()}"):{${word()}:e.${word()},${word()}:${number()}}}`,
  );
  const font = Buffer.from(Array.from({ length: split.font }, () => Math.floor(draw() * 256)));
  const text = (type: string, bytes: Uint8Array<ArrayBuffer>) => ({
    type: `${type}; charset=utf-8`,
    bytes,
  });
  return new Map([
    ['/', text('text/html', html)],
    ['/style.css', text('text/css', css)],
    ['/script.js', text('text/javascript', js)],
    ['/body.woff2', { type: 'font/woff2', bytes: font }],
  ]);
}

/** Adds lines between head and tail until it has this many bytes in brotli 4. */
function grow(size: number, before: string, after: string, line: () => string) {
  const lines = Array.from({ length: 4000 }, line);
  const take = (count: number) => Buffer.from([before, ...lines.slice(0, count), after].join('\n'));
  let [enough, tooMany] = [0, lines.length];
  while (tooMany - enough > 1) {
    const middle = (enough + tooMany) >> 1;
    if (compress(take(middle)).length <= size) enough = middle;
    else tooMany = middle;
  }
  return take(enough);
}

function makeWord(draw: () => number): string {
  const pick = (letters: string) => letters[Math.floor(draw() * letters.length)] ?? '';
  const syllables = Array.from({ length: 2 + Math.floor(draw() * 3) });
  return syllables.map(() => pick('bdfgklmnprstvz') + pick('aeiou')).join('');
}

/** Numbers from 0 to 1, the same in each run (Park and Miller's generator). */
function makeRandom(): () => number {
  let state = 20_200_809;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

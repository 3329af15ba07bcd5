/**
 * In a file alone: below the link that carries a sealed signature, the same link as a QR code, for a second
 * phone that has a better network. Drawn here, from a link that the page made; it sends nothing.
 */
import { encode } from 'uqr';

/** What scanners ask for around a code, in modules (ISO/IEC 18004). */
const quietZone = 4;
/** In pixels; a code that fills a large screen is no easier to scan. */
const widest = 400;

let drawn = '';
/** Draws the code below the offer to carry, once its link has the signature, and again when that changed. */
function follow(): void {
  const link = document.querySelector<HTMLAnchorElement>('#to[href*="#"]');
  const old = document.querySelector('.qr')?.parentElement;
  if (!link || (old && link.href === drawn)) return;
  drawn = link.href;
  old?.remove();
  link.parentElement?.after(draw(drawn));
}

/** The code of a text, dark on white whatever the colours of the page are. */
function draw(text: string): Element {
  // The least correction makes the largest modules: a screen is not torn or dirty.
  const { data, size } = encode(text, { ecc: 'L', boostEcc: false, border: quietZone });
  const dark = data.flatMap((row, y) =>
    row.flatMap((filled, x) => (filled ? `M${x} ${y}h1v1h-1z` : [])),
  );
  const place = document.createElement('p');
  place.innerHTML = `<svg class="qr" viewBox="0 0 ${size} ${size}" aria-hidden="true"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${dark.join('')}"/></svg>`;
  // A module of whole pixels of the screen has the same width everywhere, which scanners count on.
  const room = Math.min(document.documentElement.clientWidth, widest) * devicePixelRatio;
  const width = (Math.floor(room / size) * size) / devicePixelRatio;
  place.style.setProperty('--width', `${width}px`);
  return place;
}

new MutationObserver(follow).observe(form, {
  subtree: true,
  childList: true,
  attributeFilter: ['href'],
});

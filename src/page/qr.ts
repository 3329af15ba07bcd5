/**
 * In a file alone: beside the link that carries a sealed signature, the same link as a QR code, for a second
 * phone that has a better network. Drawn here, from a link that the page made; it sends nothing.
 */
import { encode } from 'uqr';

/** What scanners ask for around a code, in modules (ISO/IEC 18004). */
const quietZone = 4;

/** Draws the code of a text: dark on white whatever the colours of the page are. */
function draw(text: string): string {
  // The least correction makes the largest modules: a screen is not torn or dirty.
  const { data, size } = encode(text, { ecc: 'L', boostEcc: false, border: quietZone });
  const dark = data.flatMap((row, y) =>
    row.flatMap((filled, x) => (filled ? `M${x} ${y}h1v1h-1z` : [])),
  );
  return `<svg class="qr" viewBox="0 0 ${size} ${size}" aria-hidden="true"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${dark.join('')}"/></svg>`;
}

let drawn = '';
/** Draws the code below the offer to carry, once its link has the signature, and again when that changed. */
function follow(): void {
  const link = document.querySelector<HTMLAnchorElement>('#to[href*="#"]');
  const old = document.querySelector('.qr');
  if (!link || (old && link.href === drawn)) return;
  drawn = link.href;
  old?.remove();
  link.parentElement?.insertAdjacentHTML('afterend', draw(drawn));
}

new MutationObserver(follow).observe(form, {
  subtree: true,
  childList: true,
  attributeFilter: ['href'],
});

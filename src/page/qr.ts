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
/** Keeps the code beside the link, whose signature changes when somebody edits the form. */
function follow(): void {
  const place = document.querySelector('#carry');
  const href = place?.querySelector<HTMLAnchorElement>('a[href*="#"]')?.href || '';
  const old = place?.querySelector('.qr');
  if (!place || (old && href === drawn)) return;
  drawn = href;
  old?.remove();
  if (href) place.insertAdjacentHTML('beforeend', draw(href));
}

new MutationObserver(follow).observe(document.body, {
  subtree: true,
  childList: true,
  attributeFilter: ['href'],
});

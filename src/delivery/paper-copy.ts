/**
 * A protected key on paper: the file as a QR code and as text, in one HTML page that asks nothing of a
 * network. It holds what the file holds, so it is useless without the passphrase, which is not on it.
 */
import { encode } from 'uqr';
import type { KeyName } from './key-name.ts';

/** What scanners ask for around a code, in modules (ISO/IEC 18004). */
const quietZone = 4;
/** Whole pixels, so that each module is as wide as the next; about a millimetre on paper. */
const moduleWidth = 4;

/** How anything of a key looks on paper. */
export const paperStyle = `
body { font: 12pt/1.45 sans-serif; color: #000; background: #fff; max-width: 180mm; margin: 10mm auto; }
h1 { font-size: 18pt; margin: 0 0 2mm; }
b, code { white-space: nowrap; }
.warning b { white-space: normal; }
svg { display: block; margin: 4mm auto; }
ol.text { font: 11pt/1.6 monospace; padding: 0 0 0 10mm; break-inside: avoid; white-space: nowrap; }
ol.text li::marker { font: 8pt sans-serif; color: #666; }
.warning { border: 2px solid #000; padding: 2mm 4mm; }
@page { size: A4; margin: 12mm; }
@media print { body { margin: 0 auto; } }
`;

/** The page for an armored age file; `day` is that of the copy, as 2026-11-23. */
export function paperCopy(key: KeyName, fileName: string, armored: string, day: string): string {
  const lines = armored.trimEnd().split('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Private key ${key.id}, paper copy</title>
<style>${paperStyle}</style>
<h1>Private key of a petition, paper copy</h1>
<p>Campaign <b>${key.campaign}</b>, key <b>${key.id}</b>, copied on ${day}.</p>
<p class="warning"><b>This paper is useless without the passphrase. Keep the passphrase elsewhere, never together with this paper.</b> Whoever has both, and the petition’s database, can read every name.</p>
${drawQr(armored, 'The file as a QR code')}
<h2>To get the key back</h2>
<ol>
<li>Scan the code with a program that works offline, and save the text as <b>${fileName}</b>. Or type the lines below into that file, without their numbers. Capital and small letters differ.</li>
<li>Put the file into the folder of the keys, and run <code>npm run keys -- --check</code>.</li>
<li>Without this software: <code>age -d ${fileName}</code> opens it (age-encryption.org).</li>
</ol>
<ol class="text">
${lines.map((line) => `<li>${line}</li>`).join('\n')}
</ol>
</html>
`;
}

/** A QR code that survives a fold or a stain: level M at least, more where it costs no size. */
export function drawQr(text: string, label: string): string {
  const { data, size } = encode(text, { ecc: 'M', boostEcc: true, border: quietZone });
  const dark = data.flatMap((row, y) =>
    row.flatMap((filled, x) => (filled ? `M${x} ${y}h1v1h-1z` : [])),
  );
  const width = size * moduleWidth;
  return `<svg width="${width}" height="${width}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" aria-label="${label}"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${dark.join('')}"/></svg>`;
}

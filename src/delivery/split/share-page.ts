/**
 * One holder's share on paper: what it is, what to do with it, the share as a QR code and as text, in
 * an HTML page that asks nothing of a network. The page is for that holder alone.
 */
import type { KeyFile } from '../key-schema.ts';
import { drawQr, paperStyle } from '../paper-copy.ts';
import { type Share, writeShare } from './share.ts';

const style = `${paperStyle}
h2 { font-size: 14pt; margin: 4mm 0 1mm; }
ol { margin: 1mm 0; }
ol.text { font-size: 14pt; }
.share { display: flex; align-items: center; justify-content: space-between; }
.share svg { margin: 0; }
.technical { font-size: 9pt; overflow-wrap: anywhere; }
.technical code { white-space: normal; }
`;

/** The page of a share; `day` is that of the split, as 2026-11-23. */
export function sharePage(
  share: Share,
  { campaign, publicKey }: Pick<KeyFile, 'campaign' | 'publicKey'>,
  day: string,
): string {
  const { needed, holders, number, set, keyId } = share;
  const lines = writeShare(share);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Share ${number} of ${holders} of the private key ${keyId}</title>
<style>${style}</style>
<h1>Share ${number} of ${holders}; any ${needed} open</h1>
<p>Campaign <b>${campaign}</b>, key <b>${keyId}</b>, split <b>${set}</b> of ${day}.</p>
<p>This is one of ${holders} parts of the private key that opens a petition’s signatures. Any ${needed} of them together are the key. Fewer say nothing about it, and this one alone opens nothing.</p>
<p class="warning"><b>Show it to nobody. Keep it away from every other share, and off every phone and cloud.</b> Whoever has ${needed} shares, and the petition’s database, can read every name.</p>
<div class="share">
<ol class="text">
${lines.map((line) => `<li>${line}</li>`).join('\n')}
</ol>
${drawQr(lines.join('\n'), 'The share as a QR code')}
</div>
<h2>What to do</h2>
<ol>
<li>Keep this paper where fire, water and other people do not get at it. Make no copy.</li>
<li>If it is lost, or somebody may have seen it, tell the campaign the same day.</li>
<li>Bring it only to a meeting of people you know. Anybody can write a message that asks for it: call back, and hear the voice.</li>
</ol>
<h2>To open the key</h2>
<ol>
<li>Meet at one computer that you all trust. Run <code>npm run keys -- --combine</code>, and type the lines of ${needed} papers. A 0 is always a zero, and a 1 always a one. Big and small letters are the same.</li>
<li>The file campaign.yaml must list the public key, which stands below.</li>
</ol>
<p class="technical">Without this software: the last four characters of each line check it. The other 80 are, in Crockford’s base 32: 1 for the format; how many are needed; how many there are; the number of this one; 8 of the split; 15 of the key’s id; 53 that are 33 bytes, 32 of y and then x. Shamir’s secret sharing over GF(2<sup>8</sup>), polynomial 0x11b, byte by byte; the value at 0 is the private key d of P-256. The file docs/keys.md tells more. Public key: <code>${publicKey}</code></p>
</html>
`;
}

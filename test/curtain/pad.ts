/** Makes a page longer than the filter lets through, with bytes that do not compress. */
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';

const end = '</script>';
/** Of a page that is certainly cut, in brotli 4. */
export const paddedSize = 30_000;

/** Brotli 4, the low end of what an edge does. */
export function compress(bytes: Uint8Array): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

/** Appends filler right behind the first script, until the whole page has this size in brotli 4. */
export function padBehind(html: Buffer, size: number): Buffer {
  const at = html.indexOf(end) + end.length;
  return insert(html, at, size - compress(html).length);
}

/** Puts about this many bytes of filler into the front: right before the first script. */
export function padFront(html: Buffer, extra: number): Buffer {
  return extra === 0 ? html : insert(html, html.indexOf('<script>'), extra);
}

/** Brotli 4 of all bytes up to and including the first `</script>`. */
export function frontOf(html: Buffer): number {
  return compress(html.subarray(0, html.indexOf(end) + end.length)).length;
}

/** Six bits of each character are random. */
function insert(html: Buffer, at: number, bytes: number): Buffer {
  const filler = `<!--${randomBytes(bytes).toString('base64')}-->`;
  return Buffer.concat([html.subarray(0, at), Buffer.from(filler), html.subarray(at)]);
}

/**
 * The page of one language as the mirror's newest edition has it: fetched for the service worker, and checked
 * as `npm run mirror -- --verify` does. Whatever is not what the campaign signed, an error page of a
 * provider too, is refused; nothing is stored here.
 */
import { toBytes } from '../signature/bytes.ts';
import { isSigned } from '../signature/ecdsa.ts';

/** Patience with all of it; the page that waits has a little more. */
const patience = 40;

/** What we read of a manifest (docs/mirror.md). */
type Manifest = {
  campaign: string;
  serial: number;
  expires: string;
  files: Record<string, { sha256: string }>;
};

export type Edition = { serial: number; page: ArrayBuffer };

/**
 * The edition that is published, if its serial is above another one. Throws when it is not, when it is not
 * signed, too old by the device's clock, changed or of another campaign, and when the network fails, takes too
 * long or is no longer wanted.
 */
export async function fetchEdition(
  language: string,
  above: number,
  control: AbortController,
): Promise<Edition> {
  setTimeout(() => control.abort(), patience * SECOND);
  const get = async (name: string) => {
    const { signal } = control;
    const answer = await fetch(`/mirror/${name}`, {
      credentials: 'omit',
      cache: 'no-store',
      signal,
    });
    return answer.arrayBuffer();
  };
  const bytes = new Uint8Array(await get('manifest.json'));
  const signature = atob(new TextDecoder().decode(await get('manifest.json.sig')));
  insist(await isSigned(bytes, toBytes(signature), toBytes(atob(MIRROR_KEY))));
  const { campaign, serial, expires, files } = await read(bytes);
  insist(campaign === CAMPAIGN && serial > above && today() <= expires);
  // Under its name without .html, from which Cloudflare redirects.
  const page = await get(language);
  insist((await sha256(page)) === files[`${language}.html`]?.sha256);
  return { serial, page };
}

/** The device's day, as manifests write it. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Of bytes that the campaign signed: what it wrote has this shape. */
function read(bytes: BufferSource): Promise<Manifest> {
  return new Response(bytes).json();
}

/** In hexadecimal digits. */
async function sha256(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function insist(holds: boolean): void {
  if (!holds) throw new Error();
}

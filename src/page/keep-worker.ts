/**
 * The service worker of “Keep on this phone”: one language's page lies in one cache and answers when somebody
 * opens that page; every other request, and every POST, goes its way untouched. At most once a day it looks
 * for a newer edition. It knows its language from its own address, so it needs to remember nothing else.
 */
import { type Edition, fetchEdition, today } from './edition.ts';
import { kept } from './kept.ts';

const language = location.search.slice(1);
const address = `/${language}/`;

/** In the headers of the kept page, so that page, serial and key cannot fall apart. */
const serialHeader = 'serial';
const keyHeader = 'key';
/** The day of the last look for a newer edition. */
const lookedHeader = 'looked';

/** A page says by any message that nothing is to be fetched any more. */
const control = new AbortController();
addEventListener('message', () => control.abort());

addEventListener('install', (event) => {
  void skipWaiting();
  event.waitUntil(install());
});

addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { pathname } = new URL(url);
  if (method !== 'GET' || mode !== 'navigate') return;
  if (pathname === address || `${pathname}/` === address) event.respondWith(answer(event));
  // In the kept page this is the link to the other languages, which lie beside a file.
  else if (pathname === `${address}index.html`)
    event.respondWith(Promise.resolve(Response.redirect('/languages/')));
});

/** Also runs when the script changed: then the page is there already, unless another key signs now. */
async function install(): Promise<void> {
  if ((await keptPage())?.headers.get(keyHeader) === MIRROR_KEY) return;
  const edition = await fetchEdition(language, 0, control);
  // Whoever closed the page, or was told that it failed, is not to find anything later.
  const windows = await clients.matchAll({ includeUncontrolled: true });
  if (!windows.some(({ url }) => new URL(url).pathname === `${address}keep/`)) throw new Error();
  const cache = await caches.open(kept);
  await write(cache, edition);
  for (const { url } of await cache.keys())
    if (new URL(url).pathname !== address) await cache.delete(url);
}

async function answer(event: FetchEvent): Promise<Response> {
  const page = await keptPage();
  if (!page) return fetch(event.request);
  if (page.headers.get(lookedHeader) !== today()) event.waitUntil(look(page.clone()));
  return page;
}

/** Replaces the page by one of a newer edition. What cannot be had, or does not verify, changes nothing. */
async function look(page: Response): Promise<void> {
  // The same cache to the end: one that is forgotten meanwhile does not come back.
  const cache = await caches.open(kept);
  const serial = Number(page.headers.get(serialHeader));
  await write(cache, { serial, page: await page.arrayBuffer() });
  await fetchEdition(language, serial, control).then(
    (newer) => write(cache, newer),
    () => undefined,
  );
}

function write(cache: Cache, { serial, page }: Edition): Promise<void> {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `frame-ancestors 'none'`,
    [serialHeader]: String(serial),
    [keyHeader]: MIRROR_KEY,
    [lookedHeader]: today(),
  };
  return cache.put(address, new Response(page, { headers }));
}

function keptPage(): Promise<Response | undefined> {
  return caches.match(address, { cacheName: kept });
}

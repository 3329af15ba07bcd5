/**
 * Leave now: by the link, or by Escape three times. The page is blank before anything is asked of the
 * network, and nothing is waited for, so leaving never hangs. Entries do not outlive the page either way.
 */
import { kept } from './kept.ts';

/** The link on every page; kept, since a blank page has no ids. */
const link = leave;
/** Milliseconds after which a press of Escape is forgotten. */
const calm = 2000;
let presses = 0;

async function go(event: Event): Promise<void> {
  // The link would add to the history. Some browsers take Escape for "stop", also a fourth one.
  event.preventDefault();
  // One task up to the first await: nothing is painted between.
  clear();
  document.body?.remove();
  document.title = link.host; // a tab without a title would show our address
  location.replace(link.href);
  // What “Keep on this phone” made. Rejects where a browser lacks it; we are on the way out all the same.
  void caches.delete(kept);
  await (await navigator.serviceWorker.getRegistration())?.unregister();
}

/** So that neither "back" nor a restored window brings entries back. */
function clear(): void {
  for (const form of document.forms) form.reset();
}

link.onclick = go;
onkeydown = (event) => {
  if (event.key !== 'Escape') return;
  if (++presses > 2) void go(event);
  else setTimeout(() => presses--, calm);
};
// Not when the page is only hidden: who looks something up in another app finds the form as it was.
onpagehide = clear;

/**
 * Takes the place of the service worker that kept a page, where nothing is to be kept any more: deletes what
 * lies on the phone, takes itself away, and answers nothing.
 */
import { kept } from './kept.ts';

addEventListener('install', () => void skipWaiting());
addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([caches.delete(kept), registration.unregister()]));
});

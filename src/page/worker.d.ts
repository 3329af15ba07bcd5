/** What a service worker has and a page has not (w3.org/TR/service-workers), as far as ours use it. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface WindowEventMap {
  install: ExtendableEvent;
  activate: ExtendableEvent;
  fetch: FetchEvent;
}

declare const registration: ServiceWorkerRegistration;
declare const clients: {
  matchAll(options: { includeUncontrolled: boolean }): Promise<readonly { url: string }[]>;
};
declare function skipWaiting(): Promise<void>;

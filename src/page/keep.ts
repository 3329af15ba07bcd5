/**
 * “Keep on this phone”, and “Forget” beside it. Has the browser start the service worker that keeps the page
 * of this language, says what became of it, and undoes all of it. What is kept lies in one cache, nowhere
 * else; forgetting asks nothing of the network.
 */
import { kept } from './kept.ts';

/** On a connection that froze, registering hangs; after ten seconds without a request browsers drop it. */
const silence = 12;
const patience = 45;
const grace = 2;
const { lang } = document.documentElement;

/** The names of the words that stand in the page. */
type State = 'wait' | 'kept' | 'failed' | 'forgotten' | '';

function enhance(
  status: HTMLElement,
  keepButton: HTMLButtonElement,
  forgetButton: HTMLButtonElement,
): void {
  /** Which press is the last one: what an earlier one began no longer counts. */
  let presses = 0;

  async function show(state: State): Promise<void> {
    for (const words of status.querySelectorAll('p')) words.hidden = words.id !== state;
    // Once forgotten, not before the page is opened anew: a browser that has let go of a worker while its
    // page is open takes the same one up again, and that one has nothing.
    keepButton.hidden = !['', 'failed'].includes(state);
    forgetButton.hidden = state !== 'wait' && !(await anything());
    if (state) status.focus();
  }

  async function keep(): Promise<void> {
    const press = ++presses;
    const isLast = () => press === presses;
    await show('wait');
    await wait(silence);
    if (!isLast()) return;
    const registering = navigator.serviceWorker.register(`/keep.js?${lang}`);
    // One that comes too late, when we have said that it failed or is forgotten, is undone.
    const settling = registering.then(settled).finally(() => (isLast() ? undefined : forget()));
    await Promise.race([settling, wait(patience)]).catch(() => undefined);
    if (!isLast()) return;
    if (await isKept()) return show('kept');
    presses++;
    await forget();
    await show('failed');
  }

  keepButton.onclick = () => void keep();
  forgetButton.onclick = async () => {
    presses++;
    await show((await forget()) ? 'forgotten' : '');
  };
  void isKept().then((is) => show(is ? 'kept' : ''));
}

/** Whether a browser can keep anything: in a private window some lack it, and some throw. */
async function isAble(): Promise<boolean> {
  try {
    await caches.keys();
    return !!(navigator.serviceWorker && crypto.subtle);
  } catch {
    return false;
  }
}

/** Resolves when a worker has installed itself, or has failed to. */
function settled({ installing }: ServiceWorkerRegistration): Promise<unknown> | undefined {
  if (!installing) return undefined;
  return new Promise((done) => {
    installing.onstatechange = done;
  });
}

/** Whether the page of this language is kept. */
async function isKept(): Promise<boolean> {
  return !!(await caches.match(`/${lang}/`, { cacheName: kept }));
}

/** Whether anything is, in any language. */
async function anything(): Promise<boolean> {
  const registrations = await navigator.serviceWorker.getRegistrations();
  return registrations.length > 0 || (await caches.has(kept));
}

/** Undoes all of it; whether nothing is left. The worker goes first: it could fill the cache again. */
async function forget(): Promise<boolean> {
  const registrations = await navigator.serviceWorker.getRegistrations();
  for (const { installing } of registrations) installing?.postMessage('stop');
  // Browsers unregister one whose script is still on its way when it has come, and let nobody wait less.
  const gone = Promise.all(registrations.map((one) => one.unregister()));
  await Promise.race([gone, wait(grace)]);
  await caches.delete(kept);
  return !(await anything());
}

function wait(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * SECOND));
}

const status = document.querySelector<HTMLElement>('[role="status"]');
const [keepButton, forgetButton] = document.querySelectorAll<HTMLButtonElement>('main button');
if (status && keepButton && forgetButton)
  // Where it cannot, the page says so as it stands.
  void isAble().then((able) => able && enhance(status, keepButton, forgetButton));

/**
 * The signing script. It stands right behind the form, before everything else, so that half a page
 * can sign. Stamps while the visitor types, seals, sends, tries again, says what happened. Without
 * WebCrypto it does nothing and the plain form posts. It stores nothing and loads nothing.
 */
import { aadOf, infoOf } from '../signature/binding.ts';
import { toBase64url } from '../signature/bytes.ts';
import { drawCode, hashCode, showCode } from '../signature/code.ts';
import { writeContent } from '../signature/content.ts';
import { sealTo } from '../signature/hpke.ts';
import { dayOf, findStamp } from '../signature/stamp.ts';

/** Patience with each try, and the silence after one that failed: only then a dead connection is replaced. */
const patience = [8, 15];
const silence = 12;

/**
 * What the Worker says: which words of the page to show (signed, failed), others to say in their place, and
 * why; or the day to stamp anew for. With them the public number.
 */
type Answer = { answer?: string; reason?: string; say?: string; day?: string; count?: number };

function enhance(form: HTMLFormElement, status: HTMLElement): void {
  const code = drawCode();
  // What follows from the code (code.ts), in the fewest bytes.
  const mark = hashCode(code);
  const pass = mark.then(hashCode);
  const idHash = pass.then(hashCode);
  let day = dayOf(new Date());
  let stamp: Promise<string | undefined> | undefined;
  let sealed = '';
  let sending = false;
  let unchecked: string | undefined;

  /** Starts to stamp, once a day: every try is the same signature. */
  function begin(): Promise<string | undefined> {
    stamp = stamp || idHash.then((id) => findStamp(CAMPAIGN, id, day)).catch(() => undefined);
    return stamp;
  }

  /** Sends what the form holds, sealed or in the open; resolves to what there is to say. */
  async function send(): Promise<Answer> {
    const id = await idHash;
    const open: Record<string, unknown> = { pass: await pass, key: KEY_ID, unchecked };
    const content: Record<string, unknown> = { mark: await mark };
    for (const [name, value] of new FormData(form))
      if (value) (/level|name|email|country|news/.test(name) ? content : open)[name] = value;
    sealed =
      sealed ||
      (await sealTo(
        atob(PUBLIC_KEY),
        infoOf(CAMPAIGN, KEY_ID),
        aadOf(id, String(open.text), 'page'),
        writeContent(content),
      ));
    open.sealed = toBase64url(sealed);
    for (const seconds of patience) {
      open.stamp = await begin();
      const answer = await post(JSON.stringify(open), seconds);
      if (answer.answer) return answer;
      if (answer.day) {
        day = answer.day;
        stamp = undefined;
      } else {
        await wait(silence);
      }
    }
    return {};
  }

  /** Shows words that stand in the page; what the Worker says instead takes the place of the first ones. */
  function say(answer: Answer): void {
    window.told = answer;
    // The words say so: whoever presses again agrees to wait for a check by hand.
    if (answer.reason === 'human') unchecked = 'on';
    const words = document.getElementById(answer.answer || 'failed');
    if (words) status.innerHTML = words.innerHTML;
    if (answer.say && status.firstChild) status.firstChild.nodeValue = answer.say;
  }

  status.innerHTML = ''; // what it said of a form without JavaScript
  window.idHash = idHash;
  window.hash = hashCode;
  form.onfocusin = begin;
  // An edit between two tries seals anew; the same entries stay the same bytes.
  form.oninput = () => (sealed = '');
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    say({ answer: 'sending' });
    say(await send().catch(() => ({})));
    sending = false;
    const place = status.querySelector('code');
    if (place) {
      place.textContent = showCode(code);
      form.innerHTML = '';
      form.append(status);
    }
    status.focus();
  };
}

/** One try with its own clock, on a connection of its own; nothing but JSON from our Worker is an answer. */
function post(body: string, seconds: number): Promise<Answer> {
  const control = new AbortController();
  void wait(seconds).then(() => control.abort());
  return fetch(HOST + '/api/sign', {
    method: 'POST',
    body,
    credentials: 'omit',
    signal: control.signal,
  })
    .then((response) => response.json())
    .catch(() => ({}));
}

function wait(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * SECOND));
}

const form = document.forms[0];
const status = document.getElementById('status');
if (form && status && crypto.subtle && self.AbortController) enhance(form, status);

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

function enhance(form: HTMLFormElement, status: HTMLElement): void {
  const code = drawCode();
  const idHash = hashCode(code);
  let day = dayOf(new Date());
  let stamp: Promise<string | undefined> | undefined;
  let sealed = '';
  let sending = false;

  /** Starts to stamp, once a day: every try is the same signature. */
  function begin(): Promise<string | undefined> {
    stamp = stamp || idHash.then((id) => findStamp(CAMPAIGN, id, day)).catch(() => undefined);
    return stamp;
  }

  /** Sends what the form holds, sealed or in the open; resolves to the key of what there is to say. */
  async function send(): Promise<string> {
    const id = await idHash;
    const open: Record<string, unknown> = { id, key: KEY_ID };
    const content: Record<string, unknown> = {};
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
      if (answer.answer) return answer.answer;
      if (answer.day) {
        day = answer.day;
        stamp = undefined;
      } else {
        await wait(silence);
      }
    }
    return 'failed';
  }

  /** Shows the words that stand in the page under a key; in half a page a held signature has the code at least. */
  function say(key: string): void {
    const early = key === 'held' ? 'signed' : 'failed';
    const words = document.getElementById(key) || document.getElementById(early) || status;
    status.innerHTML = words.innerHTML;
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
    say('sending');
    say(await send().catch(() => 'failed'));
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
function post(body: string, seconds: number): Promise<{ answer?: string; day?: string }> {
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

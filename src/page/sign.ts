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

/**
 * What the Worker says: which words of the page to show (signed, failed), others to say in their place, and
 * why; or the day to stamp anew for. With them the public number.
 */
type Answer = { answer?: string; reason?: string; say?: string; day?: string; count?: string };

const { status } = form.elements;

function enhance(): void {
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
    // What anybody may carry, and what only our own host may see.
    const open: Record<string, unknown> = { key: KEY_ID };
    const own: Record<string, unknown> = { pass: await pass, unchecked };
    const content: Record<string, unknown> = { mark: await mark };
    // Text and consent, the tag and Turnstile's token; whatever else the form holds is sealed.
    for (const [name, value] of new FormData(form))
      if (value)
        (/text|consent/.test(name) ? open : /tag|-/.test(name) ? own : content)[name] = value;
    open.sealed = sealed =
      sealed ||
      toBase64url(
        await sealTo(
          atob(PUBLIC_KEY),
          infoOf(CAMPAIGN, KEY_ID),
          aadOf(id, String(open.text), 'page'),
          writeContent(content),
        ),
      );

    const ask = async (host: string, patience: number, more: object): Promise<Answer> => {
      open.stamp = await begin();
      window.sent = [open, own];
      const answer = await post(host, JSON.stringify({ ...open, ...more }), patience);
      // Our own host may name another day to stamp for; a relay is believed one thing only.
      if (more !== own || !answer.day) return answer;
      day = answer.day;
      stamp = undefined;
      return ask(host, patience, more);
    };

    let answer = await ask(HOST, 8 * SECOND, own);
    if (answer.answer) return answer;
    if (RELAY && (await ask(RELAY, 8 * SECOND, { id })).answer === 'handed')
      say((answer = { answer: 'handed' }));
    // Only after a silence is a dead connection replaced.
    await wait(12 * SECOND);
    const last = await ask(HOST, 15 * SECOND, own);
    return last.answer ? last : answer;
  }

  /** Shows words that stand in the page; what the Worker says instead takes the place of the first ones. */
  function say(answer: Answer): void {
    window.told = answer;
    // The words say so: whoever presses again agrees to wait for a check by hand.
    if (answer.reason === 'human') unchecked = 'on';
    // Half a page holds fewer words.
    status.innerHTML = (document.getElementById(answer.answer || '') || failed).innerHTML;
    if (answer.say && status.firstChild) status.firstChild.nodeValue = answer.say;
    const place = status.querySelector('code');
    if (place) place.textContent = showCode(code);
  }

  status.innerHTML = ''; // what it said of a form without JavaScript
  window.idHash = idHash;
  window.hash = hashCode;
  form.oninput = () => {
    // An edit between two tries seals anew; the same entries stay the same bytes.
    sealed = '';
    void begin();
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    say({ answer: 'sending' });
    // What cannot be sealed or sent here goes as the plain form when they press again.
    const answer: Answer = await send().catch(() => {
      form.onsubmit = null;
      return {};
    });
    say(answer);
    sending = false;
    if (answer.answer === 'signed') {
      form.innerHTML = '';
      form.append(status);
    }
    status.focus();
  };
}

/**
 * One try on a connection of its own; nothing but JSON from our Worker is an answer. A frozen connection
 * says nothing, ever, so each try has its own clock.
 */
function post(host: string, body: string, patience: number): Promise<Answer> {
  return Promise.race([
    fetch(host + '/api/sign', { method: 'POST', body, credentials: 'omit' })
      .then((response): Promise<Answer> => response.json())
      .catch(() => ({})),
    wait(patience),
  ]);
}

function wait(time: number): Promise<Answer> {
  return new Promise((done) => setTimeout(done, time, {}));
}

if (crypto.subtle) enhance();

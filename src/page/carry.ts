/**
 * Posting what others sealed: reads the texts that were pasted or came behind a link, posts them one
 * after the other and says what became of each. Cannot open them; keeps nothing but what stands in the
 * page, and takes a link's text out of the address at once.
 */
import { type Carried, readPasted } from '../signature/carried.ts';
import { lastDayOf } from '../signature/stamp.ts';

/** Patience with each post. */
const patience = 15;
/** The Worker counts 60 a minute from one network and holds the others: of more than these each waits. */
const atOnce = 50;
const turn = 1.2;

type Answer = { answer?: string; reason?: string; day?: string };

/** After these a text stays in the field, to be posted again. */
const unsettled = ['failed', 'full'];

function enhance(
  form: HTMLFormElement,
  area: HTMLTextAreaElement,
  list: HTMLElement,
  words: DocumentFragment,
): void {
  const arrived = new Set<string>();

  /** Takes the text out of the address, also where a second link opens the same page. */
  function takeLink(): void {
    if (area.readOnly || !location.hash) return;
    area.value = `${area.value}\n${location.hash.slice(1)}`.trim();
    history.replaceState(null, '', location.pathname);
  }

  /** Posts a text that is ours, once; resolves to the name of words that stand in the page. */
  async function outcomeOf(carried: Carried | undefined): Promise<string> {
    if (!carried) return 'damaged';
    if (!KEYS.includes(carried.key)) return 'foreign';
    const body = JSON.stringify({ ...carried, consent: 'on' });
    if (arrived.has(body)) return 'double';
    const { answer, reason = '', day } = await post(body);
    if (answer === 'signed') arrived.add(body);
    // Whether it is late the Worker tells: this device's clock may be wrong.
    if (day) return carried.stamp < day ? 'late' : 'damaged';
    const outcome = reason || answer || '';
    return words.getElementById(outcome) ? outcome : 'failed';
  }

  /** Adds a text to the list, by its last letters; what it returns says what came of it. */
  function addLine(line: string): (outcome: string, lastDay?: string) => void {
    const item = list.appendChild(document.createElement('li'));
    const end = item.appendChild(document.createElement('code'));
    const place = item.appendChild(document.createElement('span'));
    // Between marks of direction: it runs from left to right, and stands where the line begins.
    end.textContent = `\u2066…${line.slice(-8)}\u2069`;
    return (outcome, lastDay = '') => {
      const date = lastDay.split('-');
      const html = words.getElementById(outcome)?.innerHTML || '';
      item.className = outcome;
      place.innerHTML = html.replace(/{(\d)}/g, (_, part: number) => date[part] || '');
    };
  }

  async function postAll(): Promise<void> {
    for (const old of list.querySelectorAll('.failed,.full')) old.remove();
    list.focus();
    const pasted = await readPasted(area.value);
    const many = pasted.filter(({ carried }) => carried).length > atOnce;
    const left: string[] = [];
    for (const { line, carried } of pasted) {
      const say = addLine(line);
      say('sending');
      const outcome = await outcomeOf(carried).catch(() => 'failed');
      say(outcome, carried && lastDayOf(carried.stamp));
      if (unsettled.includes(outcome)) left.push(line);
      if (carried && many) await wait(turn);
    }
    area.value = left.join('\n');
  }

  form.onsubmit = async (event) => {
    event.preventDefault();
    if (area.readOnly) return;
    area.readOnly = true;
    await postAll();
    area.readOnly = false;
    takeLink(); // one that was opened meanwhile
  };
  addEventListener('hashchange', takeLink);
  takeLink();
  for (const part of document.querySelectorAll<HTMLElement>('[data-script]'))
    part.hidden = !part.hidden;
}

/** One try with its own clock; nothing but JSON from our Worker is an answer. */
function post(body: string): Promise<Answer> {
  const control = new AbortController();
  void wait(patience).then(() => control.abort());
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
const area = document.querySelector('textarea');
const list = document.getElementById('answers');
const words = document.querySelector('template');
if (form && area && list && words && crypto.subtle) enhance(form, area, list, words.content);

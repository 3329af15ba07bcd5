/**
 * Withdrawing with JavaScript: tells a typing error at once, asks once more, sends the code alone, on a
 * connection of its own. Without JavaScript the same form posts and the Worker asks.
 */
import { readCode, showCode } from '../signature/code.ts';

const patience = 15;

function enhance(form: HTMLFormElement, input: HTMLInputElement): void {
  let confirmed = '';
  let sending = false;

  /** Shows one step of the page and hides the others. */
  function show(step: string): void {
    for (const part of document.querySelectorAll<HTMLElement>('[data-step]'))
      part.hidden = !part.dataset['step']?.split(' ').includes(step);
    document.querySelector<HTMLElement>(`[data-news~=${step}]`)?.focus();
  }

  async function send(body: string): Promise<string> {
    const control = new AbortController();
    setTimeout(() => {
      control.abort();
    }, patience * SECOND);
    try {
      const response = await fetch(HOST + '/api/withdraw', {
        method: 'POST',
        body,
        credentials: 'omit',
        signal: control.signal,
      });
      const answer = /"(done|wrong)"/.exec(await response.text());
      return answer?.[1] || 'unavailable';
    } catch {
      return 'unavailable';
    }
  }

  input.oninput = () => {
    if (confirmed) show('start');
    confirmed = '';
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    const code = readCode(input.value);
    if (sending) return;
    if (!code) {
      show('wrong');
    } else if (confirmed !== code) {
      confirmed = code;
      input.value = showCode(code);
      show('confirm');
    } else {
      sending = true;
      const answer = await send(code);
      sending = false;
      if (answer === 'done') form.reset();
      show(answer);
    }
  };
}

const form = document.forms[0];
const input = document.querySelector<HTMLInputElement>('[name=code]');
if (form && input && self.AbortController) enhance(form, input);

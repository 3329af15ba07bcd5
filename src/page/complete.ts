/**
 * What a page adds that arrived whole: Turnstile at the first touch, the tag, fields that follow the
 * choice of level, all there is to know about the code, the number. Signing works without any of it.
 */
import type {} from 'turnstile-types';
import { tagInput } from '../signature/tag.ts';

const api = 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit';
/** A reader who stayed this long may cost one request. */
const patience = 20;

function complete(form: HTMLFormElement, idHash: Promise<string>): void {
  const add = <Name extends 'p' | 'input' | 'script'>(name: Name) =>
    form.appendChild(document.createElement(name));
  const tag = add('input');
  const field = (name: string) => form.querySelector<HTMLInputElement>(`[name=${name}]`) || tag;
  tag.type = 'hidden';
  tag.name = 'tag';

  /** Turnstile shows itself only where it asks something; its answer becomes a field. */
  const load = () => {
    const script = add('script');
    script.src = api;
    script.onload = async () =>
      window.turnstile?.render(add('p'), {
        sitekey: SITE_KEY,
        action: 'sign',
        cData: await idHash,
        appearance: 'interaction-only',
      });
  };
  if (!FILE) form.addEventListener('focusin', load, { once: true });

  form.onchange = async () => {
    const { value } = field('email');
    field('email').required = field('news').checked;
    // The first choice is the one that shows nothing.
    field('name').required = field('country').required = !field('level').checked;
    // Without a key of its own it would tell whoever carries it who signed.
    if (!FILE) tag.value = (value && (await window.hash?.(tagInput(CAMPAIGN, value)))) || '';
  };

  // The form is emptied around what it has to say once it is signed: then there is room for the rest.
  form.addEventListener('focusin', () => {
    const after = document.querySelector('template');
    if (!after || form.childElementCount > 1) return;
    form.append(after.content);
    showCount(window.told?.count, ' + 1');
    form.onclick = ({ target }) => {
      // Both answers to "share?" take the question away.
      if (target instanceof HTMLAnchorElement) target.parentElement?.remove();
    };
  });
}

/** Shows the public number, grouped as it was when the page was built. */
function showCount(count: number | undefined, own: string): void {
  const place = document.getElementById('count');
  if (!place || !count) return;
  const [gap = ''] = /\D/.exec(place.textContent) || [];
  place.textContent = String(count).replace(/\B(?=(...)+$)/g, gap) + own;
}

function refreshCount(): void {
  if (document.getElementById('count') && !window.told)
    fetch(HOST + '/api/count', { credentials: 'omit' })
      .then((response) => response.json())
      .then(({ count }: { count?: number }) => showCount(count, ''))
      .catch(() => undefined);
}

const form = document.forms[0];
if (form && window.idHash) complete(form, window.idHash);
if (!FILE) setTimeout(refreshCount, patience * SECOND);

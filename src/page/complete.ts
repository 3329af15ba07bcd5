/**
 * What a page adds that arrived whole: Turnstile at the first touch, the tag, fields that follow the
 * choice of level, all there is to know about the code. Signing works without any of it.
 */
import type {} from 'turnstile-types';
import { tagInput } from '../signature/tag.ts';

const api = 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit';

function complete(form: HTMLFormElement, idHash: Promise<string>): void {
  const add = <Name extends 'p' | 'input' | 'script'>(name: Name) =>
    form.appendChild(document.createElement(name));
  const field = (name: string) => form.querySelector<HTMLInputElement>(`[name=${name}]`) || tag;
  const check = add('p');
  const tag = add('input');
  tag.type = 'hidden';
  tag.name = 'tag';

  const load = () => {
    const script = add('script');
    script.src = api;
    script.onload = async () =>
      window.turnstile?.render(check, {
        sitekey: SITE_KEY,
        action: 'sign',
        cData: await idHash,
        appearance: 'interaction-only',
        'response-field-name': 'token',
      });
  };
  form.addEventListener('focusin', load, { once: true });

  form.onchange = async () => {
    const email = field('email');
    email.required = field('news').checked;
    // "count", the choice that shows nothing, stands first.
    field('name').required = field('country').required = !field('level').checked;
    tag.value = (email.value && (await window.hash?.(tagInput(CAMPAIGN, email.value)))) || '';
  };

  const after = document.getElementById('after');
  for (const code of document.querySelectorAll('code'))
    if (after) code.parentElement?.append(after.cloneNode(true));
}

const form = document.forms[0];
if (form && window.idHash) complete(form, window.idHash);

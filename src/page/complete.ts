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
  const tag = add('input');
  const field = (name: string) => form.querySelector<HTMLInputElement>(`[name=${name}]`) || tag;
  tag.type = 'hidden';
  tag.name = 'tag';

  /** Turnstile shows itself only where it asks something; its answer becomes the field "token". */
  const load = () => {
    const script = add('script');
    script.src = api;
    script.onload = async () =>
      window.turnstile?.render(add('p'), {
        sitekey: SITE_KEY,
        action: 'sign',
        cData: await idHash,
        appearance: 'interaction-only',
        'response-field-name': 'token',
      });
  };
  form.addEventListener('focusin', load, { once: true });

  form.onchange = async () => {
    const { value } = field('email');
    field('email').required = field('news').checked;
    // The first choice is the one that shows nothing.
    field('name').required = field('country').required = !field('level').checked;
    tag.value = (value && (await window.hash?.(tagInput(CAMPAIGN, value)))) || '';
  };

  // The form is emptied around what it has to say once it is signed: then there is room for the rest.
  const points = document.getElementById('points');
  form.addEventListener('focusin', () => {
    if (points && form.childElementCount < 2) form.append(points);
  });
}

const form = document.forms[0];
if (form && window.idHash) complete(form, window.idHash);

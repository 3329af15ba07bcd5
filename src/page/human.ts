/** Where nothing is blocked: Turnstile asks whether a person signs, and the tag tells doubles apart. */
import type {} from 'turnstile-types';
import { tagInput } from '../signature/tag.ts';

const api = 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit';

function add<Name extends 'p' | 'input' | 'script'>(name: Name): HTMLElementTagNameMap[Name] {
  return form.appendChild(document.createElement(name));
}

/** Keeps what the e-mail is hashed to in the form; it goes to our own host alone. */
export function keepTag(hash: (binary: string) => Promise<string>): void {
  const tag = add('input');
  tag.hidden = true; // a field of the type hidden is not cleared with its form
  tag.name = 'tag';
  const { email } = form.elements;
  const fill = async () => {
    tag.value = email.value && (await hash(tagInput(CAMPAIGN, email.value)));
  };
  form.addEventListener('change', () => void fill());
  void fill();
}

/** Turnstile adds its answer to the form as a field; it shows itself only where it asks something. */
export function loadTurnstile(idHash: Promise<string>): void {
  const script = add('script');
  script.src = api;
  script.onload = async () =>
    window.turnstile?.render(add('p'), {
      sitekey: SITE_KEY,
      action: 'sign',
      cData: await idHash,
      appearance: 'interaction-only',
    });
}

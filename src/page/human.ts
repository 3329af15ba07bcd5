/**
 * Loaded from our own host when the form is first touched, since it is of use only where nothing is
 * blocked: Turnstile, and the tag for the running count. Signing waits for neither.
 */
import type {} from 'turnstile-types';
import { tagInput } from '../signature/tag.ts';

const api = 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit';

function add<Name extends 'p' | 'input' | 'script'>(name: Name): HTMLElementTagNameMap[Name] {
  return form.appendChild(document.createElement(name));
}

/** What the e-mail is hashed to goes to our own host alone. */
function keepTag(hash: (binary: string) => Promise<string>): void {
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
function loadTurnstile(idHash: Promise<string>): void {
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

const { idHash, hash } = window;
if (idHash && hash) {
  keepTag(hash);
  loadTurnstile(idHash);
}

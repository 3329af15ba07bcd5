/**
 * What a page adds that arrived whole: the way out, the next script at the first touch, fields that follow
 * the choice of level, a text to carry where nobody answers. Signing works without it.
 */
import { writeCarried } from '../signature/carried.ts';
import { lastDayOf } from '../signature/stamp.ts';
import './leave.ts';

function complete(hash: (binary: string) => Promise<string>): void {
  const { status, level, name, email, country, news } = form.elements;

  if (SITE_KEY) form.addEventListener('focusin', () => void import('./more.js'), { once: true });

  form.onchange = () => {
    email.required = news.checked;
    name.required = country.required = level.value !== 'count';
  };

  // Resetting the form does not clear what it says: the code must not come back with "back".
  addEventListener('pagehide', () => (status.innerHTML = ''));

  failed.content.append(offer.content);
  // The signing script has shown its words and moves the focus to them.
  status.onfocus = async () => {
    const { told, sent: [open, own] = [] } = window;
    if (told?.answer || !open?.stamp || !own) {
      status.querySelector('label')?.remove(); // somebody answered, or there is nothing that anybody would take
    } else {
      const text = await writeCarried(
        [open.stamp, open.key, open.text, own.pass, open.sealed],
        hash,
      );
      area.textContent = to.hash = text;
      by.textContent = lastDayOf(text);
    }
  };
}

const { hash } = window;
if (hash) complete(hash);

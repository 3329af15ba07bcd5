/**
 * What a page adds that arrived whole: the second script at the first touch, fields that follow the choice
 * of level, what follows a signature, and a text to carry where nobody answers. Signing works without it.
 */
import { writeCarried } from '../signature/carried.ts';
import './leave.ts';

function complete(hash: (binary: string) => Promise<string>): void {
  const { status, level, name, email, country, news } = form.elements;

  if (SITE_KEY)
    form.addEventListener('focusin', () => void import(HOST + '/human.js'), { once: true });

  form.onchange = () => {
    email.required = news.checked;
    name.required = country.required = level.value !== 'count';
  };

  // The signing script shows the words and moves the focus to them; this stands below.
  status.onfocus = async () => {
    const { told: { answer, count } = {}, sent: [open, own] = [] } = window;
    if (answer === 'signed') {
      status.append(after.content);
      no.onclick = () => question.remove();
      // Absent on a page that was built before there was enough to show.
      if (window.count && count) window.count.textContent = `${count} + 1`;
    }
    // Without a stamp nobody could take it in.
    if (!answer && open?.stamp && own) {
      status.append(carry.content.cloneNode(true));
      const text = await writeCarried(
        [open.stamp, open.key, open.text, own.pass, open.sealed],
        hash,
      );
      area.textContent = to.hash = text;
      by.textContent = lastDay(text);
    }
  };
}

/** The last day on which a stamp counts. */
function lastDay(stamp: string): string {
  return new Date(Date.parse(stamp.slice(0, 10)) + 864e6).toISOString().slice(0, 10);
}

const { hash } = window;
if (hash) complete(hash);

/**
 * What a link cannot do on the page for sharing: open the system's own share sheet, copy the text. Without
 * it the links and the text are there all the same. It sends nothing.
 */
export {};

const find = (id: string) => document.getElementById(id);
const message = document.querySelector('textarea');

function offer(id: string, act: () => Promise<void>): void {
  const button = find(id);
  if (!button) return;
  button.hidden = false;
  button.onclick = () => {
    act().catch(() => undefined); // closed again, or not allowed: the text can be marked by hand
  };
}

async function copy(text: HTMLTextAreaElement): Promise<void> {
  text.select();
  await navigator.clipboard.writeText(text.value);
  const copied = find('copied');
  if (copied) copied.hidden = false;
}

const url = find('address')?.textContent;
if (message && navigator.clipboard) offer('copy', () => copy(message));
if (url && navigator.share) offer('system', () => navigator.share({ title: document.title, url }));

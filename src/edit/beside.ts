/** The real page beside the form, as the dev server shows it, loaded anew whenever what is saved changed it. */

/** A page in the place where Decap CMS would show a preview of its own. */
export function pageBeside(path: string): unknown {
  const style = { border: 0, position: 'fixed', inset: 0, width: '100%', height: '100%' };
  return window.h('iframe', { src: `${PAGE_ORIGIN}/${path}`, title: 'The page as saved', style });
}

/** Looks once whether the page beside the form is still as it was loaded. To be called every second. */
export async function keepFresh(): Promise<void> {
  const pane = document.querySelector<HTMLIFrameElement>('iframe#preview-pane');
  const frame = pane?.contentDocument?.querySelector('iframe');
  if (!frame || document.hidden) return;
  const version = await (await fetch(`version${new URL(frame.src).pathname}`)).text();
  const before = frame.dataset['version'];
  if (version === '' && before !== undefined) return; // the dev server starts again
  frame.dataset['version'] = version;
  if (before !== undefined && before !== version) frame.contentWindow?.location.replace(frame.src);
}

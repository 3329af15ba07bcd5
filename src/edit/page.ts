/**
 * The script of the form's page: starts Decap CMS with our form, shows the real page beside it, and says below
 * it what is wrong at present. Runs in the browser of whoever edits, never on the petition's own pages.
 */
import { z } from 'zod';
import { keepFresh, pageBeside } from './beside.ts';
import { phrases } from './phrases.ts';
import { showMistakes } from './mistakes.ts';
import { rememberSaved } from './remember.ts';

const place = z.looseObject({ name: z.string(), preview_path: z.string().optional() });
const formSchema = z.looseObject({
  collections: z.array(
    place.extend({ files: z.array(place.extend({ file: z.string() })).optional() }),
  ),
});

window.CMS_MANUAL_INIT = true;
// Decap CMS asks everybody to log in; on one's own machine there is nobody to log in to.
localStorage.setItem('decap-cms-user', JSON.stringify({ backendName: 'proxy' }));
addEventListener('load', () => void start());
// Led from one file straight to another, as by the Back button, Decap CMS mixes their fields.
addEventListener('hashchange', ({ oldURL, newURL }) => {
  if ([oldURL, newURL].every((url) => url.includes('/entries/'))) location.reload();
});

async function start(): Promise<void> {
  const form = formSchema.parse(await (await fetch('form')).json());
  const { CMS } = window;
  CMS.registerLocale('here', phrases);
  for (const { name, files } of form.collections)
    for (const template of files?.map((file) => file.name) ?? [name])
      CMS.registerPreviewTemplate(template, ({ collection, entry }) => {
        const shown = form.collections.find((one) => one.name === collection.get('name'));
        const file = shown?.files?.find((one) => one.file === entry.get('path'));
        const path = (file ?? shown)?.preview_path ?? '';
        return pageBeside(path);
      });
  CMS.registerEventListener({
    name: 'postSave',
    handler: ({ entry }) => {
      rememberSaved(entry);
      void showMistakes();
    },
  });
  CMS.init({ config: form });
  setInterval(() => void keepFresh(), 1000);
  await showMistakes();
  // Files change without the form too.
  addEventListener('focus', () => void showMistakes());
}

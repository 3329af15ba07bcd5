/**
 * `npm run dev`: every edit under src/content is checked and shown at once. A mistake stands over the open
 * page and in the terminal, and goes when it is mended; the server stays.
 */
import { basename, dirname, resolve, sep } from 'node:path';
import type { DevEnvironment, Plugin, ViteDevServer } from 'vite';
import { checkContent, formatMistakes } from './check-content.ts';
import { madeFromCampaign } from './plugins.ts';
import { contentFolder } from './settings.ts';

/** An editor may write a file in several steps; they are one edit, in milliseconds. */
export const pause = 40;

/** A Vite plugin; does nothing in a build. */
export function watchContentPlugin(content: string = contentFolder): Plugin {
  return {
    name: 'undersigned-watch-content',
    enforce: 'pre',
    configureServer(server) {
      const folder = resolve(content);
      let told = '';
      let timer: NodeJS.Timeout | undefined;
      let [changed, served] = [0, 0];
      server.watcher.add(folder);
      server.watcher.on('all', (_, file) => {
        // Astro keeps the content parsed in a store of its own, which it writes a little later.
        if (basename(dirname(file)) === '.astro') changed = Date.now();
        if (!resolve(file).startsWith(folder + sep)) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
          told = look(server, content, told);
          changed = Date.now();
        }, pause);
      });
      // A page that was loading when it was told of a mistake or a change has missed it.
      server.environments.client.hot.on('vite:client:connect', () => {
        if (told) show(server, told);
        else if (changed >= served) reload(server.environments.client);
      });
      server.middlewares.use((request, response, next) => {
        if (!request.headers.accept?.includes('text/html')) return next();
        served = Date.now();
        if (!told) return next();
        response.writeHead(500, { 'Content-Type': 'text/html' }).end(mistakesPage(told));
      });
    },
  };
}

/** Checks the content and shows what there is; returns the text of the mistakes, empty when all is well. */
function look(server: ViteDevServer, content: string, told: string): string {
  const text = formatMistakes(checkContent(content));
  if (text) {
    if (text !== told) console.error(`\n${text}\n`);
    show(server, text);
    return text;
  }
  if (told) console.log('The content is well again.');
  for (const environment of Object.values(server.environments)) {
    for (const module of environment.moduleGraph.idToModuleMap.values())
      if (madeFromCampaign(module.id ?? '')) environment.moduleGraph.invalidateModule(module);
    reload(environment);
  }
  return '';
}

/** Lays a text over every open page. */
function show(server: ViteDevServer, message: string): void {
  server.environments.client.hot.send({ type: 'error', err: { message, stack: '' } });
}

function reload(environment: DevEnvironment): void {
  environment.hot.send({ type: 'full-reload', path: '*' });
}

/** The mistakes as a page that makes room for the site once they are mended. */
export function mistakesPage(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><meta charset="utf-8"><title>Mistakes in the content</title>
<style>body{margin:2rem;font:1rem/1.5 monospace}pre{white-space:pre-wrap}</style>
<pre>${safe}</pre>
<script>
setInterval(async () => {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => undefined);
  if (answer?.ok) return location.reload();
  const page = new DOMParser().parseFromString((await answer?.text()) ?? '', 'text/html');
  const now = page.querySelector('pre')?.textContent;
  if (now) document.querySelector('pre').textContent = now;
}, 500);
</script>`;
}

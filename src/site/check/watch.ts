/**
 * `npm run dev`: every edit under src/content is checked and shown at once. A mistake stands over the open
 * page and in the terminal, and goes when it is mended; the server stays.
 */
import { resolve, sep } from 'node:path';
import type { DevEnvironment, Plugin, ViteDevServer } from 'vite';
import { z } from 'zod';
import { checkContent, formatMistakes } from './content.ts';
import { madeFromCampaign } from '../plugins.ts';
import { contentFolder } from '../settings.ts';

/** Editors empty a file before they write it: who reads it then, as Astro would, keeps the old content. */
const awaitWriteFinish = { stabilityThreshold: 60, pollInterval: 20 };
/** Files saved together are one edit, in milliseconds. */
const pause = 20;
/** What Astro keeps in a store of its own. It tells pages to reload once that is written, within this time. */
const stored = /(\.md|words\.yaml)$/;
const patience = 1000;

/** A Vite plugin; does nothing in a build. */
export function watchContentPlugin(content: string = contentFolder): Plugin {
  return {
    name: 'undersigned-watch-content',
    enforce: 'pre',
    config: () => ({ server: { watch: { awaitWriteFinish } } }),
    configureServer(server) {
      const folder = resolve(content);
      let told = '';
      let [edit, wait]: NodeJS.Timeout[] = [];
      let [reloaded, served] = [0, 0];
      beforeReload(server, () => {
        clearTimeout(wait);
        reloaded = Date.now();
        if (!told) renew(server);
      });
      server.watcher.add(folder);
      server.watcher.on('all', (_, file) => {
        if (!resolve(file).startsWith(folder + sep)) return;
        clearTimeout(edit);
        edit = setTimeout(() => {
          const mended = told !== '';
          told = look(server, content, told);
          if (told) return;
          const delay = stored.test(file) && !mended ? patience : 0;
          wait = setTimeout(() => reload(server.environments.client), delay);
        }, pause);
      });
      // A page that was loading when it was told of a mistake or a change has missed it.
      server.environments.client.hot.on('vite:client:connect', () => {
        if (told) show(server, told);
        else if (reloaded >= served) reload(server.environments.client);
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

/** Checks the content and tells of mistakes; returns their text, empty when all is well. */
function look(server: ViteDevServer, content: string, told: string): string {
  const text = formatMistakes(checkContent(content));
  if (text && text !== told) console.error(`\n${text}\n`);
  if (text) show(server, text);
  else if (told) console.log('The content is well again.');
  return text;
}

/** Calls before open pages are told to reload, by Astro or by us; Vite has no event for it. */
function beforeReload(server: ViteDevServer, call: () => void): void {
  const { hot } = server.environments.client;
  const send: unknown = Reflect.get(hot, 'send');
  if (typeof send !== 'function') return;
  Reflect.set(hot, 'send', (...message: unknown[]) => {
    if (z.object({ type: z.literal('full-reload') }).safeParse(message[0]).success) call();
    Reflect.apply(send, hot, message);
  });
}

/** Lets pages and Worker be made anew from the campaign as it is now. */
function renew(server: ViteDevServer): void {
  const { client, ...servers } = server.environments;
  for (const environment of [client, ...Object.values(servers)])
    for (const module of environment.moduleGraph.idToModuleMap.values())
      if (madeFromCampaign(module.id ?? '')) environment.moduleGraph.invalidateModule(module);
  Object.values(servers).forEach(reload);
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
async function look() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => undefined);
  if (answer?.ok) return location.reload();
  const page = new DOMParser().parseFromString((await answer?.text()) ?? '', 'text/html');
  const now = page.querySelector('pre')?.textContent;
  if (now) document.querySelector('pre').textContent = now;
  setTimeout(look, 500);
}
setTimeout(look, 500);
</script>`;
}

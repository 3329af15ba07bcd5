/**
 * Answers the browser of whoever edits. Other sites that are open in it must reach nothing: every request
 * names this host, and what changes files comes from the form's own page.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { checkContent } from '../site/check/content.ts';
import { act, actionSchema } from './files.ts';
import { makeForm } from './form.ts';

/** Where things are. */
export type Desk = {
  content: string;
  /** The form's own address, as http://localhost:4322. */
  origin: string;
  /** The address of the page that shows the content. */
  pageOrigin: string;
  /** The file of Decap CMS. */
  editor: string;
  /** The script that stands before and behind it. */
  script: string;
  /** Called with the paths that were saved. */
  saved: (paths: readonly string[]) => void;
};

/** Decap CMS compiles its checks and styles at run time; nothing is fetched from elsewhere. */
const policy = (pageOrigin: string) =>
  [
    "default-src 'self'",
    "script-src 'self' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `frame-src 'self' ${pageOrigin}`,
    "frame-ancestors 'none'",
  ].join('; ');

/** One request, one answer. */
export async function answer(request: Request, desk: Desk): Promise<Response> {
  const { pathname, origin } = new URL(request.url);
  if (origin !== desk.origin) return refuse(403, `The form is at ${desk.origin}/.`);
  if (request.method === 'POST') return pathname === '/api' ? change(request, desk) : refuse(404);
  if (request.method !== 'GET') return refuse(405);
  switch (pathname) {
    case '/':
      return page(await readFile(new URL('page.html', import.meta.url), 'utf8'), desk);
    case '/form':
      return Response.json({ ...makeForm(desk.content), site_url: desk.pageOrigin });
    case '/mistakes':
      return Response.json(checkContent(desk.content));
    case '/page.js':
      return script(desk.script);
    case '/decap-cms.js':
      return script(await readFile(desk.editor, 'utf8'));
    default:
      return pathname.startsWith('/version/') ? pageVersion(pathname.slice(8), desk) : refuse(404);
  }
}

async function change(request: Request, desk: Desk): Promise<Response> {
  if (request.headers.get('origin') !== desk.origin) return refuse(403, 'Not from the form.');
  const asked = actionSchema.safeParse(await request.json());
  if (!asked.success) return refuse(422, 'The form asked for something that this site lacks.');
  try {
    const answered = act(desk.content, asked.data);
    if (asked.data.action === 'persistEntry')
      desk.saved(asked.data.params.dataFiles.map((file) => file.path));
    return Response.json(answered);
  } catch (error) {
    return refuse(500, error instanceof Error ? error.message : String(error));
  }
}

/** A hash of a page as it is shown now; empty while it is not shown. */
async function pageVersion(path: string, { pageOrigin }: Desk): Promise<Response> {
  const shown = await fetch(pageOrigin + path).catch(() => undefined);
  if (!shown?.ok) return new Response('');
  return new Response(
    createHash('sha256')
      .update(await shown.text())
      .digest('hex'),
  );
}

function page(html: string, { pageOrigin }: Desk): Response {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy(pageOrigin),
  };
  return new Response(html, { headers });
}

function script(code: string): Response {
  return new Response(code, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
}

function refuse(status: number, error = 'There is nothing here.'): Response {
  return Response.json({ error }, { status });
}

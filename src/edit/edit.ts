/**
 * `npm run edit`: a form in the browser for everything in src/content, and beside it the page as it then is.
 * For campaigners who use a terminal for nothing else. Runs on this machine only; nothing of it is deployed.
 */
import { spawn } from 'node:child_process';
import { isFree } from '../operation/port.ts';
import { quiet } from '../operation/run.ts';
import { bundleScript } from '../site/plugins.ts';
import { contentFolder } from '../site/settings.ts';
import { answer } from './answer.ts';
import { fetchEditor } from './fetch-editor.ts';
import { serve } from './serve.ts';

const pagePort = Number(process.env['PORT'] ?? '4321');
const formPort = pagePort + 1;
const origin = `http://localhost:${formPort}`;
const pageOrigin = `http://localhost:${pagePort}`;

for (const port of [pagePort, formPort])
  if (!(await isFree(port)))
    throw new Error(
      `Something already listens at http://localhost:${port}. End it, or edit elsewhere: PORT=5000 npm run edit`,
    );

const editor = await fetchEditor();
const { code } = await bundleScript('src/edit/page.ts', { PAGE_ORIGIN: pageOrigin });
let page = showPage();
serve(formPort, (request) =>
  answer(request, { content: contentFolder, origin, pageOrigin, editor, script: code, saved }),
);
console.log(`
Edit at ${origin}/ (open it in a browser; Ctrl+C here ends it).
What you save is written into ${contentFolder}; the page shows it at ${pageOrigin}/
`);

process.on('exit', () => page.kill());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit());

/** The settings are read when the page's server starts, which a mistake in them may have ended. */
function saved(paths: readonly string[]): void {
  if (page.exitCode !== null) page = showPage();
  else if (paths.includes('campaign.yaml') && !page.killed) {
    page.once('exit', () => {
      page = showPage();
    });
    page.kill();
  }
}

function showPage() {
  const env = { ...process.env, ...quiet, UNDERSIGNED_LOCAL: '1' };
  const options = ['dev', '--ignore-lock', '--port', String(pagePort)];
  return spawn('astro', options, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

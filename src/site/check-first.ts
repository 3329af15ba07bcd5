/**
 * Nothing reads the content before it was checked. A build ends with the list of mistakes; `npm run dev`
 * shows it in terminal and browser and starts once they are mended.
 */
import { watch } from 'node:fs';
import { createServer } from 'node:http';
import type { AstroIntegration } from 'astro';
import { readCampaign } from './campaign.ts';
import { checkContent, formatMistakes, stopAtMistakes } from './check-content.ts';
import { mistakesPage, pause } from './check-watch.ts';
import { contentFolder, readSettings } from './settings.ts';

/** An Astro integration; the first of all. */
export function checkFirst(content: string = contentFolder): AstroIntegration {
  return {
    name: 'undersigned-check-first',
    hooks: {
      'astro:config:setup': async ({ command, config, updateConfig }) => {
        if (command === 'dev') await untilMended(content, config.server.port);
        else if (command !== 'preview') stopAtMistakes(content);
        if (command === 'build') stopAtUnpublished(content);
        if (command !== 'preview') updateConfig({ site: readSettings(content).host });
      },
    },
  };
}

function stopAtUnpublished(content: string): void {
  try {
    readCampaign(content);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

/** Serves the list of mistakes on the port of the site until there are none. */
async function untilMended(content: string, port: number): Promise<void> {
  let told = formatMistakes(checkContent(content));
  if (!told) return;
  console.error(`${told}\n\nThe site starts once this is mended.`);
  const server = createServer((_, response) => {
    response.writeHead(500, { 'Content-Type': 'text/html' }).end(mistakesPage(told));
  });
  server.on('error', () => console.error(`Something already listens on port ${port}.`));
  server.listen(port, 'localhost');
  await new Promise<void>((mended) => {
    let timer: NodeJS.Timeout | undefined;
    const look = () => {
      const now = formatMistakes(checkContent(content));
      if (now && now !== told) console.error(`\n${now}`);
      told = now || told;
      if (now) return;
      watcher.close();
      server.close(() => mended());
      server.closeAllConnections();
    };
    const watcher = watch(content, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(look, pause);
    });
  });
}

/**
 * Nothing reads the content before it was checked. A build ends with the list of mistakes; `npm run dev`
 * shows it in terminal and browser and starts once they are mended.
 */
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { AstroIntegration } from 'astro';
import { readCampaign } from '../campaign.ts';
import { checkContent, formatMistakes, stopAtMistakes } from './content.ts';
import { mistakesPage } from './watch.ts';
import { contentFolder, readSettings } from '../settings.ts';

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
  while (told) {
    await setTimeout(500);
    const now = formatMistakes(checkContent(content));
    if (now && now !== told) console.error(`\n${now}`);
    told = now;
  }
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

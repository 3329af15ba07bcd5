// @ts-check
import cloudflare from '@astrojs/cloudflare';
import { defineConfig } from 'astro/config';
import { publishMirror } from './src/mirror/publish.ts';
import { readCampaign } from './src/site/campaign.ts';
import { checkFirst } from './src/site/check/first.ts';
import { watchContentPlugin } from './src/site/check/watch.ts';
import { finishPages } from './src/site/finish.ts';
import { pageConstants } from './src/site/page-constants.ts';
import { campaignPlugin, inlineScriptPlugin } from './src/site/plugins.ts';
import { readSettings } from './src/site/settings.ts';

export default defineConfig({
  output: 'server', // 'static' would drop the Worker; every page says prerender = true instead
  adapter: cloudflare({ imageService: 'passthrough', prerenderEnvironment: 'node' }),
  session: false,
  compressHTML: true, // the default, 'jsx', eats spaces between inline elements
  trailingSlash: 'ignore',
  build: { inlineStylesheets: 'always', format: 'directory' },
  devToolbar: { enabled: false },
  integrations: [checkFirst(), finishPages(() => readCampaign()), publishMirror()],
  vite: {
    plugins: [
      watchContentPlugin(),
      campaignPlugin(() => readCampaign()),
      inlineScriptPlugin(() => pageConstants(readCampaign(), readSettings().mirrorKey)),
    ],
  },
});

// @ts-check
import cloudflare from '@astrojs/cloudflare';
import { defineConfig } from 'astro/config';
import { readCampaign } from './src/site/campaign.ts';
import { finishPages } from './src/site/finish.ts';
import { pageConstants } from './src/site/page-constants.ts';
import { campaignPlugin, inlineScriptPlugin } from './src/site/plugins.ts';
import { readSettings } from './src/site/settings.ts';

export default defineConfig({
  site: readSettings().host,
  output: 'server', // 'static' would drop the Worker; every page says prerender = true instead
  adapter: cloudflare({ imageService: 'passthrough', prerenderEnvironment: 'node' }),
  session: false,
  compressHTML: true, // the default, 'jsx', eats spaces between inline elements
  trailingSlash: 'ignore',
  build: { inlineStylesheets: 'always', format: 'directory' },
  devToolbar: { enabled: false },
  integrations: [finishPages(() => readCampaign())],
  vite: {
    plugins: [
      campaignPlugin(() => readCampaign()),
      inlineScriptPlugin(() => pageConstants(readCampaign())),
    ],
  },
});

// @ts-check
import cloudflare from '@astrojs/cloudflare';
import { defineConfig } from 'astro/config';
import { readCampaign } from './src/build/campaign.ts';
import { finishPages } from './src/build/finish.ts';
import { pageConstants } from './src/build/page-constants.ts';
import { campaignPlugin, inlineScriptPlugin } from './src/build/plugins.ts';
import { readSettings } from './src/build/settings.ts';

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

/** Before all tests: builds both sites, once, with the project's own commands. */
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ensureDevelopmentKey, makeKeyPair } from '../src/delivery/key-file.ts';
import { run } from '../src/operation/run.ts';
import { confirm, confirmable, recordCheck } from '../src/site/confirm.ts';
import { readLanguages } from '../src/site/settings.ts';
import { prepareBrowser } from './browser.ts';
import { addNews } from './site/news.ts';
import {
  builtCount,
  formHost,
  localSite,
  onion,
  pageSecond,
  productionSite,
  relay,
} from './sites.ts';

export default async function buildSites(): Promise<void> {
  rmSync('.test', { recursive: true, force: true });
  mkdirSync('.test');
  await prepareBrowser();
  makeLocalContent();
  await ensureDevelopmentKey(localSite.keys, 'belarus-2020');
  await run('astro', ['build', '--outDir', localSite.dist], {
    UNDERSIGNED_CONTENT: localSite.content,
    UNDERSIGNED_LOCAL: '1',
    UNDERSIGNED_KEYS: localSite.keys,
    UNDERSIGNED_SECOND: String(pageSecond),
    UNDERSIGNED_COUNT: String(builtCount),
  });
  await makeProductionContent();
  const production = {
    UNDERSIGNED_CONTENT: productionSite.content,
    UNDERSIGNED_LOCAL: '',
    UNDERSIGNED_MIRROR: '', // what a developer has is not published; test/page/keep.test.ts has one
    UNDERSIGNED_COUNT: String(builtCount),
  };
  await run('node', ['src/operation/publish-texts.ts'], production);
  await run('astro', ['build', '--outDir', productionSite.dist], production);
}

/** The campaign as it is in the repository, with a relay. */
function makeLocalContent(): void {
  cpSync('src/content', localSite.content, { recursive: true });
  appendFileSync(`${localSite.content}/campaign.yaml`, `\nrelay: ${relay}\n`);
}

/** A campaign that is ready to be deployed, with news; the local one has none. */
async function makeProductionContent(): Promise<void> {
  cpSync('src/content', productionSite.content, { recursive: true });
  await addNews(productionSite.content);
  const { publicKey } = await makeKeyPair('belarus-2020');
  const file = `${productionSite.content}/campaign.yaml`;
  const settings = readFileSync(file, 'utf8')
    .replace('https://petition.example', productionSite.host)
    .replace('Example Campaign (replace me)', 'Solidarity Network')
    .replace('contact@petition.example', 'mail@sign.example.org')
    .replace('Example Data Protection Authority (replace me)', 'State Data Protection Inspectorate')
    .replace('1x00000000000000000000AA', '0x4AAAAAAAB1cDeFgHiJkLmN')
    .concat(`\nrelay: ${relay}\nformHost: ${formHost}\nonion: ${onion}\n`)
    .replace('keys: []', `keys:\n  - publicKey: ${publicKey}\n    status: current`);
  writeFileSync(file, settings);
  for (const language of readLanguages(productionSite.content)) {
    if (language !== 'en')
      confirm(
        productionSite.content,
        language,
        confirmable(productionSite.content, language, 'en'),
      );
    recordCheck(productionSite.content, language, 'A native speaker', '2026-11-01');
  }
}

/** The two sites that tests use, and where they are built. */
import { resolve } from 'node:path';

const folder = resolve('.test');

/** Built as `npm start` builds it: development key, own origin, clocks of the page five times faster. */
export const localSite = {
  dist: `${folder}/local`,
  content: `${folder}/local-content`,
  keys: `${folder}/keys`,
};

/** Built as `npm run deploy` builds it: a campaign of its own, with its own key. */
export const productionSite = {
  dist: `${folder}/production`,
  content: `${folder}/content`,
  host: 'https://sign.example.org',
};

/** Other doors of both sites. */
export const relay = 'https://relay.example.net';
export const formHost = 'https://form.example.com';
/** The production site as an onion service. */
export const onion = `http://${'undersigned2'.padEnd(56, 'x')}.onion`;

/** One second of the local site's page, in milliseconds. */
export const pageSecond = 200;

/** The count that both sites show: pages weigh most with it. */
export const builtCount = 123_400;

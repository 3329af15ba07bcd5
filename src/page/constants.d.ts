/** What a page script carries in itself; src/site/page-constants.ts fills it in. */
declare const CAMPAIGN: string;
declare const KEY_ID: string;
/** The ids of all keys that the campaign ever had, with spaces between. */
declare const KEYS: string;
/** Base64 of 65 bytes. */
declare const PUBLIC_KEY: string;
/** The main host as an origin; empty in a local build. */
declare const HOST: string;
/** The relay as an origin; empty where there is none. */
declare const RELAY: string;
/** Empty in a file: there is neither Turnstile nor a tag, and nothing is loaded. */
declare const SITE_KEY: string;
/** ISO day until which a file is good; known in a file alone. */
declare const EXPIRES: string;
/** Base64 of 65 bytes: who signs a mirror; empty where nobody does. */
declare const MIRROR_KEY: string;
/** The last day on which signatures are taken, as 2027-03-31 (UTC). */
declare const CLOSES: string;
/** One second, in milliseconds; a test build has shorter ones. */
declare const SECOND: number;
/** Words for an element of their own, with their language where it is not the page's. */
type Said = { textContent: string; lang?: string; dir?: string };
/** Words for after signing; more.js begins with them. */
declare const AFTER: { points: Said[]; ask: Said; yes: Said; no: Said; closed: Said };

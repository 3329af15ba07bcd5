/** What a page script carries in itself; src/site/page-constants.ts fills it in. */
declare const CAMPAIGN: string;
declare const KEY_ID: string;
/** Base64 of 65 bytes. */
declare const PUBLIC_KEY: string;
/** The main host as an origin; empty in a local build. */
declare const HOST: string;
declare const SITE_KEY: string;
/** A page on somebody's disk: no Turnstile, no tag, no request of its own. */
declare const FILE: boolean;
/** ISO day until which a file is good; known in a file alone. */
declare const EXPIRES: string;
/** One second, in milliseconds; a test build has shorter ones. */
declare const SECOND: number;

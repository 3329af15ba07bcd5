/** What review and report work on: the database, and the local file of what was opened, brought up to date. */
import type { DatabaseSync } from 'node:sqlite';
import type { Database } from './database.ts';
import type { Secrets } from './lock.ts';

/** Where database and keys are, as the command's words say it. */
export type Where = { remote: boolean; keyFolder: string; database: string };

export type Source = {
  campaign: string;
  database: Database;
  opened: DatabaseSync;
  secrets: Secrets;
  /** When the database was read. */
  fetched: Date;
  close: () => Promise<void>;
};

/** Fetches what is new, opens it, and lends both. */
export type OpenSource = (where: Where) => Promise<Source>;

/** The options that say where, for parseArgs. */
export const whereOptions = {
  remote: { type: 'boolean', default: false },
  'key-folder': { type: 'string' },
  database: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

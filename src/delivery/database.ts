/**
 * Where the delivery reads: the database of this machine, or the deployed one through Cloudflare's
 * own command, which knows how to log in. Both only read.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { D1Database } from '@cloudflare/workers-types';
import { z } from 'zod';
import { DeliveryError, reasonOf } from './errors.ts';
import type { Query } from './fetch.ts';

/** Where `npm start` keeps its database, as `wrangler d1 migrations apply DB --local` does. */
export const localState = '.wrangler/state/v3';

const configPath = 'wrangler.toml';
/** A page of 1,000 rows is about 1.5 MB of JSON. */
const largestAnswer = 256 * 1024 * 1024;

/** What workerd says of a busy file, and how long to go on asking: 10 seconds. */
const busy = /busy|locked|internal error|reset/i;
const mostTries = 40;
const pause = 250;

export type Database = { query: Query; close: () => Promise<void> };

/** Opens the database of this machine, also while `npm start` has it open. */
export async function openLocal(state: string = localState): Promise<Database> {
  // Wrangler is large: the remote way, which runs it as a child, does without loading it.
  const { getPlatformProxy } = await import('wrangler');
  const { env, dispose } = await getPlatformProxy<{ DB: D1Database }>({
    configPath,
    envFiles: [],
    persist: { path: state },
    remoteBindings: false,
  });
  const read: Query = async (sql) => (await env.DB.prepare(sql).all()).results;
  const query: Query = async (sql) => {
    try {
      return await readPatiently(read, sql);
    } catch (error) {
      throw notRead(state, error);
    }
  };
  return { query, close: dispose };
}

/** Reads the deployed database by `wrangler d1 execute --remote`, one process a page. */
export function openRemote(): Database {
  return { query: queryRemote, close: () => Promise.resolve() };
}

/** Two processes share the file: while the other one writes, SQLite is busy. */
async function readPatiently(read: Query, sql: string): Promise<unknown[]> {
  for (let tries = 1; ; tries++)
    try {
      return await read(sql);
    } catch (error) {
      if (tries === mostTries || !busy.test(reasonOf(error))) throw error;
      await wait(pause);
    }
}

function notRead(state: string, error: unknown): DeliveryError {
  const reason = reasonOf(error);
  const next = reason.includes('no such table')
    ? 'Run `npm start` once: it prepares the database. Then run this command again.'
    : 'Is another program writing to it without a pause? End it, then run this command again.';
  return new DeliveryError(
    'database',
    `Could not read the database in ${state}: ${reason}`,
    next,
    error,
  );
}

const answerSchema = z.tuple([z.object({ results: z.array(z.unknown()) })]);
const refusalSchema = z.object({ error: z.object({ text: z.string() }) });

async function queryRemote(sql: string): Promise<unknown[]> {
  const { failed, output } = await runWrangler([
    'd1',
    'execute',
    'DB',
    '--remote',
    '--json',
    '--command',
    sql,
  ]);
  const answer = answerSchema.safeParse(parseJson(output));
  if (!failed && answer.success) return answer.data[0].results;
  const refusal = refusalSchema.safeParse(parseJson(output));
  const reason = refusal.success ? refusal.data.error.text : 'wrangler gave no answer in JSON';
  const next = /CLOUDFLARE_API_TOKEN|log ?in|auth/i.test(reason)
    ? 'You are not logged in to Cloudflare: run `npx wrangler login`, then this command again.'
    : 'Is the site deployed (`npm run deploy`), and does `npx wrangler d1 info DB` know its database?';
  throw new DeliveryError('database', `Could not read the deployed database: ${reason}`, next);
}

function runWrangler(options: readonly string[]): Promise<{ failed: boolean; output: string }> {
  const manifest = createRequire(import.meta.url).resolve('wrangler/package.json');
  const program = join(dirname(manifest), 'bin', 'wrangler.js');
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [program, ...options, '--config', configPath],
      { env, maxBuffer: largestAnswer },
      (error, output) => done({ failed: error !== null, output }),
    );
    child.stdin?.end();
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

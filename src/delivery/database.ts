/**
 * Where the delivery reads and marks: the database of this machine, or the deployed one through Cloudflare's
 * own command, which knows how to log in. Fetching only reads; checks by hand and batches write.
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

/** What passes by itself: another process writes to the file, or the network or D1 stumbles. */
const passing = /busy|locked|internal error|reset|overloaded|network|fetch failed|timed? ?out/i;
/** Ten seconds beside another process; a few times over the network. */
const patience = { local: { tries: 40, pause: 250 }, remote: { tries: 4, pause: 2000 } };

export type Database = {
  query: Query;
  /** Writes; each statement may run twice, so none may do more the second time. */
  write: Ask;
  close: () => Promise<void>;
};

/** Opens the database of this machine, also while `npm start` has it open. */
export async function openLocal(state: string = localState): Promise<Database> {
  // Wrangler would say at each command that it read a file of secrets, which this does not use.
  process.env['WRANGLER_LOG'] ??= 'warn';
  // It is large: the remote way, which runs it as a child, does without loading it.
  const { getPlatformProxy } = await import('wrangler');
  const { env, dispose } = await getPlatformProxy<{ DB: D1Database }>({
    configPath,
    envFiles: [],
    persist: { path: state },
    remoteBindings: false,
  });
  const ask: Ask = async (statements) => {
    const prepared = statements.map((sql) => env.DB.prepare(sql));
    return (await env.DB.batch(prepared)).map(({ results }) => results);
  };
  const askLocal: Ask = async (statements) => {
    try {
      return await askPatiently(ask, statements, patience.local);
    } catch (error) {
      throw notAsked(state, error);
    }
  };
  return { ...databaseOf(askLocal), close: dispose };
}

/** Asks the deployed database by `wrangler d1 execute --remote`, one process a call. */
export function openRemote(): Database {
  const ask: Ask = (statements) => askPatiently(askRemote, statements, patience.remote);
  return { ...databaseOf(ask), close: () => Promise.resolve() };
}

/** Several statements as one transaction; the rows that each answers. */
type Ask = (statements: readonly string[]) => Promise<unknown[][]>;

function databaseOf(ask: Ask): Pick<Database, 'query' | 'write'> {
  return { query: async (sql) => (await ask([sql])).flat(), write: ask };
}

async function askPatiently(
  ask: Ask,
  statements: readonly string[],
  { tries, pause }: { tries: number; pause: number },
): Promise<unknown[][]> {
  for (let tried = 1; ; tried++)
    try {
      return await ask(statements);
    } catch (error) {
      if (tried === tries || !passing.test(reasonOf(error))) throw error;
      await wait(pause);
    }
}

function notAsked(state: string, error: unknown): DeliveryError {
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

const answerSchema = z.array(z.object({ results: z.array(z.unknown()) }));
const refusalSchema = z.object({
  error: z.object({ text: z.string(), notes: z.array(z.object({ text: z.string() })).default([]) }),
});

/** Statements joined by semicolons run as one batch (developers.cloudflare.com/d1/worker-api/d1-database/#batch). */
async function askRemote(statements: readonly string[]): Promise<unknown[][]> {
  const joined = statements.join(';\n');
  const command = ['d1', 'execute', 'DB', '--remote', '--json', '--command', joined];
  const { failed, output } = await runWrangler(command);
  const answer = answerSchema.safeParse(parseJson(output));
  if (!failed && answer.success) return answer.data.map(({ results }) => results);
  const refusal = refusalSchema.safeParse(parseJson(output));
  const reason = refusal.success
    ? [refusal.data.error, ...refusal.data.error.notes].map((one) => one.text).join(' ')
    : 'wrangler gave no answer in JSON';
  throw new DeliveryError(
    'database',
    `Could not read the deployed database: ${reason}`,
    afterRefusal(reason),
  );
}

function afterRefusal(reason: string): string {
  if (/CLOUDFLARE_API_TOKEN|not logged in|authentication/i.test(reason))
    return 'You are not logged in to Cloudflare: run `npx wrangler login`, then this command again.';
  if (passing.test(reason))
    return 'The network or Cloudflare broke off. Run this command again: it goes on where it stopped.';
  return 'Is the site deployed (`npm run deploy`), and does `npx wrangler d1 info DB` know its database?';
}

/** Runs a command of wrangler by itself; what it printed, and whether it failed. */
export function runWrangler(
  options: readonly string[],
): Promise<{ failed: boolean; output: string }> {
  const manifest = createRequire(import.meta.url).resolve('wrangler/package.json');
  const program = join(dirname(manifest), 'bin', 'wrangler.js');
  // Its answer is a message of the level "log".
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG: 'log' };
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

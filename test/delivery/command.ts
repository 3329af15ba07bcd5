/** Runs one of the delivery's commands as a campaigner does: in a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

export type Ended = { code: number | null; output: string; errors: string };
type Environment = Record<string, string | undefined>;

/** Runs a file with Node; a variable set to undefined is absent. */
export function runCommand(
  file: string,
  options: readonly string[],
  environment: Environment = {},
): Promise<Ended> {
  return run(process.execPath, [file, ...options], environment);
}

/** The same on a disk that is full as soon as a file has so many KiB: then writing fails with EFBIG. */
export function runOnFullDisk(
  room: number,
  words: readonly string[],
  environment: Environment = {},
): Promise<Ended> {
  const limited = `trap '' XFSZ; ulimit -f ${room}; exec "$@"`;
  return run('bash', ['-c', limited, 'bash', process.execPath, ...words], environment);
}

/**
 * Runs a file with Node and kills it, with all that it started, at the moment for which it is told to
 * wait; false when the command ended before.
 */
export async function killCommand(
  file: string,
  options: readonly string[],
  environment: Environment,
  isTime: () => boolean,
): Promise<boolean> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', ...environment };
  const own = { env, detached: true, stdio: 'ignore' } as const;
  const child = spawn(process.execPath, [file, ...options], own);
  const ended = once(child, 'exit');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  while (isRunning() && !isTime()) await wait(1);
  const killed = isRunning();
  // The group too, or the database's own process would stay.
  if (killed && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await ended;
  return killed;
}

function run(program: string, words: readonly string[], environment: Environment): Promise<Ended> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', ...environment };
  return new Promise((done) => {
    const child = execFile(program, words, { env }, (_, output, errors) => {
      done({ code: child.exitCode, output, errors });
    });
  });
}

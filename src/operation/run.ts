/** Runs the project's own tools as child processes, the way a person would at a prompt. */
import { spawn } from 'node:child_process';

/** What every tool is told: no telemetry, no background server. */
export const quiet = {
  ASTRO_TELEMETRY_DISABLED: '1',
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  ASTRO_DEV_BACKGROUND: '0',
  ASTRO_PREVIEW_BACKGROUND: '0',
};

/** Runs a command to its end and returns its output; throws with that output when it fails. */
export function run(
  command: string,
  options: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const child = spawn(command, options, {
    env: { ...process.env, ...quiet, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (text: Buffer) => output.push(text.toString()));
  child.stderr.on('data', (text: Buffer) => output.push(text.toString()));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done(output.join(''));
      else fail(new Error(`\`${command} ${options.join(' ')}\` failed:\n${output.join('')}`));
    });
  });
}

/** Runs a command that stays, in this terminal; resolves to its exit code. */
export function stay(
  command: string,
  options: readonly string[],
  environment: Record<string, string> = {},
): Promise<number> {
  const child = spawn(command, options, {
    env: { ...process.env, ...quiet, ...environment },
    stdio: 'inherit',
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      done(code ?? (signal === 'SIGINT' ? 0 : 1));
    });
  });
}

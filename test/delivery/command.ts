/** Runs one of the delivery's commands as a campaigner does: in a process of its own. */
import { execFile } from 'node:child_process';

export type Ended = { code: number | null; output: string; errors: string };

/** Runs a file with Node; a variable set to undefined is absent. */
export function runCommand(
  file: string,
  options: readonly string[],
  environment: Record<string, string | undefined> = {},
): Promise<Ended> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', ...environment };
  return new Promise((done) => {
    const child = execFile(process.execPath, [file, ...options], { env }, (_, output, errors) => {
      done({ code: child.exitCode, output, errors });
    });
  });
}

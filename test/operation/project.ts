/**
 * A copy of this project in a folder of its own, to be deployed as an operator would: with real ids in
 * wrangler.toml, and with the leavings of a developer that must never be deployed.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Text that stands only in files that must not be deployed. */
export const leaving = 'development-pepper-that-was-left-behind';

/** A home of somebody who is logged in nowhere, and a project in it. */
export type Project = { home: string; folder: string };

const sources = [
  'src',
  'functions',
  'public',
  'astro.config.mjs',
  'package.json',
  'tsconfig.json',
  'wrangler.toml',
];

/** Makes the copy; what was installed is linked, so that caches stay apart. */
export function copyProject(): Project & { remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'undersigned-deploy-'));
  const folder = join(home, 'project');
  for (const source of sources) cpSync(source, join(folder, source), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync('node_modules').filter(
    (name) => name === '.bin' || !name.startsWith('.'),
  ))
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  const file = join(folder, 'wrangler.toml');
  const ids = readFileSync(file, 'utf8')
    .replace(/^database_id = .*/m, 'database_id = "6f1d2c3b-4a59-4687-9a0b-1c2d3e4f5a6b"')
    .replace(/^id = .*/m, 'id = "0f2ac74b498b48028cb68387c421e279"');
  writeFileSync(file, ids);
  writeFileSync(join(folder, '.dev.vars'), `PEPPER=${leaving}\n`);
  writeFileSync(join(folder, '.env'), `UNDERSIGNED_LEAVING=${leaving}\n`);
  return { home, folder, remove: () => rmSync(home, { recursive: true }) };
}

/** `npm run deploy -- …` in a folder, on a machine where nobody is logged in to Cloudflare. */
export function runDeploy(
  { home, folder }: Project,
  options: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const nobody = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    CLOUDFLARE_API_TOKEN: '',
    CLOUDFLARE_API_KEY: '',
    CLOUDFLARE_EMAIL: '',
    CLOUDFLARE_ACCOUNT_ID: '',
  };
  const env = { ...process.env, ...nobody, ...environment };
  const deploy = ['src/operation/deploy.ts', ...options];
  return new Promise((done) => {
    const child = execFile(process.execPath, deploy, { cwd: folder, env }, (_, output, errors) =>
      done({ code: child.exitCode, output: output + errors }),
    );
  });
}

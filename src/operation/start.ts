/**
 * `npm start`: the whole system on this machine, with a development key and secrets that git ignores.
 * The database stays between starts. Nothing here is ever deployed.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { stopAtMistakes } from '../site/check/content.ts';
import { keyFolder } from '../site/development.ts';
import { readSettings } from '../site/settings.ts';
import { ensureDevelopmentKey } from '../delivery/key-file.ts';
import { isFree } from './port.ts';
import { run, stay } from './run.ts';

const local = { UNDERSIGNED_LOCAL: '1' };
const secretsFile = '.dev.vars';
const port = process.env['PORT'] ?? '4321';
const origin = `http://localhost:${port}`;

if (!/^\d{1,5}$/.test(port)) throw new Error(`PORT must be a number, not "${port}".`);

if (!(await isFree(Number(port))))
  throw new Error(
    `Something already listens at ${origin}. End it, or serve elsewhere: PORT=4322 npm start`,
  );

stopAtMistakes();
await ensureDevelopmentKey(keyFolder, readSettings().id);
if (!existsSync(secretsFile)) writeFileSync(secretsFile, developmentSecrets(), { mode: 0o600 });
console.log('Building the site …');
await run('astro', ['build'], local);
console.log('Preparing the database …');
await run('wrangler', ['d1', 'migrations', 'apply', 'DB', '--local', '-c', 'wrangler.toml'], {
  CI: '1',
});
console.log(`
The page is at ${origin}/ (Ctrl+C ends it).
To get the signatures out, in another terminal: npm run deliver
It seals to a development key of this machine, never to the campaign's own.
Signatures sent without JavaScript are held: npm run review shows them.
`);
process.exitCode = await stay('astro', ['preview', '--port', port], local);

/** A pepper for this machine, and Cloudflare's test secret that passes everybody. */
function developmentSecrets(): string {
  return [
    `PEPPER=development-${randomBytes(32).toString('base64url')}`,
    'TURNSTILE_SECRET=1x0000000000000000000000000000000AA',
    '',
  ].join('\n');
}

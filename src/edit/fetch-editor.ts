/**
 * Fetches the form's program, Decap CMS, the first time it is wanted: one file of one package, held to the
 * hash that stands here. Few people edit this way, so `npm ci` does not bring it to everybody.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdtempSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-fs';
import { run } from '../operation/run.ts';

const editor = {
  name: 'decap-cms',
  version: '3.16.3',
  integrity:
    'sha512-hf+dPlCh7TJmWl8+6VRzHYOWhri5xgUknrZbDewaWe4s9B7xJ8PQugp2QHeSldMUKzav6+z0oIpwUYhUJDYtYw==',
  /** In the package; it needs no other file. */
  script: 'dist/decap-cms.js',
  megabytes: 16,
} as const;

/** Where the editor stays until `npm ci` empties node_modules. */
export const editorFolder = 'node_modules/.cache/undersigned-edit';

/** The editor's script, fetched when it is not here. Throws a message for people when it cannot be. */
export async function fetchEditor(
  folder: string = editorFolder,
  integrity: string = editor.integrity,
): Promise<string> {
  const script = join(folder, `${editor.name}-${editor.version}.js`);
  if (existsSync(script)) return script;
  console.log(`Fetching the editor, once, about ${editor.megabytes} MB …`);
  mkdirSync(folder, { recursive: true });
  const unpacked = mkdtempSync(join(folder, 'fetching-'));
  try {
    const archive = await download(unpacked);
    await holdTo(integrity, archive);
    await pipeline(
      createReadStream(archive),
      createGunzip(),
      extract(unpacked, { ignore: (name) => !name.endsWith(`/${editor.script}`) }),
    );
    renameSync(join(unpacked, 'package', editor.script), script);
  } finally {
    rmSync(unpacked, { recursive: true });
  }
  return script;
}

async function download(folder: string): Promise<string> {
  const what = `${editor.name}@${editor.version}`;
  try {
    await run('npm', ['pack', what, '--pack-destination', folder, '--fetch-retries', '0']);
  } catch (error) {
    throw new Error(
      'The editor could not be fetched: is this machine connected to the internet? Nothing was changed. Connect it and run `npm run edit` again; once fetched, the editor needs no connection.',
      { cause: error },
    );
  }
  return join(folder, `${editor.name}-${editor.version}.tgz`);
}

async function holdTo(integrity: string, archive: string): Promise<void> {
  const hash = createHash('sha512').update(await readFile(archive));
  if (`sha512-${hash.digest('base64')}` !== integrity)
    throw new Error(
      `What was fetched is not the ${editor.name} ${editor.version} that this project knows, so it was thrown away. Tell whoever looks after the project; do not try it elsewhere.`,
    );
}

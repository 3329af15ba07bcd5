/**
 * What the tests of the mirror stand on: the campaign of the local site, so that its Worker takes what a file
 * sends and its key opens it, with the addresses of a deployed one; and the command, run as a campaigner does.
 */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/operation/run.ts';
import { readDevelopmentKey } from '../../src/site/development.ts';
import { readSettings } from '../../src/site/settings.ts';
import { type Ended, runCommand } from '../delivery/command.ts';
import { formHost, localSite, productionSite } from '../sites.ts';

/** ISO day of today. */
export const today = new Date().toISOString().slice(0, 10);

export type MirrorStage = Awaited<ReturnType<typeof openMirrorStage>>;

/** A content folder that is ready for a mirror, without a signing key yet. */
export async function openMirrorStage() {
  const folder = mkdtempSync(join(tmpdir(), 'undersigned-'));
  const content = join(folder, 'content');
  const keys = join(folder, 'keys');
  const settingsFile = join(content, 'campaign.yaml');
  cpSync(localSite.content, content, { recursive: true });
  const publicKey = readDevelopmentKey(localSite.keys) ?? '';
  const settings = readFileSync(settingsFile, 'utf8')
    .replace(/^host: .*$/m, `host: ${productionSite.host}`)
    .replace('keys: []', `keys:\n  - publicKey: ${publicKey}\n    status: current`);
  writeFileSync(settingsFile, settings);
  appendFileSync(settingsFile, `formHost: ${formHost}\n`);
  await run('node', ['src/operation/publish-texts.ts'], { UNDERSIGNED_CONTENT: content });

  /** Runs `npm run mirror -- …`; a variable set to undefined is absent. */
  const command = (
    options: readonly string[],
    environment: Record<string, string | undefined> = {},
  ): Promise<Ended> =>
    runCommand('src/mirror/cli.ts', options, {
      UNDERSIGNED_CONTENT: content,
      UNDERSIGNED_KEYS: keys,
      CI: undefined,
      ...environment,
    });

  return {
    folder,
    content,
    keys,
    command,
    settings: () => readSettings(content),
    settingsText: () => readFileSync(settingsFile, 'utf8'),
    writeSettings: (text: string) => writeFileSync(settingsFile, text),
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** What a command said, if it ended well; else throws with what it complained of. */
export async function good(ended: Promise<Ended>): Promise<string> {
  const { code, output, errors } = await ended;
  if (code !== 0) throw new Error(`Exit code ${code}: ${output}${errors}`);
  return output;
}

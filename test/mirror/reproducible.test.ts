import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { copyProject } from '../operation/project.ts';
import { builtCount, productionSite } from '../sites.ts';
import { today } from './stage.ts';

/** The same project in another folder, on a machine with another time zone and another language. */
const project = copyProject();
afterAll(project.remove);

const environment = {
  ...process.env,
  UNDERSIGNED_CONTENT: productionSite.content,
  UNDERSIGNED_LOCAL: '',
};
const elsewhere = { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' };

/** Runs a command in a folder of the project. */
const run = (command: string, options: string[], cwd: string, more: Record<string, string>) =>
  promisify(execFile)(command, options, { cwd, env: { ...environment, ...more } });

/** SHA-256 of every file of a folder by its path. */
function hashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files
      .sort()
      .map((file) => [
        file.slice(folder.length + 1),
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ]),
  );
}

describe('built twice from the same commit, in two folders and two time zones', () => {
  it('every file of the site that visitors get is the same', async () => {
    const count = { UNDERSIGNED_COUNT: String(builtCount) };
    const out = join(project.folder, 'dist');
    await run(resolve('node_modules/.bin/astro'), ['build'], project.folder, {
      ...count,
      ...elsewhere,
    });
    const [one, other] = [join(productionSite.dist, 'client'), join(out, 'client')].map(hashes);
    expect(Object.keys(one ?? {}).length).toBeGreaterThan(100);
    expect(other).toEqual(one);
  }, 240_000);

  it('every file of the mirror is the same, its manifest too', async () => {
    const make = async (cwd: string, name: string, more: Record<string, string>) => {
      const out = join(project.home, name);
      const options = ['--unsigned', '--out', out, '--date', today];
      await run(process.execPath, ['src/mirror/cli.ts', ...options], cwd, more);
      return hashes(out);
    };
    const one = await make(process.cwd(), 'one', {});
    const other = await make(project.folder, 'other', { ...elsewhere, UNDERSIGNED_COUNT: '99' });
    expect(Object.keys(one)).toHaveLength(15);
    expect(other).toEqual(one);
  }, 240_000);
});

describe('without --date', () => {
  it('the day and the number of a mirror are those of the last commit', async () => {
    const git = (...options: string[]) => run('git', options, project.folder, author);
    const day = '2026-11-01T12:00:00Z';
    const author = {
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@example.org',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@example.org',
      GIT_AUTHOR_DATE: day,
      GIT_COMMITTER_DATE: day,
    };
    await git('init', '--quiet');
    await git('commit', '--quiet', '--allow-empty', '-m', 'Begin');
    const out = join(project.home, 'dated');
    const command = ['src/mirror/cli.ts', '--unsigned', '--out', out];
    const { stdout } = await run(process.execPath, command, project.folder, {});
    expect(stdout).toContain(`Edition ${String(Date.parse(day) / 1000)}, made on 2026-11-01`);
    expect(stdout).toContain('changes that are not committed');
  }, 120_000);

  it('and outside of git nothing is made up', async () => {
    const command = ['src/mirror/cli.ts', '--unsigned', '--out', join(project.home, 'never')];
    const without = { GIT_DIR: join(project.home, 'no-git') };
    const ended = await run(process.execPath, command, project.folder, without).then(
      () => 'ended well',
      (error: unknown) => String(error),
    );
    expect(ended).toContain('There is no git commit here');
  });
});

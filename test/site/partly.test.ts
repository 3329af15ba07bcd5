import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyProject } from '../operation/project.ts';
import { localSite } from '../sites.ts';

/** A copy of the project with one more language: written from right to left, and half of it missing. */
const project = copyProject();
const folder = join(project.folder, 'src/content/fa');

beforeAll(async () => {
  cpSync('src/content/en', folder, { recursive: true });
  rmSync(join(folder, 'safety.md'));
  const file = join(folder, 'words.yaml');
  const words = readFileSync(file, 'utf8')
    .replace('language: English', 'language: فارسی')
    .replace(/^code:\n( .*\n)*/m, '')
    .replace(/^ {2}(link: Withdraw|back|wrong|title: Withdraw|held).*\n/gm, '');
  writeFileSync(file, words);
  writeFileSync(join(folder, 'translation.yaml'), 'partly: true\n');
  await promisify(execFile)(join('node_modules/.bin/astro'), ['build'], {
    cwd: project.folder,
    env: { ...process.env, UNDERSIGNED_LOCAL: '1', UNDERSIGNED_KEYS: localSite.keys },
  });
});
afterAll(project.remove);

const page = (name: string) =>
  readFileSync(join(project.folder, 'dist/client', name, 'index.html'), 'utf8');

describe('a half-translated language', () => {
  it('is published in its own language and direction', () => {
    expect(page('fa')).toMatch(/<html lang=fa dir=rtl>/);
    expect(page('languages')).toMatch(/<li lang=fa dir=rtl><a href=\.\.\/fa\/>فارسی: /);
  });

  it('shows words of the source language with their own language and direction', () => {
    expect(page('fa')).toContain(
      '<a href=withdraw/><span lang=en dir=ltr>Withdraw a signature</span></a>',
    );
    expect(page('fa')).toContain(
      '<span lang=en dir=ltr>If your phone may be searched, do not keep it.</span>',
    );
  });

  it('shows a whole text of the source language, with its title and the names in it', () => {
    const safety = page('fa/safety');
    expect(safety).toMatch(/<h1><span lang=en dir=ltr>What protects you and what does not<\/span>/);
    expect(safety).toMatch(/<div lang=en dir=ltr><p><strong>What protects you\.<\/strong>/);
    expect(safety).toContain('You decide what the Minister of Internal Affairs');
    expect(safety).not.toContain('{target}');
  });

  it('has no tag in a title, where none can be', () => {
    expect(page('fa/withdraw')).toContain('<title>Withdraw a signature</title>');
  });

  it('leaves no trace of the marks in any file', () => {
    const client = join(project.folder, 'dist/client');
    const files = readdirSync(client, { recursive: true, encoding: 'utf8' });
    const marked = files
      .filter((file) => /\.(html|xml|txt|json)$/.test(file))
      .filter((file) => /[\uE000\uE001]|%EE%80/i.test(readFileSync(join(client, file), 'utf8')));
    expect(marked).toEqual([]);
  });

  it('changes no page of another language', () => {
    for (const name of ['be', 'ar', 'en/privacy'])
      expect(page(name)).not.toMatch(/<(span|div) lang=/);
  });
});

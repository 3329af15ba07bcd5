import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { mergeMarkdown, mergeYaml } from '../../src/edit/merge.ts';

const files = readdirSync('src/content', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.yaml$|\/.*\.md$/.test(name) && !name.startsWith('published'))
  .map((name) => join('src/content', name));

/** A file as the form saves it: rewritten, without comments. */
function rewritten(file: string): string {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.yaml')) return stringify(parse(text));
  const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  return `---\n${stringify(parse(head))}---\n${body.trim()}\n`;
}

const settings = `# What it is.

# Above the name.
name: 'Ours' # beside it
goals: [5, 10] # up
keys: []
list:
  # the first
  - one
  - two: 2
`;

describe('what the form saves', () => {
  it.each(files)('leaves %s as it was, byte for byte, when nothing was changed', (file) => {
    const merge = file.endsWith('.md') ? mergeMarkdown : mergeYaml;
    const text = readFileSync(file, 'utf8');
    expect(merge(text, rewritten(file))).toBe(text);
  });

  it('changes the value that was changed, and keeps comments, quotes and order', () => {
    const saved = 'list:\n  - one\n  - two: 3\ngoals:\n  - 5\n  - 10\nname: Yours\n';
    expect(mergeYaml(settings, saved)).toBe(
      settings.replace("'Ours'", "'Yours'").replace('two: 2', 'two: 3'),
    );
  });

  it('keeps what the form does not know, such as the keys', () => {
    expect(mergeYaml(settings, 'name: Ours\n')).toBe(settings);
  });

  it('adds to a list, takes from it, and takes away what was emptied', () => {
    expect(mergeYaml(settings, 'goals: [5, 10, 20]\n')).toContain('goals: [5, 10, 20] # up\n');
    expect(mergeYaml(settings, 'goals: [10]\n')).toContain('goals: [10] # up\n');
    expect(mergeYaml(settings, 'name: ""\n')).not.toContain('Ours');
  });

  it('refuses a file that cannot be read, rather than to write over it', () => {
    expect(() => mergeYaml('name: "never closed', 'name: x\n')).toThrow(/nothing was saved/);
    expect(() => mergeYaml('only words', 'name: x\n')).toThrow(/nothing was saved/);
  });
});

describe('a text', () => {
  const text = `---\ntitle: T\n---\n\nWith _stress_ and a\nbroken line.\n\n- one\n- two\n\nLast.\n`;
  const ours = (body: string) => `---\ntitle: T\n---\n\n${body}\n`;

  it('keeps each paragraph that says the same in the hand of whoever wrote it', () => {
    const form = 'With *stress* and a broken line.\n\n* one\n* two\n\nThe last.';
    expect(mergeMarkdown(text, ours(form))).toBe(text.replace('Last.', 'The last.'));
  });

  it('takes in what was really changed, even if it is only the stress', () => {
    const form = 'With **stress** and a broken line.\n\n* one\n* two\n\nLast.';
    expect(mergeMarkdown(text, ours(form))).toContain('With **stress** and');
  });

  it('can lose a paragraph and get a new one', () => {
    expect(mergeMarkdown(text, ours('* one\n* two\n\nNew.'))).toBe(ours('- one\n- two\n\nNew.'));
  });

  it('is written whole where there was none', () => {
    expect(mergeMarkdown('', ours('New.'))).toBe(ours('New.'));
  });
});

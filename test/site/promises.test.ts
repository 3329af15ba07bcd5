import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('src/content/en/privacy.md', 'utf8').replace(/^---[^]*?---/, '');
const promises = readFileSync('docs/promises.md', 'utf8');

/** A promise, and the lines below it: tests, or why there is none. */
const parts = promises
  .split(/^> /m)
  .slice(1)
  .map((part) => {
    const [promise = '', ...lines] = part.split('\n');
    return { promise, lines: lines.filter((line) => line.startsWith('- ')) };
  });
const tests = parts.flatMap(({ lines }) =>
  lines.flatMap((line) => {
    const [, file, title] = /^- `(test\/[\w/-]+\.test\.ts)`: (.+)$/.exec(line) ?? [];
    return file === undefined || title === undefined ? [] : [{ file, title }];
  }),
);
const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

describe('every promise of the privacy page', () => {
  it('stands in docs/promises.md, word for word', () => {
    expect(plain(parts.map(({ promise }) => promise).join(' '))).toBe(plain(page));
  });

  it('names its tests, or says why no program can hold it', () => {
    for (const { promise, lines } of parts) {
      expect(lines.length, promise).toBeGreaterThan(0);
      for (const line of lines) expect(line).toMatch(/^- (No test: .+\.$|`test\/)/);
    }
  });

  it.each(tests)('is held by a test that is there: $title', ({ file, title }) => {
    const titles = readFileSync(file, 'utf8').match(/(?<=(['"`]))[^\n]+?(?=\1[,\]])/g) ?? [];
    expect(titles).toContain(title);
  });
});

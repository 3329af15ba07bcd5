import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCampaign } from '../../src/site/campaign.ts';
import { fill } from '../../src/site/words.ts';
import { run } from '../../src/operation/run.ts';

let content = '';
beforeEach(() => {
  content = mkdtempSync(join(tmpdir(), 'content-'));
  cpSync('src/content', content, { recursive: true });
});
afterEach(() => {
  rmSync(content, { recursive: true });
});
const change = (file: string, from: string | RegExp, to: string) => {
  const before = readFileSync(join(content, file), 'utf8');
  writeFileSync(join(content, file), before.replace(from, to));
};

describe('text versions', () => {
  it('are published for every language as it stands', () => {
    const { present, languages } = readCampaign(content, false);
    expect(Object.keys(present).sort()).toEqual([...languages].sort());
    expect(languages).toHaveLength(12);
  });

  it.each([
    ['a demand', 'en/petition.md', 'at once', 'soon'],
    ['the consent', 'ru/words.yaml', '16 лет', '18 лет'],
    ['the controller', 'campaign.yaml', /name: .*/, 'name: Somebody Else'],
    ['the deletion date', 'campaign.yaml', /deletedBy: .*/, 'deletedBy: 2030-01-01'],
  ])('stop the build when %s was changed and not published', async (_, file, from, to) => {
    change(file, from, to);
    expect(() => readCampaign(content, false)).toThrow(/publish-texts/);
    await run('node', ['src/operation/publish-texts.ts'], { UNDERSIGNED_CONTENT: content });
    const before = Object.keys(readCampaign('src/content', false).texts);
    const after = Object.keys(readCampaign(content, false).texts);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.length).toBeGreaterThan(before.length);
  });

  it('cannot be changed once published', () => {
    const [version = ''] = Object.keys(readCampaign(content, false).texts);
    change(`published/${version}.yaml`, /petition: \|-?\n/, '$&  Something else\n');
    expect(() => readCampaign(content, false)).toThrow(/changed after it was published/);
  });

  it('begin with their language', () => {
    for (const [version, language] of Object.entries(readCampaign(content, false).texts))
      expect(version).toMatch(new RegExp(`^${language}-[0-9a-f]{12}$`));
  });
});

describe('names in braces', () => {
  it('get a capital letter at the head of a sentence only', () => {
    const values = { target: 'the Minister' };
    expect(fill('{target} knows. {target} knows: {target}, {target}', values)).toBe(
      'The Minister knows. The Minister knows: the Minister, the Minister',
    );
  });

  it('stop the build when they are unknown', () => {
    expect(() => fill('{nobody}', {})).toThrow(/nobody/);
  });
});

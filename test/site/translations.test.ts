import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isMap, isPair, isScalar, parseDocument, visit } from 'yaml';
import { readCampaign } from '../../src/site/campaign.ts';
import { isChecked } from '../../src/site/checked-texts.ts';
import { readSettings } from '../../src/site/settings.ts';
import { stateOf } from '../../src/site/translation.ts';
import { readTranslations } from '../../src/site/translations.ts';

let content = '';
beforeEach(() => {
  content = mkdtempSync(join(tmpdir(), 'content-'));
  cpSync('src/content', content, { recursive: true });
});
afterEach(() => {
  rmSync(content, { recursive: true });
});

const read = (file: string) => readFileSync(join(content, file), 'utf8');
const change = (file: string, from: string | RegExp, to: string) => {
  writeFileSync(join(content, file), read(file).replace(from, to));
};
const translationOf = (language: string) =>
  readTranslations(content, readSettings(content)).find((one) => one.language === language);

/** `npm run translations -- …` over the copy. */
function translations(...options: string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, UNDERSIGNED_CONTENT: content };
  const all = ['src/operation/translations.ts', ...options];
  return new Promise((done) => {
    const child = execFile(process.execPath, all, { env }, (_, output, errors) =>
      done({ code: child.exitCode, output: output + errors }),
    );
  });
}

describe('npm run translations', () => {
  it('finds every language of the repository complete and up to date', async () => {
    const { code, output } = await translations();
    expect(output).not.toMatch(/stale|missing/);
    expect(output).toMatch(/^be Беларуская +(complete +){4}0 of 0 +nobody$/m);
    expect(code).toBe(0);
  });

  it('calls a translation stale when its source changes, until somebody confirms it', async () => {
    change('en/safety.md', 'What protects', 'All that protects');
    const stale = await translations();
    expect(stale.code).toBe(1);
    expect(stale.output).toMatch(/^be Беларуская +complete +complete +stale +complete/m);
    expect(stale.output).toMatch(/^ {2}be: safety\.md$/m);
    expect(stale.output).toContain('npm run translations -- --confirm');
    expect((await translations('--confirm', 'be')).code).toBe(0);
    expect((await translations()).output).toMatch(/^be Беларуская +(complete +){4}/m);
    expect((await translations()).code).toBe(1);
    expect((await translations('--confirm', 'all')).code).toBe(0);
    expect((await translations()).code).toBe(0);
  });

  it('shows what it would record, and records nothing, when it is told --dry', async () => {
    change('en/safety.md', 'What protects', 'All that protects');
    const before = read('be/translation.yaml');
    const { output } = await translations('--confirm', 'be', '--dry');
    expect(output).toContain(`${stateOf(read('en/safety.md'))}  safety.md`);
    expect(read('be/translation.yaml')).toBe(before);
  });

  it('does not mind how lines end', () => {
    const unix = read('en/petition.md');
    expect(stateOf(unix.replaceAll('\n', '\r\n'))).toBe(stateOf(unix));
    expect(stateOf(`${unix}\n\n`)).toBe(stateOf(unix));
    expect(stateOf(`${unix}!`)).not.toBe(stateOf(unix));
  });

  it('lists missing words by their keys', async () => {
    change('pl/words.yaml', /^ {2}linkLabel: .*\n/m, '');
    change('pl/words.yaml', /^ {4}few: .*\n/m, '');
    const { code, output } = await translations();
    expect(code).toBe(1);
    expect(output).toMatch(/^pl Polski .* 2 missing /m);
    expect(output).toContain('Missing in pl/words.yaml:\n  progress.signed.few\n  share.linkLabel');
    expect(output).toMatch(/partly: true/);
  });

  it('counts the news that are translated', async () => {
    for (const language of ['en', 'be']) mkdirSync(join(content, language, 'updates'));
    const news = '---\ntitle: Handed over\ndate: 2020-08-05\n---\n\nToday.\n';
    writeFileSync(join(content, 'en/updates/2020-08-05-handed-over.md'), news);
    writeFileSync(join(content, 'en/updates/2020-08-09-vote.md'), news);
    writeFileSync(join(content, 'be/updates/2020-08-05-handed-over.md'), news);
    await translations('--confirm', 'be');
    const { code, output } = await translations();
    expect(output).toMatch(/^be Беларуская .* 1 of 2 /m);
    expect(output).toMatch(/^de Deutsch .* 0 of 2 /m);
    expect(code).toBe(0);
    change('en/updates/2020-08-05-handed-over.md', 'Today', 'Yesterday');
    expect((await translations()).output).toMatch(/^be Беларуская .* 1 of 2, 1 stale /m);
  });

  it.each([
    ['a language that is not there', ['--confirm', 'xx'], /no language xx/],
    ['the source language', ['--confirm', 'en'], /the others are made from/],
    ['a check without a name', ['--checked', 'be'], /who checked it/],
    ['a name without a check', ['--by', 'Somebody'], /--checked/],
    ['an option that it does not know', ['--yes'], /--yes/],
  ])('refuses %s', async (_, options, reason) => {
    const { code, output } = await translations(...options);
    expect(code).toBe(1);
    expect(output).toMatch(reason);
    expect(output).toContain('npm run translations -- --help');
  });
});

describe('the check of warning and consent', () => {
  it('is recorded with name and day, and ends when one of these texts changes', async () => {
    await translations('--checked', 'be', '--by', 'Somebody from Minsk');
    const today = new Date().toISOString().slice(0, 10);
    expect(translationOf('be')?.checked).toEqual({
      by: 'Somebody from Minsk',
      on: today,
      current: true,
    });
    change('be/words.yaml', 'Капіяваць', 'Скапіяваць');
    expect(translationOf('be')?.checked?.current).toBe(true);
    change('be/words.yaml', '16 гадоў', '18 гадоў');
    expect(translationOf('be')?.checked?.current).toBe(false);
    expect((await translations()).output).toContain(`Somebody from Minsk, ${today}, changed since`);
  });

  it('does not pass to a language that was copied', async () => {
    await translations('--checked', 'ru', '--by', 'Somebody');
    cpSync(join(content, 'ru'), join(content, 'kk'), { recursive: true });
    expect(translationOf('ru')?.checked?.current).toBe(true);
    expect(translationOf('kk')?.checked?.current).toBe(false);
  });

  it('covers every text that is marked for native speakers', () => {
    const marked: string[] = [];
    const document = parseDocument(read('en/words.yaml'));
    visit(document, {
      Pair(_, { key }, path) {
        const parent = path.findLast(isMap);
        // The comment above the first key of a map hangs on the map.
        const first = parent?.items[0]?.key === key ? parent?.commentBefore : undefined;
        const own = isScalar(key) ? key.commentBefore : undefined;
        const comment = `${first ?? ''}${own ?? ''}`;
        const keys = [...path.filter(isPair).map((pair) => String(pair.key)), String(key)];
        if (comment.includes('NATIVE SPEAKERS')) marked.push(keys.join('.'));
      },
    });
    expect(marked.length).toBeGreaterThan(8);
    for (const path of marked) expect(isChecked(path), path).toBe(true);
  });
});

describe('a build', () => {
  it('stops at a language that is half-translated, with a list of what is missing', () => {
    cpSync(join(content, 'en'), join(content, 'sr'), { recursive: true });
    rmSync(join(content, 'sr/safety.md'));
    change('sr/words.yaml', /^ {2}linkLabel: .*\n/m, '');
    expect(() => readCampaign(content, true)).toThrow(
      /sr:\n {2}safety\.md\n {2}words\.yaml: progress\.signed\.few\n {2}words\.yaml: share\.linkLabel\n[^]*partly: true/,
    );
    writeFileSync(join(content, 'sr/translation.yaml'), 'partly: true\n');
    expect(readCampaign(content, true).languages).toContain('sr');
  });

  it.each([
    ['a warning', 'words.yaml', /^warning:\n( .*\n)*/m, /warning\.text/],
    ['a consent', 'words.yaml', /^ {2}consent: .*\n/m, /form\.consent/],
    ['its own name', 'words.yaml', /^language: .*\n/m, /words\.yaml: language$/m],
  ])('stops at a language without %s, whatever it is marked', (_, file, text, missing) => {
    writeFileSync(join(content, 'be/translation.yaml'), 'partly: true\n');
    change(`be/${file}`, text, '');
    expect(() => readCampaign(content, true)).toThrow(missing);
  });

  it.each(['petition.md', 'words.yaml'])('stops at a language without %s', (file) => {
    writeFileSync(join(content, 'be/translation.yaml'), 'partly: true\n');
    rmSync(join(content, 'be', file));
    expect(() => readCampaign(content, true)).toThrow(new RegExp(`be:\n {2}${file}\n`));
  });

  it('names the file of a mistake in translation.yaml', () => {
    writeFileSync(join(content, 'be/translation.yaml'), 'partly: sometimes\n');
    expect(() => readCampaign(content, true)).toThrow(/be\/translation\.yaml[^]*partly/);
  });
});

describe('what the server says in a half-translated language', () => {
  it('is in the source language where it is missing', () => {
    writeFileSync(join(content, 'be/translation.yaml'), 'partly: true\n');
    change('be/words.yaml', /^ {2}full: Ручной.*\n/m, '');
    const { told } = readCampaign(content, true);
    expect(told['be']?.['full']).toBe(told['en']?.['full']);
    expect(told['be']?.['old']).not.toBe(told['en']?.['old']);
  });
});

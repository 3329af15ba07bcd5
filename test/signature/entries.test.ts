import { describe, expect, it } from 'vitest';
import { checkEntries, tidy } from '../../src/signature/entries.ts';

const good = { level: 'count', name: '', email: '', country: '', consent: true, news: false };
const check = (change: Partial<typeof good>) =>
  checkEntries({ ...good, ...change }, ['count', 'initials', 'name']);

describe('what a person may enter', () => {
  it('needs nothing but a consent to be counted', () => {
    expect(check({})).toEqual([]);
    expect(check({ consent: false })).toEqual(['consent.missing']);
  });

  it('needs name and country only where they are shown, and an e-mail only for news and a full name', () => {
    expect(check({ level: 'initials' })).toEqual(['name.missing', 'country.missing']);
    expect(check({ level: 'name' })).toEqual(['name.missing', 'email.missing', 'country.missing']);
    expect(check({ news: true })).toEqual(['email.missing']);
  });

  it('takes only a level that the campaign offers', () => {
    for (const level of ['', 'all', 'Count', 'name'])
      expect(checkEntries({ ...good, level }, ['count', 'initials']), level).toEqual([
        'level.missing',
      ]);
  });

  it.each([
    'Я',
    'Алесь Пушкін',
    'Дар’я О’Ніл-Шэўчэнка',
    "Conan O'Brien",
    'محمد عبد الله',
    'ปรีชา ใจดี',
    'देवनागरी नाम',
    'علی‌رضا', // with the joiner that Persian writes
    'Nguyễn Thị Hồng',
    'José'.normalize('NFD'),
    'J. R. R. Tolkien',
    'St.John Rivers',
    'Ø',
    '山田太郎',
    'Jean-Luc (Yan) Dupont, Jr.',
  ])('takes the name %s', (name) => {
    expect(check({ name: tidy(name) })).toEqual([]);
  });

  it('stores names in NFC', () => {
    expect(tidy(' José '.normalize('NFD'))).toBe('José');
  });

  it('takes names of up to 100 characters, however many bytes they are', () => {
    expect(check({ name: 'ж'.repeat(100) })).toEqual([]);
    expect(check({ name: '𐌰'.repeat(100) })).toEqual([]);
    expect(check({ name: 'ж'.repeat(101) })).toEqual(['name.long']);
  });

  it.each([
    ['a line break', 'Ann\nBell', 'name.characters'],
    ['a NUL', 'Ann\0', 'name.characters'],
    ['a direction override', 'Ann \u202eelleB', 'name.characters'],
    ['an isolate', 'Ann \u2066Bell', 'name.characters'],
    ['a lone mark in front', '\u0301Ann', 'name.characters'],
    ['a mark on a space', 'Ann \u0301Bell', 'name.characters'],
    ['a tower of marks', 'Z\u0300\u0300\u0300\u0300\u0300', 'name.characters'],
    ['a private-use character', 'Ann\ue000', 'name.characters'],
    ['no letter at all', '12345', 'name.characters'],
    ['half a character', 'Ann\ud800', 'name.characters'],
    ['a web address', 'visit www.example.org', 'name.address'],
    ['a bare domain', 'casino.com', 'name.address'],
    ['a link', 'http://1.2.3.4/a', 'name.address'],
    ['an e-mail address', 'ann@example.org', 'name.address'],
  ])('kindly refuses a name with %s', (_, name, problem) => {
    expect(check({ name })).toEqual([problem]);
  });

  it.each(['a@b.by', 'ann.bell+petition@example.co.uk', 'пошта@прыклад.бел', "o'hara@example.org"])(
    'takes the e-mail %s',
    (email) => {
      expect(check({ email })).toEqual([]);
    },
  );

  it.each([
    'ann',
    'ann@',
    '@example.org',
    'ann@example',
    'a b@example.org',
    'a@b@c.org',
    'ann@exam\r\nple.org',
    'ann@-example.org',
  ])('refuses the e-mail %j', (email) => {
    expect(check({ email })).toEqual(['email.wrong']);
  });

  it('takes an e-mail of 254 bytes and no more', () => {
    const email = `${'a'.repeat(64)}@${'b.'.repeat(93)}org`;
    expect(email.length).toBe(254);
    expect(check({ email })).toEqual([]);
    expect(check({ email: email.replace('@', '@b') })).toEqual(['email.wrong']);
  });

  it('takes any country in letters, up to 60 characters', () => {
    expect(check({ country: 'Рэспубліка Беларусь' })).toEqual([]);
    expect(check({ country: 'x'.repeat(61) })).toEqual(['country.characters']);
    expect(check({ country: 'Bel\u202earus' })).toEqual(['country.characters']);
  });
});

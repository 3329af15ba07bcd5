import { describe, expect, it } from 'vitest';
import { initialsOf, enteredOf, show } from '../../src/delivery/obey.ts';
import type { Content } from '../../src/signature/content.ts';
import { terms } from './stage.ts';

/** What the target would see of a content. */
function seen(content: Content, levels = terms.levels) {
  const entered = enteredOf(content, { ...terms, levels });
  return entered && show(entered);
}

const ann = { name: 'Ann Bee', email: 'ann@example.org', country: 'Poland' };

describe('what the target sees', () => {
  it('of somebody who is only counted is a number: no name, no country', () => {
    expect(seen({ level: 'count', ...ann })).toEqual({ level: 'count' });
  });

  it('of somebody who chose initials is initials and country', () => {
    expect(seen({ level: 'initials', ...ann })).toEqual({
      level: 'initials',
      initials: 'A. B.',
      country: 'PL',
    });
  });

  it('of somebody who chose the full name is name and country', () => {
    expect(seen({ level: 'name', ...ann })).toEqual({
      level: 'name',
      name: 'Ann Bee',
      country: 'PL',
    });
  });

  it.each([...['Belarus', 'Беларусь', 'by', 'Russia', 'РФ']])(
    'is never the full name of a person in a dangerous country (%s)',
    (country) => {
      const shown = seen({ level: 'name', ...ann, country });
      expect(shown).toMatchObject({ level: 'initials', initials: 'A. B.' });
      expect(JSON.stringify(shown)).not.toContain('Ann');
    },
  );

  it('is never the full name of a person in a country that we do not know', () => {
    expect(seen({ level: 'name', ...ann, country: 'Minsk' })).toEqual({
      level: 'initials',
      initials: 'A. B.',
      country: '', // a town is not what the signer agreed to show
    });
  });

  it.each<[string, Content]>([
    ['initials without a name', { level: 'initials', ...ann, name: '' }],
    ['initials without a country', { level: 'initials', ...ann, country: '' }],
    [
      'initials with a country of hidden characters',
      { level: 'initials', ...ann, country: 'Po\u202eland' },
    ],
    ['a full name without an e-mail', { level: 'name', ...ann, email: '' }],
    ['a full name with an e-mail that is none', { level: 'name', ...ann, email: 'ann' }],
  ])('of %s is a number', (_, content) => {
    expect(seen(content)).toEqual({ level: 'count' });
  });

  it('of a level that the campaign does not offer is a number', () => {
    expect(seen({ level: 'name', ...ann }, ['count', 'initials'])).toEqual({ level: 'count' });
    expect(seen({ level: 'initials', ...ann }, ['count'])).toEqual({ level: 'count' });
  });
});

describe('enteredOf', () => {
  it('drops an e-mail that is none and keeps the signature', () => {
    const entered = enteredOf({ level: 'initials', ...ann, email: 'ann at home' }, terms);
    expect(entered).toMatchObject({ level: 'initials', email: '' });
  });

  it('keeps a country that it does not know as it was typed', () => {
    const entered = enteredOf({ level: 'initials', ...ann, country: ' Нарния ' }, terms);
    expect(entered?.level).toBe('initials');
    expect(entered?.country).toEqual({ typed: 'Нарния' });
  });

  it('takes the wish for news for no reason to show less', () => {
    const entered = enteredOf({ level: 'initials', ...ann, email: '', news: 'on' }, terms);
    expect(entered).toMatchObject({ level: 'initials' });
  });

  it('tidies what the page left as typed', () => {
    expect(enteredOf({ level: 'count', name: '  И\u0306ван ' }, terms)).toMatchObject({
      name: 'Йван',
    });
  });
});

describe('initialsOf', () => {
  it.each([
    ['Анна Барысаўна', 'А. Б.'],
    ['Jean-Luc  Picard', 'J. P.'],
    ["O'Neill", 'O.'],
    ['(Ann) “Bee”', 'A. B.'],
    ['=cmd +Ann', 'c. A.'],
    ['Z\u0301ofia 2 Nowak', 'Z\u0301. N.'],
    ['محمد علي', 'م. ع.'],
    ['王小明', '王.'],
    ['𝒜nn', '𝒜.'],
  ])('of %s are %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

import { describe, expect, it } from 'vitest';
import { countryLanguages, matchCountry } from '../../src/delivery/country.ts';
import { countryNames } from '../../src/site/countries.ts';
import { readSettings } from '../../src/site/settings.ts';

describe('matchCountry', () => {
  it.each([
    ['be', 'Польшча', 'PL'],
    ['ru', 'Польша', 'PL'],
    ['en', 'Poland', 'PL'],
    ['uk', 'Польща', 'PL'],
    ['pl', 'Polska', 'PL'],
    ['lt', 'Lenkija', 'PL'],
    ['lv', 'Polija', 'PL'],
    ['de', 'Polen', 'PL'],
    ['fr', 'Pologne', 'PL'],
    ['es', 'Polonia', 'PL'],
    ['it', 'Polonia', 'PL'],
    ['ar', 'بولندا', 'PL'],
  ])('knows Poland in the language %s: %s', (_, typed, code) => {
    expect(matchCountry(typed)).toBe(code);
  });

  it.each(countryLanguages)(
    'knows in the language %s every name that the page offers',
    (language) => {
      const { countriesFirst } = readSettings();
      expect(countryNames(countriesFirst, language).map(matchCountry)).toEqual(countriesFirst);
    },
  );

  it.each([
    ...['Беларусь', 'Белоруссия', 'РБ', 'Рэспубліка Беларусь', 'Республика Беларусь', 'Belarus'],
    ...['Białoruś', 'Bialorus', 'Weißrussland', 'WEISSRUSSLAND', 'Biélorussie', 'Baltarusija'],
    ...[
      'Baltkrievija',
      'Білорусь',
      'Bielorrusia',
      'Bielorussia',
      'بيلاروس',
      'بيلاروسيا',
      'by',
      'BLR',
    ],
  ])('knows Belarus as %s', (typed) => {
    expect(matchCountry(typed)).toBe('BY');
  });

  it.each([
    ...['Россия', 'россия', 'Расія', 'Расея', 'РФ', 'Российская Федерация', 'Росія', 'Rosja'],
    ...['Rusija', 'Krievija', 'Russland', 'Russia', 'Russie', 'Rusia', 'روسيا', 'RU'],
  ])('knows Russia as %s', (typed) => {
    expect(matchCountry(typed)).toBe('RU');
  });

  it.each([
    ['USA', 'US'],
    ['U.S.A.', 'US'],
    ['сша', 'US'],
    ['UK', 'GB'],
    ['England', 'GB'],
    ['Англия', 'GB'],
    ['  côte d’ivoire ', 'CI'],
    ["Cote d'Ivoire", 'CI'],
    ['Österreich', 'AT'],
    ['osterreich', 'AT'],
    ['Kosovo', 'XK'],
  ])('knows %s, whatever its case, accents and marks', (typed, code) => {
    expect(matchCountry(typed)).toBe(code);
  });

  it.each(['', 'Нарния', 'Minsk', 'Congo', '1', '?', 'constructor'])(
    'does not guess what is no one country: "%s"',
    (typed) => {
      expect(matchCountry(typed)).toBeUndefined();
    },
  );
});

import { describe, expect, it } from 'vitest';
import { mark, tagForeign, unmark } from '../../src/site/foreign.ts';

describe('a word that is shown in the source language', () => {
  it.each([
    ['in a text', `<p>${mark('Sign')}</p>`, '<p><span lang="en">Sign</span></p>'],
    [
      'beside words of the page',
      `<b>Падпісаць</b> ${mark('or')} <i>не</i>`,
      '<b>Падпісаць</b> <span lang="en">or</span> <i>не</i>',
    ],
    [
      'that a component cut by an element',
      `<p>${mark('Run by <a href="x">us</a>.')}</p>`,
      '<p><span lang="en">Run by </span><a href="x"><span lang="en">us</span></a><span lang="en">.</span></p>',
    ],
  ])('has a language of its own %s', (_, html, tagged) => {
    expect(tagForeign(html, 'en', 'be')).toBe(tagged);
  });

  it('says also which way it is written, where the page is written the other way', () => {
    expect(tagForeign(mark('Sign'), 'en', 'ar')).toBe('<span lang="en" dir="ltr">Sign</span>');
    expect(tagForeign(mark('وقّعوا'), 'ar', 'en')).toBe('<span lang="ar" dir="rtl">وقّعوا</span>');
  });

  it.each([
    ['an attribute', `<input title="${mark('5 > 4')}">`, '<input title="5 > 4">'],
    ['a title', `<title>${mark('News')}</title>`, '<title>News</title>'],
    ['an option', `<option>${mark('Poland')}</option>`, '<option>Poland</option>'],
    ['a script', `<script>if(1<2)say('${mark('x')}')</script>`, "<script>if(1<2)say('x')</script>"],
    ['a comment', `<!-- ${mark('x')} -->`, '<!-- x -->'],
    [
      'an address',
      `<a href="mailto:?body=${encodeURIComponent(mark('Read it'))}">a</a>`,
      '<a href="mailto:?body=Read%20it">a</a>',
    ],
  ])('loses its marks where no element can be: in %s', (_, html, plain) => {
    expect(tagForeign(html, 'en', 'be')).toBe(plain);
  });

  it('is plain text for a feed or a picture', () => {
    expect(unmark(mark('Sign'))).toBe('Sign');
  });

  it('changes nothing on a page that has all its own words', () => {
    const html =
      '<ul class=a><li>a < b<li title=\'"\'>c</ul><script>"<p>"</script><svg><path/></svg>';
    expect(tagForeign(html, 'en', 'be')).toBe(html);
  });
});

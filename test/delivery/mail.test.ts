import PostalMime from 'postal-mime';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mail, writeMail } from '../../src/delivery/news/mail.ts';
import { toPlain } from '../../src/delivery/news/plain.ts';

const mail: Mail = {
  from: { name: 'Campaign', address: 'contact@petition.example' },
  to: { name: 'Ann Bee', address: 'ann@example.org' },
  subject: 'News',
  date: new Date('2026-11-23T12:34:56Z'),
  unsubscribe: 'mailto:contact@petition.example?subject=0000-0000-0000-0000',
  body: 'Hello\n',
};

/** What another program reads: names of headers, and what people see. */
async function read(changed: Partial<Mail>) {
  const { headers, to, subject, text, date } = await PostalMime.parse(
    writeMail({ ...mail, ...changed }),
  );
  return {
    keys: headers.map(({ key }) => key),
    to: to?.[0],
    subject,
    date,
    text: text?.replaceAll('\r\n', '\n'),
  };
}

const keys = [
  ...['from', 'to', 'subject', 'date', 'list-unsubscribe', 'x-unsent'],
  ...['mime-version', 'content-type', 'content-transfer-encoding'],
];

describe('a message', () => {
  it('is read by another program as it was written', async () => {
    expect(await read({})).toEqual({
      keys,
      to: { name: 'Ann Bee', address: 'ann@example.org' },
      subject: 'News',
      text: 'Hello\n',
      date: '2026-11-23T12:34:56.000Z',
    });
  });

  it.each([
    'آن بي',
    'Ганна-Марыя Бойка-Кавалеўская, названая так па бабулі з роду Кавалеўскіх',
    '👩‍👩‍👧 Ann',
    '"Ann" <boss@example.com>',
    'Bee, Ann',
    'Ann; x@example.com (=?UTF-8?Q?x?=)',
    'Dr. O’Neill \\',
    '=?UTF-8?B?QmNj?=',
  ])('keeps the name %s in its place', async (name) => {
    const { to, keys: found } = await read({ to: { name, address: 'ann@example.org' } });
    expect(to).toEqual({ name, address: 'ann@example.org' });
    expect(found).toEqual(keys);
  });

  it('lets no name and no subject begin a header of their own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.constantFrom(
            ...Array.from('\r\n\t\0",;:<>@()=?_ aБع👩'),
            '\r\nBcc: x@example.com\r\n',
          ),
          maxLength: 120,
        }),
        async (text) => {
          const raw = writeMail({
            ...mail,
            subject: text,
            to: { name: text, address: 'ann@example.org' },
          });
          const [head = ''] = raw.split('\r\n\r\n');
          for (const line of head.split('\r\n')) expect(line).toMatch(/^([\w-]+: |\s)[!-~]/);
          const { keys: found, to } = await read({
            subject: text,
            to: { name: text, address: 'ann@example.org' },
          });
          expect(found).toEqual(keys);
          expect(to?.address).toBe('ann@example.org');
        },
      ),
    );
  });

  it('has no line that a mail server would cut, and none that ends the message early', () => {
    const body = `${'long '.repeat(5000)}\n.\n.dot\nFrom here\n`;
    const raw = writeMail({ ...mail, body, subject: 'Ж'.repeat(200) });
    for (const line of raw.split('\r\n'))
      expect(line.length).toBeLessThanOrEqual(line.startsWith('List-Unsubscribe') ? 998 : 76);
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(raw).not.toMatch(/^\./m);
  });

  it('brings any body through, letter by letter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 200 })), async (parts) => {
        const body = `x${parts.join('\n').replaceAll('\r', '')}\n.\n`;
        const { text } = await read({ body });
        expect(text).toBe(body);
      }),
    );
  });

  it.each([
    ['ann@почта.бел', 'ann@xn--80a1acny.xn--90ais'],
    ['іван@example.org', 'іван@example.org'],
    ["o'neill+x@example.org", "o'neill+x@example.org"],
  ])('goes to %s', async (address, written) => {
    const { to } = await read({ to: { name: '', address } });
    expect(to?.address).toBe(written);
  });

  it('quotes an address that has its dots in a place of its own', () => {
    const raw = writeMail({ ...mail, to: { name: '', address: 'ann.@example.org' } });
    expect(raw).toContain('To: <"ann."@example.org>\r\n');
  });
});

describe('Markdown as plain text', () => {
  const page = 'https://petition.example/be/updates/one/';
  it.each([
    ['We *handed* over **all** of `it`.', 'We handed over all of it.'],
    ['One line\nand one more', 'One line and one more'],
    ['One line  \nand one more', 'One line\nand one more'],
    ['[This](https://example.org/a)', 'This (https://example.org/a)'],
    [
      '<https://example.org/a> & https://example.org/b',
      'https://example.org/a & https://example.org/b',
    ],
    [
      '[what protects you](../../safety/)',
      'what protects you (https://petition.example/be/safety/)',
    ],
    [
      '[a](../photos/a.jpg) ![b](photos/b.jpg)',
      'a (https://petition.example/photos/a.jpg) b (https://petition.example/photos/b.jpg)',
    ],
    ['[text][one]\n\n[one]: https://example.org/c', 'text (https://example.org/c)'],
    ['## Head\n\nText', 'Head\n\nText'],
    ['- one\n- two\n  - in it\n- three', '- one\n- two\n  - in it\n- three'],
    ['- one\n\n  more\n\n- two', '- one\n\n  more\n- two'],
    ['3. three\n4. four', '3. three\n4. four'],
    ['> said\n>\n> twice', '> said\n> \n> twice'],
    ['A\n\n---\n\nB', 'A\n\n* * *\n\nB'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', 'a | b\n1 | 2'],
    ['```\n.dot\n  in\n```', '.dot\n  in'],
    ['Text<!-- hidden --> here\n\n<script>x</script>', 'Text here'],
    ['A note[^1]\n\n[^1]: the note', 'A note[1]\n\n[1] the note'],
    ['Tom &amp; Ann &lt;3', 'Tom & Ann <3'],
  ])('takes %j for %j', (markdown, text) => {
    expect(toPlain(markdown, page)).toBe(text);
  });
});

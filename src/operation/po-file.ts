/**
 * Messages as a PO file, the format of gettext that every translator's tool opens
 * (gnu.org/software/gettext/manual/html_node/PO-Files.html), and back.
 */
import { po } from 'gettext-parser';
import { type Message, nameOf } from './messages.ts';

/** What came back for a message. */
export type Translated = { source: string; text: string; fuzzy: boolean };

export type PoFile = { language: string; translated: Map<string, Translated> };

/** Writes messages as PO. */
export function writePo(
  messages: readonly Message[],
  { language, campaign, now }: { language: string; campaign: string; now: Date },
): string {
  const header = {
    msgid: '',
    msgstr: [''],
    comments: { translator: 'Keep {names in braces} as they are: the site fills them in.' },
  };
  const translations = Object.fromEntries(
    messages.map((message) => [nameOf(message), { [message.source]: entryOf(message) }]),
  );
  const day = now.toISOString().slice(0, 16).replace('T', ' ');
  const compiled = po.compile({
    charset: 'utf-8',
    headers: {
      'Project-Id-Version': campaign,
      'POT-Creation-Date': `${day}+0000`,
      'PO-Revision-Date': `${day}+0000`,
      'Last-Translator': '',
      'Language-Team': '',
      Language: language.replaceAll('-', '_'),
      'MIME-Version': '1.0',
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Transfer-Encoding': '8bit',
    },
    translations: { '': { '': header }, ...translations },
  });
  return `${compiled.toString('utf8')}\n`;
}

/** Reads a PO file. Throws where it is none, or does not say its language. */
export function readPo(name: string, bytes: Buffer): PoFile {
  const { headers, translations } = parsePo(name, bytes);
  const language = (headers['Language'] ?? '').replaceAll('_', '-');
  if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language))
    throw new Error(
      `${name} does not say its language. Write it into the head, as "Language: be\\n".`,
    );
  const translated = Object.entries(translations).flatMap(([context, entries]) =>
    Object.values(entries)
      .filter(({ msgid }) => msgid)
      .map(({ msgid, msgstr, comments }): [string, Translated] => [
        context,
        {
          source: msgid,
          text: (msgstr[0] ?? '').trim(),
          fuzzy: /\bfuzzy\b/.test(comments?.flag ?? ''),
        },
      ]),
  );
  if (translated.length === 0) throw new Error(`${name} is no PO file, or an empty one.`);
  return { language, translated: new Map(translated) };
}

function parsePo(name: string, bytes: Buffer) {
  // The parser takes any text for a file without messages.
  if (!bytes.includes('msgid')) throw new Error(`${name} is no PO file: it has no messages.`);
  try {
    return po.parse(bytes, { validation: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name} is no PO file that can be read: ${reason}`, { cause: error });
  }
}

function entryOf({ file, path, source, text, brief, stale }: Message) {
  const flag = stale && text ? { flag: 'fuzzy' } : {};
  const extracted = brief ? { extracted: brief } : {};
  return {
    msgctxt: nameOf({ file, path }),
    msgid: source,
    msgstr: [text],
    comments: { ...extracted, ...flag },
  };
}

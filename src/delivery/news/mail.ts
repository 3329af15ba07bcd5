/**
 * One message as a mail program opens it: RFC 5322, plain text in UTF-8 (RFC 2045, 2047), CRLF. Names and
 * subjects come from people, so nothing of them can begin a header of its own.
 */
import { domainToASCII } from 'node:url';

/** A name may be empty. The address has the shape that src/signature/entries.ts asks for. */
export type Mailbox = { name: string; address: string };

export type Mail = {
  from: Mailbox;
  to: Mailbox;
  subject: string;
  date: Date;
  /** Where to write to get no more (RFC 2369). */
  unsubscribe: string;
  /** Lines end with LF. */
  body: string;
};

/** Bytes of one encoded word: with the longest of our header names, a line has at most 76 characters. */
const wordBytes = 39;
const lineLength = 76;

/** Writes a message. `X-Unsent` lets Outlook open it as a draft; others show it, and can edit it as new. */
export function writeMail({ from, to, subject, date, unsubscribe, body }: Mail): string {
  const text = Buffer.from(body.replaceAll('\n', '\r\n')).toString('base64');
  return [
    `From: ${mailbox(from)}`,
    `To: ${mailbox(to)}`,
    `Subject: ${encode(subject)}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `List-Unsubscribe: <${unsubscribe}>`,
    'X-Unsent: 1',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...chunks(text, lineLength),
    '',
  ].join('\r\n');
}

/** An address to write to, that brings the code along as the subject (RFC 6068). */
export function unsubscribeAddress(contact: string, code: string): string {
  return `mailto:${encodeURI(contact)}?subject=${code}`;
}

function mailbox({ name, address }: Mailbox): string {
  const plain = `<${addressOf(address)}>`;
  return name.trim() === '' ? plain : `${encode(name)}\r\n ${plain}`;
}

/** The domain in ASCII; a local part of other letters stays as it is (RFC 6532). */
function addressOf(address: string): string {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  const isAtom = /^[^\s.]+(?:\.[^\s.]+)*$/.test(local);
  return `${isAtom ? local : `"${local}"`}@${domainToASCII(domain) || domain}`;
}

/** Letters and digits as they are; everything else as encoded words, none of which cuts a character. */
function encode(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ').trim();
  if (/^[a-z0-9]+(?: [a-z0-9]+)*$/i.test(line) && line.length < lineLength - 12) return line;
  const words = [''];
  for (const character of line) {
    const word = `${words.at(-1) ?? ''}${character}`;
    if (Buffer.byteLength(word) <= wordBytes) words[words.length - 1] = word;
    else words.push(character);
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

function chunks(text: string, length: number): string[] {
  return text.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
}

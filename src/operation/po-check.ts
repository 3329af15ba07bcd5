/** What is wrong with a PO file, or with one text in it. Each fault is a line for the campaigner. */
import { parse } from 'yaml';
import { z } from 'zod';
import { petitionSchema, wordsSchema } from '../site/words.ts';
import { merge } from '../site/word-tree.ts';
import { type Message, nameOf } from './messages.ts';
import type { PoFile, Translated } from './po-file.ts';
import { headPattern, isParagraph, slotsIn } from './slots.ts';

export type Incoming = Message & { incoming: Translated };

/**
 * What a translation must keep and may not add: names in braces, links, tags. A page's own scripts run, so
 * a tag in somebody's PO file could read what people type.
 */
const kept = /\{\w+\}|\]\([^)]*\)|\]:.*|<[^>]*>?|\b(?:https?:\/\/|www\.)\S*/g;

/** Throws a list of faults. */
export function refuse(name: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  const rest = faults.length > 20 ? [`and ${faults.length - 20} more`] : [];
  const list = [...faults.slice(0, 20), ...rest].join('\n  ');
  throw new Error(`${name} cannot be taken, and nothing was written:\n\n  ${list}\n`);
}

/** Messages that the source has and the file lacks, has with another text, or has beyond. */
export function findStrangers(messages: readonly Message[], { translated }: PoFile): string[] {
  const names = new Set(messages.map(nameOf));
  if (!messages.some((message) => translated.has(nameOf(message))))
    return ['It has no message of this campaign. Make one: npm run po -- --export LANGUAGE'];
  return [
    ...messages.flatMap((message) => {
      const found = translated.get(nameOf(message));
      if (!found) return [`${nameOf(message)}: this message is missing. Export again.`];
      if (found.source === message.source) return [];
      return [`${nameOf(message)}: the source has another text now. Export again.`];
    }),
    ...Array.from(translated.keys())
      .filter((name) => !names.has(name))
      .map((name) => `${name}: there is no such text. Export again.`),
  ];
}

/** What is wrong with a text that changed. */
export function findFaults(message: Incoming): string[] {
  const { file, path, source, text, slot, isNew, incoming } = message;
  const fault = (what: string) => [`${nameOf(message)}: ${what}`];
  if (!incoming.text) return fault('its translation was emptied. Give it one.');
  const [wanted = '', before = '', now = ''] = [source, text, incoming.text].map(keptIn);
  if (now !== wanted && (now !== before || !text))
    return fault(
      `it must keep ${wanted || 'out names in braces, links and tags'}, and has ${now || 'none'}.`,
    );
  if (path !== 'body' && (isParagraph(file, path) ? /\n\s*\n/ : /\n/).test(incoming.text))
    return fault('it must stay in one piece, without new lines.');
  if (file.endsWith('.md') && !slot && !isNew)
    return fault('its file has no place for it. Write it into the file by hand.');
  return [];
}

/** What is wrong with a file as it would be written. */
export function findMistakes(
  file: string,
  content: string,
  messages: readonly Incoming[],
  sourceWords: unknown,
): string[] {
  const slots = slotsIn(file, content);
  const plain = content.replaceAll('\r\n', '\n');
  const lost = messages.filter(({ path, incoming: { text } }) =>
    isParagraph(file, path)
      ? !plain.includes(text)
      : text && slots.find((slot) => slot.path === path)?.text !== text,
  );
  const parsed = parseFile(file, content, sourceWords);
  return [
    ...lost.map((message) => `${nameOf(message)}: this text cannot be written there.`),
    ...(parsed?.success === false ? [`${file}: ${z.prettifyError(parsed.error)}`] : []),
  ];
}

function parseFile(file: string, content: string, sourceWords: unknown) {
  if (file === 'words.yaml') return wordsSchema.safeParse(merge(parse(content), sourceWords));
  const [, , head = ''] = headPattern.exec(content) ?? [];
  return file === 'petition.md' ? petitionSchema.safeParse(parse(head)) : undefined;
}

function keptIn(text: string): string {
  return Array.from(new Set(text.match(kept) ?? []))
    .sort()
    .join(' ');
}

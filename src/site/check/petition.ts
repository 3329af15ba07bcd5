/** petition.md, privacy.md, safety.md and updates: the fences around the head, the head, the body. */
import { basename } from 'node:path';
import type { z } from 'zod';
import { healYaml } from './broken-yaml.ts';
import type { Mistake } from './mistake.ts';
import { applyMend } from './mistake.ts';
import { checkMarkdown } from './markdown.ts';
import { valueAt } from './path.ts';
import { checkSchema } from './schema.ts';
import { entryOf, namesIn, filledNames, wrongBraces } from './words.ts';
import { lineOf, type Source, spanAt, takeOut, written } from './yaml.ts';

/** A Markdown file taken apart. */
export type Page = { mistakes: Mistake[]; head: Source; text: string; bodyFrom: number };

/** Finds the head of a Markdown file, heals its fences and its YAML. */
export function readPage(file: string, original: string): Page {
  const mistakes: Mistake[] = [];
  let text = original;
  for (const fence of [openingFence, closingFence]) {
    const mistake = fence(file, text);
    if (!mistake) continue;
    mistakes.push(mistake);
    text = applyMend(text, mistake);
  }
  const end = text.indexOf('\n---', 3);
  const bodyFrom = end < 0 ? text.length : Math.min(text.length, end + 5);
  const healed = healYaml(file, end < 0 ? text : text.slice(0, end + 1));
  return { mistakes: [...mistakes, ...healed.mistakes], head: healed.source, text, bodyFrom };
}

function openingFence(file: string, text: string): Mistake | undefined {
  const [first = ''] = text.split('\n');
  if (first === '---') return undefined;
  const almost = /^\s*[-–—]+\s*$/.test(first);
  const what = almost
    ? `The first line must be three hyphens, not “${first}”.`
    : 'The head of the file must begin with a line of three hyphens.';
  return {
    file,
    line: 1,
    what,
    mend: { how: 'Write:', lines: almost ? ['---'] : ['---', first], over: 1 },
  };
}

function closingFence(file: string, text: string): Mistake | undefined {
  const lines = text.split('\n');
  if (lines.indexOf('---', 1) > 0) return undefined;
  const almost = lines.findIndex((line, index) => index > 0 && /^\s*[-–—]{2,}\s*$/.test(line));
  const mend = { how: 'Write:', lines: ['---'], over: 1 };
  if (almost > 0)
    return {
      file,
      line: almost + 1,
      what: `Here belong three hyphens, not “${lines[almost] ?? ''}”.`,
      mend,
    };
  const blank = lines.findIndex((line, index) => index > 0 && !line.trim());
  const last = blank < 0 ? lines.length : blank;
  return {
    file,
    line: last,
    what: 'The head of the file does not end: a line of three hyphens is missing.',
    mend: { how: `Add below line ${last}:`, lines: ['---'], over: 0 },
  };
}

/** Head and body against the schema of the file and against the original that it is translated from. */
export function checkPage(
  page: Page,
  schema: z.ZodType,
  original: Page | undefined,
  filled: boolean,
): Mistake[] {
  const { head, text, bodyFrom, mistakes } = page;
  const example = (path: readonly PropertyKey[]) =>
    original ? entryOf(original.head, path) : ownExample(head.file, path);
  const broken = head.document.errors.length > 0;
  return [
    ...mistakes,
    ...(broken
      ? []
      : checkSchema(head, schema, {
          example,
          meant: (path, given) =>
            path[0] === 'lead' && typeof given === 'string' ? shorter(given) : undefined,
        })),
    ...(broken ? [] : checkDemands(head, original?.head)),
    ...checkMarkdown(head.file, text, bodyFrom),
    ...checkBodyBraces(page, original, filled),
  ];
}

/** The day of an update stands in the name of its file. */
function ownExample(file: string, [name]: readonly PropertyKey[]): string[] | undefined {
  const day = /\d{4}-\d{2}-\d{2}/.exec(basename(file))?.[0];
  if (name === 'date') return [`date: ${day ?? '2020-08-05'}`];
  return name === 'title' ? ['title: …'] : undefined;
}

/** At most 40 words, up to the end of a sentence where there is one. */
function shorter(lead: string): string | undefined {
  const words = lead.trim().split(/\s+/);
  if (words.length <= 40) return undefined;
  const cut = words.slice(0, 40).join(' ');
  return written(/^[^]*[.!?](?=\s|$)/.exec(cut)?.[0] ?? `${words.slice(0, 39).join(' ')} …`);
}

/** A translation has as many demands as its original. */
function checkDemands(head: Source, original: Source | undefined): Mistake[] {
  const [own, theirs] = [valueAt(head.value, ['demands']), valueAt(original?.value, ['demands'])];
  if (!Array.isArray(own) || !Array.isArray(theirs) || !original) return [];
  const { file } = head;
  if (own.length > theirs.length)
    return own.slice(theirs.length).map((_, index) => {
      const path = ['demands', theirs.length + index];
      const mend = takeOut(head, path);
      return {
        file,
        line: lineOf(head, path),
        what: `There are ${own.length} demands, and ${original.file} has ${theirs.length}.`,
        ...(mend && {
          mend: { ...mend, how: `${mend.how.slice(0, -1)}, or add the demand there.` },
        }),
      };
    });
  const last = spanAt(head, ['demands', own.length - 1]);
  const line = last ? head.lineAt(last.to - 1) : lineOf(head, ['demands']);
  return theirs.slice(own.length).map((demand, index) => ({
    file,
    line,
    what: `There are ${own.length} demands, and ${original.file} has ${theirs.length}: number ${own.length + index + 1} is not translated.`,
    mend: {
      how: `Add below line ${line}, translated:`,
      lines: [`  - ${written(String(demand))}`],
      over: 0,
    },
  }));
}

/** Names in braces in the text below the head. */
function checkBodyBraces(page: Page, original: Page | undefined, filled: boolean): Mistake[] {
  const { head, text, bodyFrom } = page;
  const allowed = filled ? filledNames : [];
  const body = text.slice(bodyFrom);
  const bodyLine = text.slice(0, bodyFrom).split('\n').length;
  const wrong = body.split('\n').flatMap((line, index) => {
    const fault = wrongBraces(line, allowed, []);
    return fault
      ? [
          {
            file: head.file,
            line: bodyLine + index,
            what: fault.what,
            mend: { how: 'Write:', lines: [fault.mended], over: 1 },
          },
        ]
      : [];
  });
  if (wrong.length > 0 || !filled || !original) return wrong;
  const present = namesIn(body);
  const lost = new Set(
    namesIn(original.text.slice(original.bodyFrom)).filter((name) => !present.includes(name)),
  );
  const end = text.trimEnd().split('\n').length;
  return Array.from(lost, (name) => ({
    file: head.file,
    line: end,
    what: `The text has lost {${name}}, which ${original.head.file} has and the site fills in.`,
    mend: {
      how: 'Put it where it belongs in the text; until then, for example:',
      lines: [`${text.split('\n')[end - 1] ?? ''} {${name}}`],
      over: 1,
    },
  }));
}

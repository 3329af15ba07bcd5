/**
 * The dossier from its facts: one HTML file with everything, and PDFs for the desk. Names pass through in
 * parts, so that many of them cost time and no memory; nothing is written but what facts and lines hold.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { DeliveryError } from '../errors.ts';
import { compose, type Composed, type Said } from './compose.ts';
import type { ShownLine } from './facts.ts';
import { fontFaces, openFonts } from './fonts.ts';
import { type Html, markup } from './html.ts';
import { inFiles, namesHead, namesInFile, namesWriter, type Survey, survey } from './names.ts';
import { closePage, type Foot, openPage, part } from './page.ts';
import { printPdf } from './pdf.ts';

/** What a dossier is written from, and where. */
export type DossierOrder = Said & {
  /** An existing folder. */
  folder: string;
  /** Those who chose to be seen, sorted by number; asked for more than once. */
  lines: () => Iterable<ShownLine>;
};

/** What no font of the dossier can print. */
export type Unprintable = {
  /** Numbers of lines: a note stands in the place of the name. */
  lines: number[];
  /** Versions of texts: a note stands in the place of the text. */
  texts: string[];
};

/** Writes dossier.html, with all that the dossier holds. The same facts give the same bytes. */
export function writeHtml(order: DossierOrder): { files: string[]; unprintable: Unprintable } {
  const look = openFonts();
  const document = compose(order, look);
  const found = survey(order.lines(), look);
  const name = 'dossier.html';
  const file = openSync(join(order.folder, name), 'wx', 0o600);
  // All of it or an error: writeSync may write a part when the disk is full, and throws nothing.
  const write = (content: Html) => writeFileSync(file, content.html);
  try {
    write(openDocument(order, document, document.feet, document.title, found));
    write(document.body);
    if (found.count > 0) {
      write(markup`<section id="names">${namesHead(document.voices)}`);
      const names = namesWriter(document.voices, look);
      for (const lines of inFiles(order.lines())) write(names(lines));
      write(markup`</section>`);
    }
    write(closePage);
  } finally {
    closeSync(file);
  }
  const unprintable = { lines: found.unprintable, texts: document.unprintableTexts };
  return { files: [name], unprintable };
}

/**
 * Prints dossier.pdf (all but the names) and names-001.pdf, names-002.pdf … (at most 10,000 names each).
 * Starts the browser, and ends it. Tells how many files are done, of how many.
 */
export async function writePdfs(
  order: DossierOrder & {
    start: () => Promise<Browser>;
    tell?: (done: number, all: number) => void;
  },
): Promise<string[]> {
  const look = openFonts();
  const found = survey(order.lines(), look);
  const parts = Math.ceil(found.count / namesInFile);
  const [first, last] = [namesFile(1), namesFile(parts)];
  const document = compose(order, look, parts > 1 ? `${first} … ${last}` : first);
  const files: string[] = [];
  const browser = await order.start();
  const print = async (name: string, content: string) => {
    const pdf = await printPdf(browser, content, order.facts.made).catch(notPrinted);
    writeFileSync(join(order.folder, name), pdf, { flag: 'wx', mode: 0o600 });
    files.push(name);
    order.tell?.(files.length, parts + 1);
  };
  try {
    const head = openDocument(order, document, document.feet, document.title);
    await print('dossier.pdf', markup`${head}${document.body}${closePage}`.html);
    const names = namesWriter(document.voices, look);
    for (const lines of inFiles(order.lines())) {
      const foot = namesFoot(document, files.length, parts);
      const title = `${foot.left} · ${document.subject}`;
      const page = markup`${openDocument(order, document, [foot], title, found)}
      ${part(foot, [markup`<section>${namesHead(document.voices)}${names(lines)}</section>`])}${closePage}`;
      await print(namesFile(files.length), page.html);
    }
  } finally {
    await browser.close();
  }
  return files;
}

function namesFile(number: number): string {
  return `names-${String(number).padStart(3, '0')}.pdf`;
}

/** What the browser says of it might quote the page. */
function notPrinted(): never {
  throw new DeliveryError(
    'browser',
    'The browser ended while it was printing.',
    'Is there room in memory and on the disk? Run this command again; all that the PDFs hold is in dossier.html too.',
  );
}

/** The head of a document, with the fonts of its words, and those of the names that stand in it. */
function openDocument(
  { settings: { colour } }: DossierOrder,
  { voices: [voice], families }: Composed,
  feet: readonly Foot[],
  title: string,
  names?: Survey,
): Html {
  const further = Array.from(names?.families ?? []).filter((family) => !families.has(family));
  const faces = `${fontFaces(families, [400, 600])}\n${fontFaces(new Set(further), [400])}`;
  return openPage({ voice, title, colour, faces, feet });
}

function namesFoot({ voices: [voice] }: Composed, at: number, parts: number): Foot {
  const values = { part: voice.number(at), parts: voice.number(parts) };
  return { pages: 'pages-names', voice, left: voice.say(voice.phrases.foot.names, values) };
}

/**
 * HTML → PDF, by a Chromium that runs no script and reaches no network. Tagged, so that it can be read
 * aloud, and dated with the day of the batch.
 */
import type { Browser } from 'playwright-core';

/** Prints a document; `made` is a day, as 2026-11-23. */
export async function printPdf(browser: Browser, document: string, made: string): Promise<Buffer> {
  const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
  try {
    const page = await context.newPage();
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await page.setContent(document, { timeout: 0 });
    const pdf = await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
    });
    return datePdf(pdf, made);
  } finally {
    await context.close();
  }
}

/** Writes a day over the two dates of a PDF, in place: places in the file are counted in bytes. */
function datePdf(pdf: Buffer, made: string): Buffer {
  const day = `${made.replaceAll('-', '')}000000`;
  for (const name of ['/CreationDate (D:', '/ModDate (D:']) {
    const at = pdf.indexOf(name);
    if (at >= 0) pdf.write(`${day}+00'00'`, at + name.length, 'latin1');
  }
  return pdf;
}

/**
 * Cells of a CSV that may be opened in a spreadsheet: what people typed is text there, never a formula.
 */

/** What a spreadsheet takes for the start of a formula, also as full-width, small or raised sign. */
const formula = /^[=+\-−@]/u;
const invisible = /^[\s\p{C}]+/u;

/**
 * Puts an apostrophe before what a spreadsheet might run (owasp.org/www-community/attacks/CSV_Injection).
 * csv-stringify looks at the first character alone and knows fewer signs.
 */
function defuse(cell: string): string {
  return isRisky(cell) ? `'${cell}` : cell;
}

/** Whether a spreadsheet might run a text; for one that an apostrophe would break, such as an address. */
export function isRisky(cell: string): boolean {
  const seen = cell.replace(invisible, '').normalize('NFKC');
  return formula.test(seen) || invisible.test(cell);
}

/** Options of csv-stringify: RFC 4180, every cell quoted, no cell a formula. */
export const guardedCsv = {
  quoted: true,
  record_delimiter: 'windows',
  escape_formulas: true,
  cast: { string: defuse },
} as const;

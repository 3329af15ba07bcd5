/** Keeps what people typed from doing anything in a spreadsheet. */

/** What a spreadsheet takes for the start of a formula, also as full-width, small or raised sign. */
const formula = /^[=+\-−@]/u;
const invisible = /^[\s\p{C}]+/u;

/**
 * Puts an apostrophe before what a spreadsheet might run (owasp.org/www-community/attacks/CSV_Injection).
 * csv-stringify looks at the first character alone and knows fewer signs.
 */
export function defuse(cell: string): string {
  const seen = cell.replace(invisible, '').normalize('NFKC');
  return formula.test(seen) || invisible.test(cell) ? `'${cell}` : cell;
}

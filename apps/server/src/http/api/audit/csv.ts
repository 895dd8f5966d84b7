/** What spreadsheets take for a formula, also behind blanks. */
const FORMULA = /^[\s\ufeff]*[=+\-@|%]|^[\t\r]/;

/** One line of RFC 4180. A cell that a spreadsheet would run gets an apostrophe in front, which shows it as text. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(text: string): string {
  const safe = FORMULA.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** For people: goes to stderr, so that stdout holds data only. */
export function message(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** For programs and pipes. */
export function printData(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Columns as wide as their widest cell. Control characters of cells are dropped: a name must not steer the terminal. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [head, ...rows.map((row) => row.map((cell) => String(cell).replaceAll(/\p{Cc}/gu, '')))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells)
    printData(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

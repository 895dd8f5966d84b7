export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly berth: number;
  readonly peer: number | undefined;
  /** How many times better Berth is, whichever direction is better. */
  readonly ratio: number | undefined;
  /** The bar in words and whether it is held; undefined where none is set. */
  readonly bar: { readonly text: string; readonly held: boolean } | undefined;
}

/** The table that `npm run bench` prints. */
export function table(lines: readonly Line[]): string {
  const cells = [
    ['', 'berth', 'docker-registry', 'unit', 'ratio', 'bar', ''],
    ...lines.map((line) => [
      line.name,
      figure(line.berth),
      line.peer === undefined ? '-' : figure(line.peer),
      line.unit,
      line.ratio === undefined ? '-' : `${figure(line.ratio)}x`,
      line.bar?.text ?? '',
      line.bar === undefined ? '' : line.bar.held ? 'held' : 'MISSED',
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 || column === 3 || column > 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

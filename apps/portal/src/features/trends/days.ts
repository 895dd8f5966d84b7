const DAY_MS = 86_400_000;

/** Days that can be chosen. */
export const RANGES = [7, 30, 90, 365, 731] as const;
export const DEFAULT_DAYS = 30;

/** The first day, in UTC, of so many that end today. */
export function firstDay(days: number, now = Date.now()): string {
  return dayOf(now - (days - 1) * DAY_MS);
}

export function daysUntil(days: number, now = Date.now()): readonly string[] {
  return Array.from({ length: days }, (_, index) => dayOf(now - (days - 1 - index) * DAY_MS));
}

export interface Known {
  readonly day: string;
}

/** What a counter came to on every day: nothing where nothing is known. */
export function counted<Row extends Known>(days: readonly string[], rows: readonly Row[], value: (row: Row) => number): readonly number[] {
  const known = new Map(rows.map((row) => [row.day, value(row)]));
  return days.map((day) => known.get(day) ?? 0);
}

/** What was held on every day: as on the day before where nobody looked; undefined before the first look. */
export function held<Row extends Known>(
  days: readonly string[],
  rows: readonly Row[],
  value: (row: Row) => number | undefined,
): readonly (number | undefined)[] {
  const known = new Map(rows.map((row) => [row.day, value(row)]));
  let last: number | undefined;
  return days.map((day) => {
    last = known.get(day) ?? last;
    return last;
  });
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

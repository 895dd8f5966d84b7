/** Seconds, minutes, hours, days of the month, months, days of the week (0 and 7 are Sunday). */
const RANGES = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The 29th of February comes at the latest after eight years. */
const MAX_DAYS = 366 * 9;

/** When something is due: Harbor's cron of six fields, in UTC; the second must be 0, since jobs look once a minute. */
export class Cron {
  readonly #fields: readonly ReadonlySet<number>[];
  readonly #daysMustBoth: boolean;

  private constructor(fields: readonly ReadonlySet<number>[], daysMustBoth: boolean) {
    this.#fields = fields;
    this.#daysMustBoth = daysMustBoth;
  }

  /** undefined when the text is no cron, or can never be due. */
  static parse(text: string): Cron | undefined {
    const words = text.trim().split(/\s+/);
    if (text.length > 255 || words.length !== RANGES.length || !/^0+$/.test(words[0] ?? '')) return undefined;
    const fields = words.map((word, index) => parseField(word, RANGES[index] ?? [0, 0]));
    const complete = fields.filter((field) => field !== undefined);
    if (complete.length !== fields.length) return undefined;
    if (complete[5]?.has(7) === true) complete[5] = new Set([...complete[5], 0]);
    // As cron has it: where both kinds of days are named, either is enough.
    const open = (word: string | undefined): boolean => word === '*' || word === '?';
    const cron = new Cron(complete, open(words[3]) || open(words[5]));
    return cron.after(new Date(0)) === undefined ? undefined : cron;
  }

  /** The first moment after `moment`; undefined when there is none. */
  after(moment: Date): Date | undefined {
    const first = Math.floor(moment.getTime() / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    const day = Math.floor(first / DAY_MS) * DAY_MS;
    for (let index = 0; index < MAX_DAYS; index += 1) {
      const start = day + index * DAY_MS;
      if (!this.#isDay(new Date(start))) continue;
      for (const hour of sorted(this.#fields[2])) {
        for (const minute of sorted(this.#fields[1])) {
          const time = start + (hour * 60 + minute) * MINUTE_MS;
          if (time >= first) return new Date(time);
        }
      }
    }
    return undefined;
  }

  #isDay(date: Date): boolean {
    const has = (index: number, value: number): boolean => this.#fields[index]?.has(value) === true;
    const [ofMonth, ofWeek] = [has(3, date.getUTCDate()), has(5, date.getUTCDay())];
    return has(4, date.getUTCMonth() + 1) && (this.#daysMustBoth ? ofMonth && ofWeek : ofMonth || ofWeek);
  }
}

function sorted(values: ReadonlySet<number> | undefined): readonly number[] {
  return [...(values ?? [])].sort((a, b) => a - b);
}

/** `*`, `5`, `1-5`, a step after a slash, `10-40/10`, and lists of these. */
function parseField(word: string, [min, max]: readonly [number, number]): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of word.split(',')) {
    const match = /^(?:[*?]|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return undefined;
    const from = match[1] === undefined ? min : Number(match[1]);
    const open = match[1] === undefined || match[3] !== undefined;
    const to = match[2] !== undefined ? Number(match[2]) : open ? max : from;
    const step = match[3] === undefined ? 1 : Number(match[3]);
    if (from < min || to > max || from > to || step === 0) return undefined;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

import { setTimeout as sleep } from 'node:timers/promises';

/** What was not done in so many milliseconds may be made up for. */
const MADE_UP_FOR_MS = 100;
/** Shorter pauses than timers are good at are left for later. */
const SHORTEST_PAUSE_MS = 5;

/** Keeps work at a rate, by pauses. Who shares a pace shares its rate. What was not done a moment ago may be made up for, no more. */
export class Pace {
  readonly #rate: number;
  readonly #madeUpForMs: number;
  #free = Number.NEGATIVE_INFINITY;

  /**
   * `rate`: bytes, rows or whatever is counted, per second. `madeUpForMs`: a tenth of a second unless told; work that comes in pieces of
   * seconds needs more, or it falls behind its rate by what lies between them.
   */
  constructor(rate: number, madeUpForMs = MADE_UP_FOR_MS) {
    this.#rate = rate;
    this.#madeUpForMs = madeUpForMs;
  }

  async took(amount: number): Promise<void> {
    const ahead = this.count(amount, performance.now());
    if (ahead > SHORTEST_PAUSE_MS) await sleep(ahead);
  }

  /** Counts what was done at `now`, and answers by how many milliseconds that is ahead of the rate; negative when it is behind. */
  count(amount: number, now: number): number {
    this.#free = Math.max(this.#free, now - this.#madeUpForMs) + (amount / this.#rate) * 1000;
    return this.#free - now;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

const SAVED_UP_MS = 100;
/** Shorter pauses than timers are good at are left for later. */
const SHORTEST_PAUSE_MS = 5;

/** Keeps work at a rate, by pauses. Who shares a pace shares its rate. What was not done in the last tenth of a second may be made up for, no more. */
export class Pace {
  readonly #rate: number;
  #free = performance.now();

  /** Bytes, rows or whatever is counted, per second. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  async took(amount: number): Promise<void> {
    const now = performance.now();
    this.#free = Math.max(this.#free, now - SAVED_UP_MS) + (amount / this.#rate) * 1000;
    const ahead = this.#free - now;
    if (ahead > SHORTEST_PAUSE_MS) await sleep(ahead);
  }
}

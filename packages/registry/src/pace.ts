import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps reading at a rate, by pauses. */
export class Pace {
  readonly #rate: number;
  readonly #start = performance.now();
  #bytes = 0;

  /** Bytes per second. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  async took(bytes: number): Promise<void> {
    this.#bytes += bytes;
    const ahead = (this.#bytes / this.#rate) * 1000 - (performance.now() - this.#start);
    if (ahead > 5) await sleep(ahead);
  }
}

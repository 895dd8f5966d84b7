/** Who waits for whom: `known` goes first, `usual` next; `slow` is for guessers, one at a time and with a pause after each. */
export type Lane = 'known' | 'usual' | 'slow';

export interface WorkLanesOptions {
  /** Tasks at once, all lanes together. */
  readonly concurrency: number;
  /** Tasks that may wait, per lane. */
  readonly waiting: Readonly<Record<Lane, number>>;
  /** Milliseconds between two tasks of the slow lane. */
  readonly slowPauseMs: number;
}

/**
 * Bounds how much password hashing happens at once, so that a flood of guesses neither takes every core nor the threads that read files,
 * and lets those who were right before pass the flood.
 */
export class WorkLanes {
  readonly #options: WorkLanesOptions;
  readonly #waiting: Record<Lane, (() => void)[]> = { known: [], usual: [], slow: [] };
  #running = 0;
  #slowUntil = 0;
  #slowRunning = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WorkLanesOptions) {
    this.#options = options;
  }

  /** undefined when too many wait already: try again later. */
  async run<Result>(lane: Lane, task: () => Promise<Result>): Promise<Result | undefined> {
    const queue = this.#waiting[lane];
    if (queue.length >= this.#options.waiting[lane]) return undefined;
    await new Promise<void>((start) => {
      queue.push(start);
      this.#next();
    });
    try {
      return await task();
    } finally {
      this.#running -= 1;
      if (lane === 'slow') {
        this.#slowRunning = false;
        this.#slowUntil = performance.now() + this.#options.slowPauseMs;
      }
      this.#next();
    }
  }

  #next(): void {
    while (this.#running < this.#options.concurrency) {
      const start = this.#waiting.known.shift() ?? this.#waiting.usual.shift() ?? this.#shiftSlow();
      if (start === undefined) return;
      this.#running += 1;
      start();
    }
  }

  #shiftSlow(): (() => void) | undefined {
    if (this.#slowRunning || this.#waiting.slow.length === 0) return undefined;
    const wait = this.#slowUntil - performance.now();
    if (wait > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#next();
      }, wait).unref();
      return undefined;
    }
    this.#slowRunning = true;
    return this.#waiting.slow.shift();
  }
}

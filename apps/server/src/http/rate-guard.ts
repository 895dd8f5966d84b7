/** Slowest average accepted, bytes per second; whoever stays below it for a window is cut off. */
export const MINIMUM_RATE = 1024;
const WINDOW_MILLISECONDS = 60_000;
const TICK_MILLISECONDS = 5_000;

/** A body on its way in or out. */
export interface Transfer {
  /** Tells of bytes that passed. */
  moved(bytes: number): void;
  /** While true the other side is not to blame for the waiting. */
  oursToWait: boolean;
  /** Bytes of which nothing is heard until all are through; gives them the time that the minimum rate allows. */
  outstanding: number;
  end(): void;
}

/**
 * Cuts bodies that crawl, so that a thousand slow clients cannot hold a thousand uploads and buffers. Node's own timeouts are per
 * server and would cut long pushes, or see only a complete standstill.
 */
export class RateGuard {
  readonly #running = new Set<Watched>();
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `cut` is called once, when the transfer has been too slow for a window. */
  watch(cut: () => void): Transfer {
    const watched = new Watched(cut, this.#now(), () => this.#forget(watched));
    this.#running.add(watched);
    this.#timer ??= setInterval(() => this.tick(), TICK_MILLISECONDS).unref();
    return watched;
  }

  /** Judges every transfer whose window is over. */
  tick(): void {
    const now = this.#now();
    for (const watched of this.#running) watched.judge(now);
  }

  #forget(watched: Watched): void {
    this.#running.delete(watched);
    if (this.#running.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

class Watched implements Transfer {
  oursToWait = false;
  outstanding = 0;
  readonly #cut: () => void;
  readonly #forget: () => void;
  #since: number;
  #bytes = 0;

  constructor(cut: () => void, now: number, forget: () => void) {
    this.#cut = cut;
    this.#since = now;
    this.#forget = forget;
  }

  moved(bytes: number): void {
    this.#bytes += bytes;
  }

  end(): void {
    this.#forget();
  }

  judge(now: number): void {
    const elapsed = now - this.#since;
    if (elapsed < WINDOW_MILLISECONDS) return;
    const enough = this.#bytes + this.outstanding >= (elapsed / 1000) * MINIMUM_RATE;
    if (this.oursToWait || this.#bytes >= (elapsed / 1000) * MINIMUM_RATE) {
      this.#since = now;
      this.#bytes = 0;
    } else if (!enough) {
      this.#forget();
      this.#cut();
    }
  }
}

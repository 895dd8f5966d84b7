import type { RequestListener } from 'node:http';

/** Counts requests under way, so that a stop can wait for the last one, even when its connection is gone already. */
export class RequestTally {
  #count = 0;
  readonly #waiters: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  /** `listener`, counted. */
  counted(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.#count += 1;
      response.once('close', this.#done);
      listener(request, response);
    };
  }

  /** Counts work that may outlast its connection: an upload that was cut saves what it has. */
  readonly track = (work: Promise<void>): void => {
    this.#count += 1;
    void work.finally(this.#done);
  };

  readonly #done = (): void => {
    this.#count -= 1;
    if (this.#count === 0) for (const resolve of this.#waiters.splice(0)) resolve();
  };

  /** Resolves when nothing is under way, or after `milliseconds`; says which. */
  async idle(milliseconds: number): Promise<boolean> {
    if (this.#count === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    const quiet = new Promise<boolean>((resolve) => {
      this.#waiters.push(() => resolve(true));
    });
    const result = await Promise.race([quiet, late]);
    clearTimeout(timer);
    return result;
  }
}

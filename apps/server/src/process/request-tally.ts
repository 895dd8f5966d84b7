import type { RequestListener } from 'node:http';

/** Counts requests under way, so that a stop can wait for the last one, even when its connection is gone already. */
export class RequestTally {
  #requests = 0;
  /** Handlers at work, which may outlast their connections. */
  #work = 0;
  #leaving = false;
  readonly #waiters: (() => void)[] = [];

  /** Requests whose connection still waits for the end of the answer. */
  get requests(): number {
    return this.#requests;
  }

  /** From now on every answer asks its client not to use the connection again. */
  leave(): void {
    this.#leaving = true;
  }

  /** `listener`, counted. */
  counted(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.#requests += 1;
      response.once('close', this.#requestDone);
      if (this.#leaving) response.shouldKeepAlive = false;
      listener(request, response);
    };
  }

  /** Counts work that may outlast its connection: an upload that was cut saves what it has. */
  readonly track = (work: Promise<void>): void => {
    this.#work += 1;
    void work.finally(() => {
      this.#work -= 1;
      this.#wake();
    });
  };

  readonly #requestDone = (): void => {
    this.#requests -= 1;
    this.#wake();
  };

  get #idle(): boolean {
    return this.#requests === 0 && this.#work === 0;
  }

  #wake(): void {
    if (this.#idle) for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Resolves when nothing is under way, or after `milliseconds`; says which. */
  async idle(milliseconds: number): Promise<boolean> {
    if (this.#idle) return true;
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

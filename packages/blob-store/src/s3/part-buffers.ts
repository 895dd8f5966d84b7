const IDLE_MILLISECONDS = 15_000;

/**
 * Buffers of one part each, a bounded number for all uploads together: who finds none waits in line, which stops the client that
 * sends. Nobody waits while holding the last one for ever: full parts leave within the calls' timeouts, and clients that send too
 * slowly are cut off by the server.
 */
export class PartBuffers {
  readonly partSize: number;
  readonly #limit: number;
  readonly #idle: Buffer[] = [];
  readonly #waiting: ((buffer: Buffer) => void)[] = [];
  #lent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(partSize: number, limit: number) {
    this.partSize = partSize;
    this.#limit = limit;
  }

  /** Buffers now in use; zero when every upload gave its own back. */
  get lent(): number {
    return this.#lent;
  }

  async take(): Promise<Buffer> {
    if (this.#lent >= this.#limit) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#lent += 1;
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.partSize);
  }

  /** Takes back what {@link take} lent; smaller buffers that were not are let go. Nobody may touch the buffer afterwards. */
  give(buffer: Buffer): void {
    if (buffer.length !== this.partSize) return;
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next(buffer);
      return;
    }
    this.#lent -= 1;
    this.#idle.push(buffer);
    this.#timer ??= setTimeout(() => this.#trim(), IDLE_MILLISECONDS).unref();
  }

  #trim(): void {
    this.#timer = undefined;
    this.#idle.length = 0;
  }
}

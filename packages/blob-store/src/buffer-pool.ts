/** Bytes of one pooled buffer: large enough that a read or write call costs little beside the copying it does. */
export const BUFFER_BYTES = 1024 * 1024;
/** What a stream gets when the pool's bound is reached: slower, but a thousand stalled clients then hold little memory. */
const SPARE_BYTES = 64 * 1024;
/** Idle buffers are let go after this time, so that an idle server is small. */
const IDLE_MILLISECONDS = 15_000;

/**
 * Reuses 1 MiB buffers among all streams of a store. Never waits: beyond the bound it hands out small buffers, since waiting for
 * a buffer that a stalled client holds would stop everybody else.
 */
export class BufferPool {
  readonly #limit: number;
  readonly #idle: Buffer[] = [];
  #lent = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `limit` is the number of 1 MiB buffers that may be lent at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Number of pooled buffers now in use; zero when every stream gave its buffers back. */
  get lent(): number {
    return this.#lent;
  }

  /** Lends a buffer of {@link BUFFER_BYTES}, or a smaller one when all are lent. Give it back exactly once. */
  take(): Buffer {
    return this.takePooled() ?? Buffer.allocUnsafeSlow(SPARE_BYTES);
  }

  /** Like {@link take}, but undefined when all are lent: for a stream's second buffer. */
  takePooled(): Buffer | undefined {
    if (this.#lent >= this.#limit) return undefined;
    this.#lent += 1;
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }

  /** Takes back what {@link take} lent. Nobody may touch the buffer afterwards. */
  give(buffer: Buffer): void {
    if (buffer.length !== BUFFER_BYTES) return;
    this.#lent -= 1;
    this.#idle.push(buffer);
    this.#timer ??= setTimeout(() => this.#trim(), IDLE_MILLISECONDS).unref();
  }

  #trim(): void {
    this.#timer = undefined;
    this.#idle.length = 0;
  }
}

import type { BlobReader } from '@berth/registry';
import type { Exchange } from '../exchange.ts';

export interface Part {
  /** Text sent before the bytes. */
  readonly before?: string;
  /** Bytes. */
  readonly length: number;
  /** Called when it is this part's turn: what is open holds a descriptor, or a connection to S3, for as long as the client takes. */
  open(): Promise<BlobReader>;
}

/** The whole answer, opened already. */
export function partOf(reader: BlobReader): Part {
  return { length: reader.length, open: async () => reader };
}

/**
 * Sends the parts behind a head that gave their length, then ends the answer. Rejects when the store fails or the client stops
 * reading; the connection is cut then, since a shorter body must never look complete (I2).
 */
export async function sendBytes(exchange: Exchange, parts: readonly Part[], after?: string): Promise<void> {
  const { response, request } = exchange;
  const transfer = exchange.rateGuard.watch(() => request.socket.destroy());
  transfer.oursToWait = true;
  const gone = new GoneWatch(exchange);
  let sent = 0;
  let left = parts.reduce((sum, { length }) => sum + length, 0);
  let reader: BlobReader | undefined;
  try {
    for (const { before, open } of parts) {
      reader = await open();
      if (before !== undefined) response.write(before, 'latin1');
      await reader.copyTo(async (chunk) => {
        transfer.oursToWait = false;
        transfer.outstanding = chunk.length;
        left -= chunk.length;
        // Ending with the last chunk, not after the file is closed: the client may be gone, satisfied, by then.
        await (left === 0 && after === undefined ? gone.end(chunk) : gone.write(chunk));
        transfer.outstanding = 0;
        transfer.moved(chunk.length);
        sent += chunk.length;
        transfer.oursToWait = true;
      });
    }
    if (!response.writableEnded) response.end(after, 'latin1');
  } finally {
    if ('repository' in exchange.target) exchange.registry.traffic?.delivered(exchange.target.repository, sent);
    transfer.end();
    gone.stop();
    await reader?.close();
  }
}

/** The client closed the connection before it had everything. Ordinary, so nobody is told. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/**
 * Writes to a response whose client may leave. node calls a write's callback when the kernel, or TLS, has taken the bytes, and only then
 * may the chunk be reused; but when the socket is destroyed already it forgets the callback, so the request's close is watched too.
 */
class GoneWatch {
  readonly #exchange: Exchange;
  #reject: ((error: Error) => void) | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    // Not the response's: an answer that waits behind another on its connection hears nothing of the connection's end.
    exchange.request.on('close', this.#onClose);
  }

  /** Resolves when the chunk's memory may be reused. */
  write(chunk: Buffer): Promise<void> {
    return this.#watched((done) => this.#exchange.response.write(chunk, done));
  }

  /** Like {@link write}, for the last chunk of the answer. */
  end(chunk: Buffer): Promise<void> {
    return this.#watched((done) => this.#exchange.response.end(chunk, () => done(undefined)));
  }

  stop(): void {
    this.#exchange.request.off('close', this.#onClose);
  }

  #watched(send: (done: (error: Error | null | undefined) => void) => void): Promise<void> {
    const { response, request } = this.#exchange;
    return new Promise((resolve, reject) => {
      if (response.destroyed || request.socket.destroyed) {
        reject(new ClientGoneError());
        return;
      }
      this.#reject = reject;
      send((error) => {
        this.#reject = undefined;
        if (error === null || error === undefined) resolve();
        else reject(new ClientGoneError(undefined, { cause: error }));
      });
    });
  }

  readonly #onClose = (): void => {
    // A request is also closed when its body was read; only the connection's end matters.
    if (this.#exchange.request.socket.destroyed) this.#reject?.(new ClientGoneError());
  };
}

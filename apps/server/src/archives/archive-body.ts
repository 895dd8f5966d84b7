import type { IncomingMessage, ServerResponse } from 'node:http';
import { RateGuard } from '../http/rate-guard.ts';
import { RequestBody } from '../http/v2/request-body.ts';

/** So long the rest of a refused archive is taken in, so that its sender gets to read why. */
const SKIP_MILLISECONDS = 15_000;

const rateGuard = new RateGuard();

/** The body of a request as chunks to be pulled. */
export class ArchiveBody {
  /** Announced, or undefined when the sender streams. */
  readonly length: number | undefined;
  /** Received so far. */
  bytes = 0;
  readonly #body: RequestBody;
  readonly #response: ServerResponse;
  #copying: Promise<void> | undefined;
  #offer: { readonly chunk: Buffer; taken(): void } | undefined;
  #wake: () => void = () => undefined;
  #over = false;
  #skipping = false;

  /** Throws UNSUPPORTED for a body with Content-Encoding. */
  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#body = new RequestBody(request, response, rateGuard);
    this.#response = response;
    this.length = this.#body.length;
  }

  /** Once. Rejects with ContentCutShortError when the sender goes away or crawls. */
  async *chunks(): AsyncGenerator<Buffer> {
    this.#copying = this.#copy();
    try {
      for (;;) {
        if (this.#offer !== undefined) {
          yield this.#offer.chunk;
          this.#take();
        } else if (this.#over) {
          return await this.#copying;
        } else {
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
      }
    } finally {
      this.#skipping = true;
      this.#take();
    }
  }

  /** After a refusal: closing while the sender still sends would reset the connection and lose the answer. Never rejects. */
  async skip(): Promise<void> {
    this.#response.shouldKeepAlive = false;
    this.#skipping = true;
    this.#take();
    const patience = new AbortController();
    const enough = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SKIP_MILLISECONDS).unref();
      patience.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    await Promise.race([this.#copying?.catch(() => undefined), enough]);
    patience.abort();
  }

  /** Lets the next chunk come. */
  #take(): void {
    const offer = this.#offer;
    this.#offer = undefined;
    offer?.taken();
  }

  #copy(): Promise<void> {
    const copying = this.#body
      .copyTo((chunk) => {
        this.bytes += chunk.length;
        if (this.#skipping) return undefined;
        return new Promise<void>((resolve) => {
          this.#offer = { chunk, taken: resolve };
          this.#wake();
        });
      })
      .finally(() => {
        this.#over = true;
        this.#wake();
      });
    // Awaited by whoever reads to the end; a reader that stopped before has its own reason to tell.
    copying.catch(() => undefined);
    return copying;
  }
}

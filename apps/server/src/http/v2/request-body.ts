import type { IncomingMessage, ServerResponse } from 'node:http';
import { OciError } from '@berth/oci';
import { type ByteSource, type ChunkSink, ContentCutShortError } from '@berth/registry';
import type { RateGuard } from '../rate-guard.ts';

/** The body of a request as content for the use cases. Reads in flowing mode: the cheapest way through node's streams. */
export class RequestBody implements ByteSource {
  readonly length: number | undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #rateGuard: RateGuard;

  constructor(request: IncomingMessage, response: ServerResponse, rateGuard: RateGuard) {
    this.#request = request;
    this.#response = response;
    this.#rateGuard = rateGuard;
    const { headers } = request;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw new OciError('UNSUPPORTED', 'Send the bytes themselves, without Content-Encoding: digests are of what is stored.', {
        status: 415,
      });
    }
    this.length = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined;
  }

  async copyTo(sink: ChunkSink): Promise<void> {
    const request = this.#request;
    if (request.readableEnded) return;
    if (request.destroyed) throw cutShort();
    if (request.headers.expect !== undefined && !this.#response.headersSent) this.#response.writeContinue();
    const transfer = this.#rateGuard.watch(() =>
      request.destroy(new ContentCutShortError('The body arrived slower than the minimum rate.')),
    );
    try {
      await new Promise<void>((resolve, reject) => new Pump({ request, sink, transfer, resolve, reject }).start());
    } finally {
      transfer.end();
    }
  }

  /** The whole body, for content that is small by rule. Throws `tooLarge()` as soon as more than `limit` bytes are announced or arrive. */
  async read(limit: number, tooLarge: () => OciError): Promise<Buffer> {
    if (this.length !== undefined && this.length > limit) throw tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    await this.copyTo((chunk) => {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge();
      chunks.push(chunk);
      return undefined;
    });
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes);
  }
}

interface PumpParts {
  readonly request: IncomingMessage;
  readonly sink: ChunkSink;
  readonly transfer: { moved(bytes: number): void; oursToWait: boolean };
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Moves one body. Settles only when the sink is idle, so that what it was given last is whole. */
class Pump {
  readonly #parts: PumpParts;
  #waiting: Promise<void> | undefined;
  #settled = false;

  constructor(parts: PumpParts) {
    this.#parts = parts;
  }

  start(): void {
    const { request } = this.#parts;
    request.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose);
  }

  readonly #onData = (chunk: Buffer): void => {
    const { request, sink, transfer } = this.#parts;
    transfer.moved(chunk.length);
    let wait: Promise<void> | undefined;
    try {
      wait = sink(chunk);
    } catch (error) {
      this.#settle(error);
      return;
    }
    if (wait === undefined) return;
    request.pause();
    transfer.oursToWait = true;
    this.#waiting = wait;
    wait.then(this.#onSinkReady, this.#onSinkFailed);
  };

  readonly #onSinkReady = (): void => {
    this.#waiting = undefined;
    this.#parts.transfer.oursToWait = false;
    if (!this.#settled) this.#parts.request.resume();
  };

  readonly #onSinkFailed = (error: unknown): void => {
    this.#waiting = undefined;
    this.#settle(error);
  };

  readonly #onEnd = (): void => this.#settle(undefined);

  readonly #onError = (error: Error): void => this.#settle(error instanceof ContentCutShortError ? error : cutShort(error));

  readonly #onClose = (): void => this.#settle(cutShort());

  #settle(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    const { request, resolve, reject } = this.#parts;
    request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    request.pause();
    // The error listener stays: an abort after this point must not become an uncaught error.
    const end = (): void => (error === undefined ? resolve() : reject(error));
    if (this.#waiting === undefined) end();
    else this.#waiting.then(end, (failed: unknown) => reject(error ?? failed));
  }
}

function cutShort(cause?: unknown): ContentCutShortError {
  return new ContentCutShortError('The client went away before its body was complete.', cause === undefined ? undefined : { cause });
}

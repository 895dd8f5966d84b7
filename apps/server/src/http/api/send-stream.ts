import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RateGuard } from '../rate-guard.ts';

type Chunks = AsyncIterable<string | Uint8Array>;

const patience = new RateGuard();

/**
 * Sends what is too long to be held at once. What fails in the middle breaks the connection, so that nobody takes a part for the whole; so
 * does a reader below the minimum rate, who would hold what the stream reads from.
 */
export function sendStream(response: ServerResponse, stream: Chunks, guard = patience): void {
  pipeline(Readable.from(watched(response, stream, guard)), response)
    .catch((error: unknown) => response.destroy(error as Error))
    // A reader who left before the first chunk: the stream was not begun, and may hold something all the same.
    .finally(() => stream[Symbol.asyncIterator]().return?.(undefined));
}

async function* watched(response: ServerResponse, stream: Chunks, guard: RateGuard): AsyncGenerator<string | Uint8Array> {
  const transfer = guard.watch(() => response.destroy());
  // Until there is something to send, the reader is not to blame.
  transfer.oursToWait = true;
  try {
    for await (const chunk of stream) {
      transfer.oursToWait = false;
      yield chunk;
      transfer.oursToWait = true;
      transfer.moved(chunk.length);
    }
  } finally {
    transfer.end();
  }
}

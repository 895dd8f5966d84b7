import type { ByteSink } from '@berth/registry';

interface Offer {
  readonly chunk: Buffer;
  taken(): void;
  refuse(reason: Error): void;
}

/** The reader has no more use for the bytes. */
class NotWantedError extends Error {
  override readonly name = 'NotWantedError';
}

/** What is pushed into a sink, to be pulled. Chunks are copies: they stay valid. Ending early makes the next push fail, which stops the copy. */
export async function* pulled(copyTo: (sink: ByteSink) => Promise<void>): AsyncGenerator<Buffer> {
  let offer: Offer | undefined;
  let over = false;
  let wake: () => void = () => undefined;
  const copying = copyTo(
    (chunk) =>
      new Promise<void>((resolve, reject) => {
        if (over) reject(new NotWantedError());
        offer = { chunk, taken: resolve, refuse: reject };
        wake();
      }),
  ).finally(() => {
    over = true;
    wake();
  });
  // Awaited at the end; until then nobody else looks at it.
  copying.catch(() => undefined);
  try {
    for (;;) {
      if (offer !== undefined) {
        const { chunk, taken } = offer;
        offer = undefined;
        const copy = Buffer.from(chunk);
        taken();
        yield copy;
      } else if (over) {
        return await copying;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } finally {
    over = true;
    offer?.refuse(new NotWantedError());
  }
}

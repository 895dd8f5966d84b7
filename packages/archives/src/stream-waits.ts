interface Emitter {
  once(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
}

/** Resolves when the stream has closed, for whatever reason; never rejects. */
export function closed(stream: Pick<Emitter, 'once'>): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve));
}

/** Resolves when the stream takes more, or has `gone`; never rejects. */
export async function drained(stream: Emitter, gone: Promise<void>): Promise<void> {
  let listener: (() => void) | undefined;
  const drain = new Promise<void>((resolve) => {
    listener = resolve;
    stream.once('drain', resolve);
  });
  await Promise.race([drain, gone]);
  if (listener !== undefined) stream.removeListener('drain', listener);
}

/** Ends a stream that nobody reads or writes any more; its types ask for an error, which would be one. */
export function abandon(stream: object): void {
  (stream as { destroy(): void }).destroy();
}

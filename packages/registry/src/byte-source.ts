/**
 * Takes one chunk. Returns undefined when the next may follow at once, or a promise to wait for. The chunk's memory belongs to the
 * source again as soon as the call, or its promise, is over.
 */
export type ChunkSink = (chunk: Buffer) => Promise<void> | undefined;

/** Content on its way in, such as a request's body. Read once. */
export interface ByteSource {
  /** Bytes announced beforehand, or undefined when the sender streams. */
  readonly length: number | undefined;
  /** Delivers everything in order. Rejects with {@link ContentCutShortError} when the sender stops early, and with what `sink` throws. */
  copyTo(sink: ChunkSink): Promise<void>;
}

/** The sender went away, or was cut off, before the content was complete. What was received stays useful for a resume. */
export class ContentCutShortError extends Error {
  override readonly name = 'ContentCutShortError';
}

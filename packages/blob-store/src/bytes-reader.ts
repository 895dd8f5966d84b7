import { type BlobReader, type ByteSink, StorageFailedError } from '@berth/registry';

/** Bytes that were read already. */
export class BytesReader implements BlobReader {
  readonly length: number;
  #bytes: Buffer | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  async copyTo(sink: ByteSink): Promise<void> {
    const bytes = this.#bytes;
    if (bytes === undefined) throw new StorageFailedError('This reader was used or closed before.');
    this.#bytes = undefined;
    if (bytes.length > 0) await sink(bytes);
  }

  async close(): Promise<void> {
    this.#bytes = undefined;
  }
}

import type { Extract } from 'tar-stream';
import { ArchiveRefusedError, refused } from './archive-refused-error.ts';
import { closed, drained } from './stream-waits.ts';

/** Moves bytes into the parser; what went wrong first is kept, since readers hear only that the stream was destroyed. */
export class TarFeed {
  problem: Error | undefined;
  readonly #tar: Extract;
  readonly #gone: Promise<void>;

  constructor(tar: Extract) {
    this.#tar = tar;
    this.#gone = closed(tar);
    tar.on('error', (error) => (this.problem ??= tarProblem(error)));
  }

  async from(source: AsyncIterable<Buffer>): Promise<void> {
    const [tar, gone] = [this.#tar, this.#gone];
    try {
      for await (const chunk of source) {
        if (tar.destroyed) return;
        if (!tar.write(chunk)) await drained(tar, gone);
      }
      tar.end(undefined);
    } catch (error) {
      this.problem ??= error as Error;
      tar.destroy(error as Error);
    }
  }

  async *explaining(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* content;
    } catch (error) {
      throw await this.reason(error);
    }
  }

  async reason(error: unknown): Promise<unknown> {
    if (error instanceof ArchiveRefusedError) return error;
    // The stream of an entry ends a moment before the tar's own error is told.
    if (this.#tar.destroyed || this.#tar.destroying) await this.#gone;
    return this.problem ?? error;
  }
}

function tarProblem(error: Error): Error {
  const { message } = error;
  if (message === 'Unexpected end of data')
    return refused('The archive is cut short: its last file is not whole. Send it again.', { cause: error, reason: 'not a tar' });
  if (/^(Invalid|Header)/.test(message)) return refused('This is no tar archive, or a damaged one.', { cause: error, reason: 'not a tar' });
  return error;
}

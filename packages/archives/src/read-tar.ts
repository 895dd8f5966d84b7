import { say } from '@berth/oci';
import type { Extract, Header } from 'tar-stream';
import { ArchiveRefusedError, refused } from './archive-refused-error.ts';
import { decompressed } from './decompressed.ts';
import { abandon, closed, drained } from './stream-waits.ts';
import { tarParser } from './tar-parser.ts';

/** An entry as the tar has it. */
export interface RawEntry {
  readonly header: Header;
  /** The bytes; what is left unread when the next entry is asked for is passed over. */
  content(): AsyncIterable<Buffer>;
}

/**
 * The entries of a tar in its order, plain or compressed by gzip or zstd. Rejects with ArchiveRefusedError for one that cannot be read, and
 * with whatever `source` rejects with; both also while a content is read.
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<RawEntry> {
  const tar = tarParser();
  const feed = new TarFeed(tar);
  const feeding = feed.from(decompressed(source));
  try {
    for await (const stream of tar) {
      let read = false;
      yield {
        header: stream.header,
        content: () => {
          read = true;
          return feed.explaining(stream as AsyncIterable<Buffer>);
        },
      };
      if (!read) stream.resume();
    }
  } catch (error) {
    throw await feed.reason(error);
  } finally {
    abandon(tar);
    await feeding;
  }
  if (feed.problem !== undefined) throw feed.problem;
}

/** Moves bytes into the parser; what went wrong first is kept, since readers hear only that the stream was destroyed. */
class TarFeed {
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
    return refused(say('archive-cut-short')`The archive is cut short: its last file is not whole. Send it again.`, {
      cause: error,
      reason: 'not a tar',
    });
  if (/^(Invalid|Header)/.test(message))
    return refused(say('archive-not-tar')`This is no tar archive, or a damaged one.`, { cause: error, reason: 'not a tar' });
  return error;
}

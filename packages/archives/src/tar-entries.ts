import { extract, type Extract } from 'tar-stream';
import type { ArchiveEntry } from './archive-entry.ts';
import { ArchiveRefusedError, refused, shown } from './archive-refused-error.ts';
import { decompressed } from './decompressed.ts';
import { LIMITS } from './limits.ts';
import { abandon, closed, drained } from './stream-waits.ts';

/**
 * The files and links of a tar, compressed or not, in its order. Nothing is ever written under a name of the archive, so a name is only a
 * key; one that leads outside is refused all the same, since the archive was made to harm. Rejects with ArchiveRefusedError, and with
 * whatever `source` rejects with.
 */
export async function* tarEntries(source: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry> {
  const tar = extract();
  const feed = new Feed(tar);
  const feeding = feed.from(decompressed(source));
  let count = 0;
  try {
    for await (const stream of tar) {
      const { header } = stream;
      if (header.type === 'directory') {
        stream.resume();
        continue;
      }
      count += 1;
      if (count > LIMITS.entries) throw refused(`The archive has more than ${LIMITS.entries} files.`);
      const name = innerPath(header.name);
      if (header.type === 'symlink' || header.type === 'link') {
        stream.resume();
        yield { kind: 'link', name, target: linkTarget(name, header.type, header.linkname ?? '') };
        continue;
      }
      if (header.type !== 'file' && header.type !== 'contiguous-file')
        throw refused(`The archive has a ${header.type ?? 'file of an unknown kind'} called ${shown(name)}, which no image archive has.`);
      let read = false;
      yield {
        kind: 'file',
        name,
        size: header.size ?? 0,
        offset: (header as { byteOffset?: number }).byteOffset ?? 0,
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
class Feed {
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
  if (message === 'Unexpected end of data') return refused('The archive is cut short: its last file is not whole. Send it again.', error);
  if (/^(Invalid|Header)/.test(message)) return refused('This is no tar archive, or a damaged one.', error);
  return error;
}

/** `./a/b` and `a//b` are `a/b`. */
function innerPath(name: string): string {
  if (name.length > LIMITS.name) throw refused(`The archive has a name of ${name.length} characters; at most ${LIMITS.name} are taken.`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || /[\\\0]/.test(name) || parts.length === 0)
    throw refused(`The archive has a file called ${shown(name)}, which leads out of the archive.`);
  return parts.join('/');
}

/** A symbolic link is relative to where it is, a hard link to the root of the archive. */
function linkTarget(name: string, type: 'symlink' | 'link', target: string): string {
  const from = type === 'symlink' ? name.split('/').slice(0, -1) : [];
  if (target.startsWith('/') || target === '' || target.length > LIMITS.name) throw leadsOut(name, target);
  for (const part of target.split('/')) {
    if (part === '..' && from.pop() === undefined) throw leadsOut(name, target);
    if (part !== '' && part !== '.' && part !== '..') from.push(part);
  }
  return from.join('/');
}

function leadsOut(name: string, target: string): ArchiveRefusedError {
  return refused(`The archive has a link ${shown(name)} to ${shown(target)}, which leads out of the archive.`);
}

import { type Digest, type DigestAlgorithm, digestAlgorithm, digestSoFar, OciError, startHash } from '@berth/oci';
import { type ByteSource, ContentCutShortError } from '../byte-source.ts';
import type { RecentConfigs } from '../content/recent-configs.ts';
import { QuotaExceededError } from '../policy/quota-exceeded-error.ts';
import type { QuotaRoom } from '../ports/blob-records.ts';
import type { BlobWriter, ByteRange, Checkpoint, PendingBlobs } from '../ports/blob-store.ts';
import { StorageFullError } from '../ports/storage-errors.ts';
import type { UploadProgress, UploadSession } from '../ports/upload-sessions.ts';
import { ContentIntake } from './content-intake.ts';
import { LiveHashes } from './live-hashes.ts';

/** A chunk with its place (`Content-Range`), or a stream that continues wherever the upload stands. */
export interface UploadContent {
  readonly source: ByteSource;
  readonly range?: ByteRange | undefined;
}

/** What is held durably now. `cutShort` is set when the sender stopped early: the bytes before that are kept for a resume. */
export interface TakenContent extends UploadProgress {
  readonly cutShort?: ContentCutShortError;
}

export interface TakeOptions {
  readonly content: UploadContent;
  /** The algorithm to hash with. */
  readonly algorithm: DigestAlgorithm;
  /** This is the last content: an empty blob gets its object too, and what was taken whole is sealed or dropped, never resumed. */
  readonly last?: boolean;
  /** What the whole upload may come to; undefined without a limit. */
  readonly room?: QuotaRoom | undefined;
  /** Told, for every chunk, the bytes of the upload so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Throws when the work must stop. */
  check(): void;
}

/** Moves content into the pending object of an upload: size check, hash and store as stages of one stream. */
export class UploadBytes {
  readonly #pending: PendingBlobs;
  readonly #recentConfigs: RecentConfigs | undefined;
  readonly #hashes = new LiveHashes();

  constructor(pending: PendingBlobs, recentConfigs?: RecentConfigs) {
    this.#pending = pending;
    this.#recentConfigs = recentConfigs;
  }

  /**
   * Appends the content behind the session's checkpoint and makes it durable, also when the sender stops early. Rejects with
   * SIZE_INVALID when the content is longer or shorter than its range.
   */
  async take(session: UploadSession, options: TakeOptions): Promise<TakenContent> {
    const { content, algorithm } = options;
    const start = session.checkpoint.offset;
    const expected = expectedBytes(content);
    requireRoom(options.room, start + (expected ?? 0));
    const live = this.#hashes.take(session.id, { offset: start, saved: session.prefixDigest, algorithm });
    const hash = start === 0 ? startHash(algorithm) : live;
    const known = sameAlgorithm(session.prefixDigest, algorithm);
    if (expected === 0 && !(options.last === true && start === 0)) {
      await content.source.copyTo(refuseBytes);
      if (hash !== undefined) this.#hashes.keep(session.id, { hash, algorithm, offset: start });
      return { checkpoint: session.checkpoint, prefixDigest: known ?? (hash && digestSoFar(hash, algorithm)) };
    }
    const writer = await this.#pending.append(session.key, session.checkpoint);
    const intake = new ContentIntake({ writer, hash, expected });
    const copy = start === 0 ? this.#recentConfigs?.copy(expected) : undefined;
    const progress = async (sealing: boolean): Promise<UploadProgress> => {
      await intake.flush();
      const checkpoint = await writer.checkpoint({ sealing, closing: true });
      if (hash === undefined) return { checkpoint, prefixDigest: intake.received === 0 ? known : undefined };
      this.#hashes.keep(session.id, { hash, algorithm, offset: checkpoint.offset });
      const prefixDigest = digestSoFar(hash, algorithm);
      copy?.keep(prefixDigest);
      return { checkpoint, prefixDigest };
    };
    try {
      await content.source.copyTo((chunk) => {
        options.check();
        if (expected !== undefined && intake.received + chunk.length > expected) throw wrongSize(expected);
        requireRoom(options.room, start + intake.received + chunk.length);
        copy?.add(chunk);
        const added = intake.add(chunk);
        options.onBytes?.(start + intake.received);
        return added;
      });
      if (expected !== undefined && intake.received < expected) throw wrongSize(expected);
      return await progress(options.last === true);
    } catch (error) {
      if (error instanceof ContentCutShortError) return { ...(await progress(false)), cutShort: error };
      if (error instanceof StorageFullError) await this.#giveBack(session, writer);
      throw error;
    } finally {
      await intake.dispose();
      await writer.close();
    }
  }

  /** What a full disk holds behind the checkpoint is of no use to anybody and would keep it full until the upload expires. */
  async #giveBack(session: UploadSession, writer: BlobWriter): Promise<void> {
    try {
      await writer.close();
      const again = await this.#pending.append(session.key, session.checkpoint);
      await again.close();
    } catch {
      // The refusal is what the client must hear; the expiry of uploads frees what could not be freed now.
    }
  }

  forget(session: UploadSession): void {
    this.#hashes.forget(session.id);
  }

  /** Reads the stored bytes back and hashes them: when no process hashed them whole, or with another algorithm. */
  async digestOf(session: UploadSession, checkpoint: Checkpoint, algorithm: DigestAlgorithm): Promise<Digest> {
    const reader = await this.#pending.readBack(session.key, checkpoint);
    const hash = startHash(algorithm);
    await reader.copyTo((chunk) => {
      hash.update(chunk);
      return Promise.resolve();
    });
    return digestSoFar(hash, algorithm);
  }
}

/** Before a byte is taken where the size is announced, while they stream where not. */
function requireRoom(room: QuotaRoom | undefined, needed: number): void {
  if (room !== undefined && room.used + needed > room.hard) throw new QuotaExceededError({ ...room, needed });
}

function refuseBytes(): undefined {
  throw wrongSize(0);
}

function sameAlgorithm(digest: Digest | undefined, algorithm: DigestAlgorithm): Digest | undefined {
  return digest !== undefined && digestAlgorithm(digest) === algorithm ? digest : undefined;
}

function expectedBytes({ range, source }: UploadContent): number | undefined {
  if (range === undefined) return source.length;
  const bytes = range.end - range.start + 1;
  if (source.length !== undefined && source.length !== bytes) throw wrongSize(bytes);
  return bytes;
}

function wrongSize(expected: number): OciError {
  return new OciError(
    'SIZE_INVALID',
    `The request announced ${expected} bytes but its body has another length. None of them were kept; send the chunk again.`,
  );
}

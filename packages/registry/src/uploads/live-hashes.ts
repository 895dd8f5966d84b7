import type { Hash } from 'node:crypto';
import { type Digest, type DigestAlgorithm, digestSoFar } from '@berth/oci';
import type { UploadId } from '../ports/upload-sessions.ts';

export interface LiveHash {
  readonly hash: Hash;
  readonly algorithm: DigestAlgorithm;
  /** Bytes hashed. */
  readonly offset: number;
}

export interface WantedHash {
  /** Bytes that are stored. */
  readonly offset: number;
  /** Their digest, as the session has it. */
  readonly saved: Digest | undefined;
  readonly algorithm: DigestAlgorithm;
}

const MAX_KEPT = 1000;

/**
 * Hash states between two requests of one upload. Node exports no hash state, so they live in this process only; another process, or
 * this one after a restart, finishes from the saved prefix digest or reads the bytes back. Nothing is decided by an entry's absence.
 */
export class LiveHashes {
  readonly #byUpload = new Map<UploadId, LiveHash>();

  /**
   * Hands the state over to the caller when it fits exactly, and forgets it. What was hashed here may never have
   * been saved, and another process may have stored as many other bytes in its place: the digest tells.
   */
  take(upload: UploadId, { offset, saved, algorithm }: WantedHash): Hash | undefined {
    const live = this.#byUpload.get(upload);
    this.#byUpload.delete(upload);
    if (live === undefined || live.offset !== offset || live.algorithm !== algorithm) return undefined;
    return digestSoFar(live.hash, algorithm) === saved ? live.hash : undefined;
  }

  keep(upload: UploadId, live: LiveHash): void {
    this.#byUpload.delete(upload);
    this.#byUpload.set(upload, live);
    if (this.#byUpload.size <= MAX_KEPT) return;
    for (const oldest of this.#byUpload.keys()) {
      this.#byUpload.delete(oldest);
      return;
    }
  }

  forget(upload: UploadId): void {
    this.#byUpload.delete(upload);
  }
}

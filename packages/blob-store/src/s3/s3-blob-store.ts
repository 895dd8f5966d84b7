import { randomBytes } from 'node:crypto';
import { type BlobStore, type PendingBlobs, type SealedBlobs, type SideObjects, StorageFailedError } from '@berth/registry';
import { pages } from './pages.ts';
import { PartBuffers } from './part-buffers.ts';
import { type S3Calls, s3Calls } from './s3-calls.ts';
import { s3Names } from './s3-names.ts';
import { DEFAULT_PART_BYTES, LEAST_PART_BYTES, type S3BlobStoreOptions } from './s3-options.ts';
import { S3Pending } from './s3-pending.ts';
import { S3Reader } from './s3-reader.ts';
import { S3Sealed } from './s3-sealed.ts';
import { S3Side } from './s3-side.ts';
import type { S3Parts } from './s3-writer.ts';

/** For tests: the calls and buffers to use instead of new ones. */
export interface S3TestParts {
  readonly calls?: S3Calls;
  readonly buffers?: PartBuffers;
}

/** Bytes that the parts of all uploads of this process together may take by default. */
const PARTS_BYTES = 160 * 1024 * 1024;
/** One upload fills one part while it sends others. */
const LEAST_PARTS = 4;
/** A health check's answer is good for this long: each costs two requests, and readiness is asked for often. */
const CHECK_MILLISECONDS = 10_000;

export function createS3BlobStore(options: S3BlobStoreOptions, test: S3TestParts = {}): BlobStore {
  const partSize = options.partSize ?? DEFAULT_PART_BYTES;
  if (partSize < LEAST_PART_BYTES) throw new RangeError(`A part on S3 has ${LEAST_PART_BYTES} bytes at least, not ${partSize}.`);
  const parts: S3Parts = {
    calls: test.calls ?? s3Calls(options),
    names: s3Names(options.prefix ?? ''),
    buffers: test.buffers ?? new PartBuffers(partSize, options.partLimit ?? Math.max(LEAST_PARTS, Math.floor(PARTS_BYTES / partSize))),
    unstored: new WeakMap(),
    onTrouble: options.onTrouble ?? (() => undefined),
  };
  return new BucketBlobStore(parts, options.redirect ?? true);
}

class BucketBlobStore implements BlobStore {
  /** A bucket may be renamed or copied with its keys: all that is told apart is the kind of storage. */
  readonly id = 's3';
  readonly pending: PendingBlobs;
  readonly sealed: SealedBlobs;
  readonly side: SideObjects;
  readonly #parts: S3Parts;
  #checked: { readonly outcome: Promise<void>; readonly until: number } | undefined;

  constructor(parts: S3Parts, redirect: boolean) {
    this.#parts = parts;
    this.pending = new S3Pending(parts);
    this.sealed = new S3Sealed(parts, redirect);
    this.side = new S3Side(parts);
  }

  check(): Promise<void> {
    const now = performance.now();
    if (this.#checked === undefined || this.#checked.until < now) {
      this.#checked = { outcome: this.#probe(), until: now + CHECK_MILLISECONDS };
    }
    return this.#checked.outcome;
  }

  /** A multipart upload counts from its start, a tail from its checkpoint. */
  async removeOrphans(seconds: number): Promise<number> {
    const { calls, names } = this.#parts;
    const oldest = Date.now() - seconds * 1000;
    let removed = 0;
    for await (const { name, upload, startedAt } of pages((after) => calls.uploads(names.objects, after))) {
      if (startedAt.getTime() >= oldest) continue;
      await calls.abortUpload(name, upload);
      removed += 1;
    }
    for await (const { name, storedAt } of pages((after) => calls.objects(names.tails, after))) {
      if (storedAt.getTime() >= oldest) continue;
      await calls.remove(name);
      removed += 1;
    }
    return removed;
  }

  async close(): Promise<void> {
    this.#parts.calls.close();
  }

  async #probe(): Promise<void> {
    const { calls, names } = this.#parts;
    const said = randomBytes(16);
    await calls.put(names.probe, said, 'short-lived');
    const reader = await S3Reader.open(calls, { name: names.probe, total: said.length, start: 0, length: said.length });
    // Another replica may have written its own in between: that the bytes come back whole is what counts.
    let heard = 0;
    await reader.copyTo(async (chunk) => {
      heard += chunk.length;
    });
    if (heard !== said.length) throw new StorageFailedError('The S3 storage did not give back the probe that was written.');
  }
}

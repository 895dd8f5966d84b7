import { createHash, randomBytes } from 'node:crypto';
import { type Digest, digestOfBytes } from '@berth/oci';
import { type BlobReader, type BlobStore, type ByteRange, type Checkpoint, EMPTY_CHECKPOINT, type StoredObject } from '@berth/registry';
import { expect } from 'vitest';

/** Larger than any buffer or part an adapter uses (S3's least part is 5 MiB), and no multiple of one. */
export const LARGE = 12 * 1024 * 1024 + 4321;
export const PIECE = 64 * 1024;

let content = Buffer.alloc(0);

/** `size` bytes that look random, the same in each run of this process: cheaper than new ones for each test. */
export function bytesOf(size: number, from = 0): Buffer {
  if (content.length === 0) content = randomBytes(LARGE + PIECE);
  return content.subarray(from, from + size);
}

/** A new name for `bytes`, not stored yet. */
export function nameFor(store: BlobStore, bytes: Buffer): StoredObject {
  return { key: store.pending.newKey(), digest: digestOfBytes(bytes), size: bytes.length };
}

/** Appends `bytes` as a new pending object, in pieces as they come from a socket. */
export async function append(store: BlobStore, object: StoredObject, bytes: Buffer): Promise<Checkpoint> {
  const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
  for (let done = 0; done < bytes.length; done += PIECE) await writer.write(bytes.subarray(done, done + PIECE));
  const at = await writer.checkpoint();
  await writer.close();
  expect(at.offset).toBe(bytes.length);
  return at;
}

export async function put(store: BlobStore, bytes: Buffer, digest: Digest = digestOfBytes(bytes)): Promise<StoredObject> {
  const object = { ...nameFor(store, bytes), digest };
  await store.pending.seal(object, await append(store, object, bytes));
  return object;
}

/** Reads to the end, destroying each chunk afterwards as a pool would. */
export async function drain(reader: BlobReader): Promise<{ length: number; digest: Digest }> {
  const hash = createHash('sha256');
  let length = 0;
  await reader.copyTo(async (chunk) => {
    await new Promise((resolve) => setImmediate(resolve)); // a read ahead into the same memory would show
    hash.update(chunk);
    length += chunk.length;
    chunk.fill(0);
  });
  return { length, digest: `sha256:${hash.digest('hex')}` as Digest };
}

export async function readAll(store: BlobStore, object: StoredObject, range?: ByteRange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const reader = await store.sealed.open(object, range);
  await reader.copyTo(async (chunk) => {
    chunks.push(Buffer.from(chunk));
  });
  return Buffer.concat(chunks);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOfBytes } from '@berth/oci';
import { EMPTY_CHECKPOINT } from '@berth/registry';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DiskBlobStore, openDiskBlobStore } from './disk-blob-store.ts';

let root: string;
let store: DiskBlobStore;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-disk-'));
  store = await openDiskBlobStore({ root });
});
afterAll(async () => {
  await store.close();
  await rm(root, { recursive: true });
});

test('stores and reads', async () => {
  const bytes = Buffer.alloc(5_000_000, 'abc');
  const key = store.pending.newKey();
  const writer = await store.pending.append(key, EMPTY_CHECKPOINT);
  await writer.write(bytes);
  const at = await writer.checkpoint();
  await writer.close();
  const object = { key, digest: digestOfBytes(bytes), size: bytes.length };
  await store.pending.seal(object, at);
  const chunks: Buffer[] = [];
  const reader = await store.sealed.open(object);
  await reader.copyTo(async (chunk) => void chunks.push(Buffer.from(chunk)));
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  await store.check();
});

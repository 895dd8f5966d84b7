import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOfBytes } from '@berth/oci';
import {
  type BlobStore,
  EMPTY_CHECKPOINT,
  StorageFailedError,
  StorageFullError,
  type StorageKey,
  type StoredObject,
  StoredObjectDamagedError,
} from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUFFER_BYTES, BufferPool } from '../buffer-pool.ts';
import { openDiskBlobStore } from './disk-blob-store.ts';
import { type DiskCalls, systemCalls } from './disk-calls.ts';
import { diskLayout } from './disk-layout.ts';
import { watchCalls } from './testing/watched-calls.ts';

let base: string;
let root: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'berth-disk-'));
  root = join(base, 'made', 'for', 'it');
});
afterEach(() => rm(base, { recursive: true }));

async function put(store: BlobStore, bytes: Buffer): Promise<StoredObject> {
  const object = { key: store.pending.newKey(), digest: digestOfBytes(bytes), size: bytes.length };
  const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
  await writer.write(bytes);
  const at = await writer.checkpoint();
  await writer.close();
  await store.pending.seal(object, at);
  return object;
}

async function readAll(store: BlobStore, object: StoredObject): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await (await store.sealed.open(object)).copyTo(async (chunk) => {
    chunks.push(Buffer.from(chunk));
  });
  return Buffer.concat(chunks);
}

describe('opening', () => {
  test('a directory with other files is refused by name and left alone', async () => {
    await writeFile(join(base, 'thesis.txt'), 'mine');
    await expect(openDiskBlobStore({ root: base })).rejects.toThrow(/holds "thesis\.txt".*no storage of Berth/);
    expect(await readdir(base)).toEqual(['thesis.txt']);
  });

  test('a directory that lost its marker is refused when it holds objects, and taken when it holds none', async () => {
    const first = await openDiskBlobStore({ root });
    await unlink(join(root, 'berth-store.json'));
    expect((await openDiskBlobStore({ root })).id).not.toBe(first.id);
    await put(first, Buffer.from('layer'));
    await unlink(join(root, 'berth-store.json'));
    await expect(openDiskBlobStore({ root })).rejects.toThrow(/restore that file/);
  });

  test.each(['', '{', '{"format":1}', '[]', 'null'])('a damaged marker is refused: %j', async (text) => {
    await openDiskBlobStore({ root });
    await writeFile(join(root, 'berth-store.json'), text);
    await expect(openDiskBlobStore({ root })).rejects.toThrow(/berth-store\.json is damaged/);
  });

  test('a marker of a later format is refused', async () => {
    await openDiskBlobStore({ root });
    await writeFile(join(root, 'berth-store.json'), '{"id":"x","format":2}');
    await expect(openDiskBlobStore({ root })).rejects.toThrow(/format 2; this version of Berth knows format 1/);
  });

  test('another store than expected is refused, an empty directory too, and nothing is made there', async () => {
    const { id } = await openDiskBlobStore({ root });
    expect((await openDiskBlobStore({ root, expectedId: id })).id).toBe(id);
    const other = join(base, 'other');
    await expect(openDiskBlobStore({ root: other, expectedId: id })).rejects.toThrow(/holds no store.*Mount its disk/);
    expect(await readdir(other)).toEqual([]);
    await openDiskBlobStore({ root: other });
    await expect(openDiskBlobStore({ root: other, expectedId: id })).rejects.toThrow(/holds another store/);
  });

  test('a symbolic link in the place of one of its directories is refused', async () => {
    await mkdir(join(base, 'elsewhere'));
    await mkdir(root, { recursive: true });
    await symlink(join(base, 'elsewhere'), join(root, 'pending'));
    await expect(openDiskBlobStore({ root })).rejects.toThrow(/must be a directory on the same file system/);
  });

  test('eight processes that open a new store at once agree on it', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => openDiskBlobStore({ root })));
    expect(new Set(stores.map(({ id }) => id)).size).toBe(1);
    expect(await readdir(join(root, 'pending'))).toEqual([]);
  });

  test('directories that a backup dropped because they were empty are made again', async () => {
    await openDiskBlobStore({ root });
    await rm(join(root, 'sha256'), { recursive: true });
    await rm(join(root, 'pending'), { recursive: true });
    const store = await openDiskBlobStore({ root });
    const object = await put(store, Buffer.from('layer'));
    expect((await readAll(store, object)).toString()).toBe('layer');
  });

  test('nobody else may read what is stored', async () => {
    const store = await openDiskBlobStore({ root });
    const path = diskLayout(root).sealedPath(await put(store, Buffer.from('layer')));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    for (const directory of [root, join(root, 'pending'), join(path, '..')]) expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });
});

describe('reading', () => {
  test.each([1000, 200_000])('a file that grew (%d bytes) is damaged', async (size) => {
    const store = await openDiskBlobStore({ root });
    const object = await put(store, Buffer.alloc(size, 'x'));
    await appendFile(diskLayout(root).sealedPath(object), 'y');
    await expect(store.sealed.open(object)).rejects.toBeInstanceOf(StoredObjectDamagedError);
    expect(await store.sealed.stat(object)).toBe(size + 1);
  });

  test('a file that shrinks while it is read ends in an error, never short', async () => {
    const store = await openDiskBlobStore({ root });
    const object = await put(store, Buffer.alloc(5 * BUFFER_BYTES, 'x'));
    const reader = await store.sealed.open(object);
    let first = true;
    const reading = reader.copyTo(async () => {
      if (first) await writeFile(diskLayout(root).sealedPath(object), 'cut');
      first = false;
    });
    await expect(reading).rejects.toBeInstanceOf(StoredObjectDamagedError);
  });

  test('a symbolic link in the place of an object is not followed', async () => {
    const store = await openDiskBlobStore({ root });
    const object = await put(store, Buffer.from('layer'));
    const path = diskLayout(root).sealedPath(object);
    await writeFile(join(base, 'other'), 'laser');
    await unlink(path);
    await symlink(join(base, 'other'), path);
    await expect(store.sealed.open(object)).rejects.toBeInstanceOf(StorageFailedError);
    await expect(store.sealed.stat(object)).rejects.toBeInstanceOf(StoredObjectDamagedError);
  });

  test.each(['../../../etc/passwd', '', 'A'.repeat(32), '0'.repeat(31), `${'0'.repeat(31)}\0`])(
    'the key %j never becomes a path',
    async (key) => {
      const store = await openDiskBlobStore({ root });
      const object = { key: key as StorageKey, digest: digestOfBytes(Buffer.alloc(0)), size: 0 };
      await expect(store.sealed.open(object)).rejects.toThrow(/is not a key of the disk storage/);
      await expect(store.pending.append(object.key, EMPTY_CHECKPOINT)).rejects.toThrow(/is not a key of the disk storage/);
      await expect(store.sealed.remove(object)).rejects.toThrow(/is not a key of the disk storage/);
    },
  );

  test('clients that take nothing do not keep others from reading, and hold little each', async () => {
    const pool = new BufferPool(4);
    const store = await openDiskBlobStore({ root, pool });
    const bytes = Buffer.alloc(3 * BUFFER_BYTES + 5, 'abcdefg');
    const object = await put(store, bytes);
    const stalled: { release: () => void; done: Promise<unknown> }[] = [];
    let largest = 0;
    for (let index = 0; index < 40; index += 1) {
      const reader = await store.sealed.open(object);
      await new Promise<void>((waits) => {
        let release = (): void => undefined;
        const forever = new Promise<void>((resolve) => {
          release = resolve;
        });
        const done = reader.copyTo((chunk) => {
          if (index >= 4) largest = Math.max(largest, chunk.length);
          waits();
          return forever;
        });
        stalled.push({ release: () => release(), done });
      });
    }
    expect(pool.lent).toBe(4);
    expect(largest).toBe(64 * 1024);
    expect((await readAll(store, object)).equals(bytes)).toBe(true);
    for (const { release } of stalled) release();
    await Promise.all(stalled.map(({ done }) => done));
    expect(pool.lent).toBe(0);
  });

  test('a reader closed while it copies stops with an error', async () => {
    const pool = new BufferPool(4);
    const store = await openDiskBlobStore({ root, pool });
    const reader = await store.sealed.open(await put(store, Buffer.alloc(5 * BUFFER_BYTES)));
    let seen = 0;
    const copying = reader.copyTo(async () => {
      seen += 1;
      await reader.close();
    });
    await expect(copying).rejects.toThrow(/closed while it was copying/);
    expect(seen).toBe(1);
    expect(pool.lent).toBe(0);
  });
});

describe('check', () => {
  test('notices that the disk is not mounted any more, and that it is back', async () => {
    const store = await openDiskBlobStore({ root });
    await rename(root, join(base, 'unmounted'));
    await mkdir(root);
    await expect(store.check()).rejects.toThrow(/no longer at .* mounted/);
    await expect(store.pending.append(store.pending.newKey(), EMPTY_CHECKPOINT)).rejects.toBeInstanceOf(StorageFailedError);
    expect(await readdir(root)).toEqual([]);
    await rm(root, { recursive: true });
    await rename(join(base, 'unmounted'), root);
    await store.check();
  });

  test('notices another store in its place', async () => {
    const store = await openDiskBlobStore({ root });
    await rename(root, join(base, 'first'));
    await openDiskBlobStore({ root });
    await expect(store.check()).rejects.toBeInstanceOf(StorageFailedError);
  });

  test('says how little is free', async () => {
    const store = await openDiskBlobStore({ root, minimumFree: Number.MAX_SAFE_INTEGER });
    const failure = await store.check().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageFullError);
    expect((failure as Error).message).toMatch(/^Only \d+ MiB are free at .*; \d+ MiB are needed\. Pulls go on/);
    const { free, total } = await store.space();
    expect(free).toBeGreaterThan(0);
    expect(total).toBeGreaterThanOrEqual(free);
  });

  test.each(['open', 'write', 'read'] as const)('fails when the probe cannot %s, and recovers', async (name) => {
    const watched = watchCalls();
    const store = await openDiskBlobStore({ root, calls: watched.calls });
    watched.failing = (call) => (call.name === name && call.path.includes('/probe.') ? 'EIO' : undefined);
    await expect(store.check()).rejects.toBeInstanceOf(StorageFailedError);
    watched.failing = undefined;
    await store.check();
    expect(await readdir(join(root, 'pending'))).toEqual([]);
  });

  test('is not disturbed by that of another server on the same disk, whose process may have the same number', async () => {
    const ourCheck: { promise?: Promise<void> } = {};
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const theirs = await openDiskBlobStore({
      root,
      calls: {
        ...systemCalls,
        write: async (fd, buffer, position) => {
          if (ourCheck.promise !== undefined) begin();
          await ourCheck.promise;
          return systemCalls.write(fd, buffer, position);
        },
      },
    });
    let theirCheck: Promise<void> | undefined;
    const ours = await openDiskBlobStore({
      root,
      calls: {
        ...systemCalls,
        // Theirs has opened its file, and has not written yet, when ours reads.
        read: async (fd, buffer, position) => {
          if (ourCheck.promise !== undefined && buffer.length === theirs.id.length) {
            theirCheck = theirs.check();
            await begun;
          }
          return systemCalls.read(fd, buffer, position);
        },
      },
    });
    ourCheck.promise = ours.check();
    await ourCheck.promise;
    await theirCheck;
    expect(await readdir(join(root, 'pending'))).toEqual([]);
  });

  test('leaves the marker as it is', async () => {
    const store = await openDiskBlobStore({ root });
    const marker = await readFile(join(root, 'berth-store.json'), 'utf8');
    await store.check();
    expect(await readFile(join(root, 'berth-store.json'), 'utf8')).toBe(marker);
    expect(JSON.parse(marker)).toEqual({ id: store.id, format: 1 });
  });
});

test('removals that come together: a few in one go, all of them, whatever one of them meets', async () => {
  const watched = watchCalls();
  const asked: number[] = [];
  const calls: DiskCalls = {
    ...watched.calls,
    unlinkAll: (paths) => {
      asked.push(paths.length);
      return watched.calls.unlinkAll(paths);
    },
  };
  const store = await openDiskBlobStore({ root, calls });
  const objects = await Promise.all(Array.from({ length: 50 }, (_, index) => put(store, Buffer.from(`layer ${index}`))));
  const [first, second] = objects;
  if (second !== undefined) await store.sealed.remove(second);
  watched.failing = ({ name, path }) => (name === 'unlink' && path.includes(first?.key ?? '') ? 'EIO' : undefined);
  const outcomes = await store.sealed.removeAll(objects);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', ...Array.from({ length: 49 }, () => 'fulfilled')]);
  expect(outcomes[0]).toMatchObject({
    reason: expect.objectContaining({ name: 'StorageFailedError', message: expect.stringContaining('EIO') }),
  });
  expect(asked).toEqual([20, 20, 10]);
  expect(await Promise.all(objects.map((object) => store.sealed.stat(object)))).toEqual([
    9 - 2,
    ...Array.from({ length: 49 }, () => undefined),
  ]);
});

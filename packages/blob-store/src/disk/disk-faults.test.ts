import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { digestOfBytes } from '@berth/oci';
import {
  type Checkpoint,
  EMPTY_CHECKPOINT,
  StorageFailedError,
  StorageFullError,
  type StoredObject,
  StoredObjectMissingError,
} from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BufferPool } from '../buffer-pool.ts';
import { type DiskBlobStore, openDiskBlobStore } from './disk-blob-store.ts';
import type { DiskCalls } from './disk-calls.ts';
import { diskLayout } from './disk-layout.ts';
import { type WatchedCalls, watchCalls } from './testing/watched-calls.ts';

/** Enough for several buffers and one early sync. */
const content = randomBytes(17 * 1024 * 1024 + 99);
const CUT = 1_500_000;

let root: string;
let watched: WatchedCalls;
let pool: BufferPool;
let store: DiskBlobStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-faults-'));
  watched = watchCalls();
  pool = new BufferPool(8);
  store = await openDiskBlobStore({ root, calls: watched.calls, pool });
  watched.log.length = 0;
});
afterEach(async () => {
  expect(pool.lent).toBe(0);
  await rm(root, { recursive: true });
});

async function append(from: Checkpoint, object: StoredObject, end: number): Promise<Checkpoint> {
  const writer = await store.pending.append(object.key, from);
  try {
    for (let done = from.offset; done < end; done += 1_000_000) await writer.write(content.subarray(done, Math.min(end, done + 1_000_000)));
    return await writer.checkpoint();
  } finally {
    await writer.close();
  }
}

function nameOf(size: number): StoredObject {
  return { key: store.pending.newKey(), digest: digestOfBytes(content.subarray(0, size)), size };
}

async function put(size: number): Promise<StoredObject> {
  const object = nameOf(size);
  await store.pending.seal(object, await append(EMPTY_CHECKPOINT, object, size));
  return object;
}

async function readAll(object: StoredObject): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await (await store.sealed.open(object)).copyTo(async (chunk) => {
    chunks.push(Buffer.from(chunk));
  });
  return Buffer.concat(chunks);
}

async function expectWhole(object: StoredObject): Promise<void> {
  expect((await readAll(object)).equals(content.subarray(0, object.size))).toBe(true);
}

describe.each([['EIO', StorageFailedError] as const, ['ENOSPC', StorageFullError] as const])('%s', (code, kind) => {
  test('at the Nth call of a resumed push, N = 1 until it succeeds: no false success, what was there stays', {
    timeout: 120_000,
  }, async () => {
    const before = await put(200_000);
    let fired = true;
    for (let nth = 1; fired; nth += 1) {
      const object = nameOf(content.length);
      const early = await append(EMPTY_CHECKPOINT, object, CUT);
      fired = false;
      let failedCall = '';
      let count = 0;
      watched.failing = (call) => {
        count += 1;
        if (count !== nth) return undefined;
        fired = true;
        failedCall = `${call.name} ${basename(call.path)}`;
        return code;
      };
      const push = append(early, object, content.length).then((at) => store.pending.seal(object, at));
      const outcome = await push.then(
        () => undefined,
        (error: unknown) => error,
      );
      watched.failing = undefined;
      const said = `call ${nth}, ${failedCall}`;
      if (!fired) {
        expect(outcome, said).toBeUndefined();
        await expectWhole(object);
        expect(nth).toBeGreaterThan(25); // the loop did meet the calls of a whole push
        continue;
      }
      expect(outcome, said).toBeInstanceOf(kind);
      expect((outcome as Error).cause, said).toMatchObject({ code });
      await expectWhole(before);
      if ((await store.sealed.stat(object)) === undefined) {
        await expectResumableOrGone(object, early, said);
      } else {
        // Renamed, and its directory was not reached or not left, but no sync failed: the same call again may make it good.
        expect(said).toMatch(/(open|close) [0-9a-f]{2}$/);
        await store.pending.seal(object, { offset: object.size, state: '' });
        await expectWhole(object);
      }
      await store.pending.discard(object.key, early);
      expect(pool.lent, said).toBe(0);
    }
    await expectWhole(await put(300_000));
    expect(await readdir(join(root, 'pending'))).toEqual([]);
  });
});

/** After any failure the upload either goes on from what was acknowledged, or says that it must start again: never other bytes. */
async function expectResumableOrGone(object: StoredObject, early: Checkpoint, said: string): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    await (await store.pending.readBack(object.key, early)).copyTo(async (chunk) => {
      chunks.push(Buffer.from(chunk));
    });
    expect(Buffer.concat(chunks).equals(content.subarray(0, CUT)), said).toBe(true);
  } catch (error) {
    expect(error, said).toBeInstanceOf(StoredObjectMissingError);
    expect(said).toMatch(/sync /);
  }
}

describe('a failed sync is never taken back', () => {
  const nameIs = (name: keyof DiskCalls) => (call: { name: string }) => (call.name === name ? 'EIO' : undefined);

  test('of the bytes: the upload is gone, sealing fails for good', async () => {
    const object = nameOf(CUT);
    watched.failing = nameIs('fdatasync');
    await expect(append(EMPTY_CHECKPOINT, object, CUT)).rejects.toBeInstanceOf(StorageFailedError);
    watched.failing = undefined;
    await expect(store.pending.seal(object, { offset: CUT, state: '' })).rejects.toBeInstanceOf(StoredObjectMissingError);
    await expect(append({ offset: 10, state: '' }, object, CUT)).rejects.toBeInstanceOf(StoredObjectMissingError);
  });

  test('of the bytes, on a disk that lets nothing be removed either: this process remembers', async () => {
    const object = nameOf(CUT);
    watched.failing = ({ name }) => (name === 'fdatasync' || name === 'unlink' ? 'EROFS' : undefined);
    await expect(append(EMPTY_CHECKPOINT, object, CUT)).rejects.toBeInstanceOf(StorageFailedError);
    watched.failing = undefined;
    expect((await stat(join(root, 'pending', object.key))).size).toBe(CUT); // it is all there, as far as one can see
    await expect(store.pending.seal(object, { offset: CUT, state: '' })).rejects.toThrow(/Start the upload again/);
    await expect(append(EMPTY_CHECKPOINT, object, CUT)).rejects.toThrow(/Start the upload again/);
    await expect(store.pending.readBack(object.key, { offset: CUT, state: '' })).rejects.toThrow(/Start the upload again/);
    await store.pending.discard(object.key, EMPTY_CHECKPOINT);
    await expectWhole(await put(CUT));
  });

  test('of the directory of uploads: the checkpoint fails, since a crash may lose the name', async () => {
    const object = nameOf(CUT);
    watched.failing = ({ name, path }) => (name === 'fsync' && path.endsWith('/pending') ? 'EIO' : undefined);
    await expect(append(EMPTY_CHECKPOINT, object, CUT)).rejects.toBeInstanceOf(StorageFailedError);
    watched.failing = undefined;
    await expect(store.pending.seal(object, { offset: CUT, state: '' })).rejects.toBeInstanceOf(StoredObjectMissingError);
  });

  test('of the directory after the rename: the object does not stay, sealing again fails', async () => {
    const object = nameOf(CUT);
    const at = await append(EMPTY_CHECKPOINT, object, CUT);
    watched.failing = nameIs('fsync');
    await expect(store.pending.seal(object, at)).rejects.toBeInstanceOf(StorageFailedError);
    watched.failing = undefined;
    expect(await store.sealed.stat(object)).toBeUndefined();
    await expect(store.pending.seal(object, at)).rejects.toBeInstanceOf(StoredObjectMissingError);
  });

  test('of the directory, shared by uploads that seal at once: all of them fail', async () => {
    const objects = Array.from({ length: 5 }, () => nameOf(CUT)); // one digest, so one directory
    const ends = await Promise.all(objects.map((object) => append(EMPTY_CHECKPOINT, object, CUT)));
    watched.failing = nameIs('fsync');
    const outcomes = await Promise.allSettled(objects.map((object, index) => store.pending.seal(object, ends[index] ?? EMPTY_CHECKPOINT)));
    watched.failing = undefined;
    expect(outcomes.map(({ status }) => status)).toEqual(objects.map(() => 'rejected'));
    for (const object of objects) expect(await store.sealed.stat(object)).toBeUndefined();
  });

  test('of an early sync: the next call fails', async () => {
    const object = nameOf(content.length);
    watched.failing = nameIs('fdatasync');
    const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
    await writer.write(content);
    await writer.close().catch(() => undefined);
    watched.failing = undefined;
    await expect(store.pending.seal(object, { offset: content.length, state: '' })).rejects.toBeInstanceOf(StoredObjectMissingError);
  });
});

describe('the order of calls', () => {
  const names = (): readonly string[] =>
    watched.log
      .filter(({ name }) => /sync|rename|write/.test(name))
      .map(({ name, path }) => `${name} ${path.slice(root.length + 1)}`)
      .filter((line, index, all) => line !== all[index - 1]);

  test('bytes, then their name, then the rename, then the new directory, all before the answer', async () => {
    const object = await put(2_000_000);
    const target = diskLayout(root)
      .sealedPath(object)
      .slice(root.length + 1);
    const shard = target.slice(0, target.lastIndexOf('/'));
    expect(watched.log.every(({ ended }) => ended)).toBe(true); // nothing is still under way when seal answers
    expect(names()).toEqual([
      `write pending/${object.key}`,
      `fdatasync pending/${object.key}`,
      'fsync pending',
      `rename ${target}`,
      `fsync ${shard}`,
    ]);
  });

  test('before sealing at once, the name of the pending file need not be durable', async () => {
    const object = nameOf(2_000_000);
    const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
    await writer.write(content.subarray(0, object.size));
    const at = await writer.checkpoint({ sealing: true });
    await writer.close();
    await store.pending.seal(object, at);
    const steps = names().map((line) => line.split('/')[0]);
    expect(steps).toEqual(['write pending', 'fdatasync pending', 'rename sha256', 'fsync sha256']);
    await expectWhole(object);
  });

  test('sealing beyond the last checkpoint syncs the file itself first', async () => {
    const object = nameOf(CUT);
    const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
    await writer.write(content.subarray(0, CUT));
    await writer.close();
    await store.pending.seal(object, EMPTY_CHECKPOINT);
    const order = names();
    expect(order[1]).toBe(`fsync pending/${object.key}`);
    expect(order[2]).toMatch(/^rename /);
    await expectWhole(object);
  });

  test('a cut to the checkpoint is durable before it counts', async () => {
    const object = nameOf(CUT);
    const early = await append(EMPTY_CHECKPOINT, object, 1000);
    await append(early, object, CUT);
    watched.log.length = 0;
    const writer = await store.pending.append(object.key, early);
    await writer.checkpoint();
    await writer.close();
    const order = watched.log.map(({ name }) => name).filter((name) => name === 'truncate' || name === 'fdatasync');
    expect(order).toEqual(['truncate', 'fdatasync']);
    await store.pending.discard(object.key, early);
  });

  test('a new store has all its directories durable before the marker that says so', async () => {
    const fresh = watchCalls();
    const other = await mkdtemp(join(tmpdir(), 'berth-faults-'));
    await openDiskBlobStore({ root: other, calls: fresh.calls });
    const order = fresh.log.map(({ name, path }) => `${name} ${basename(path)}`);
    const link = order.indexOf('link berth-store.json');
    expect(order.slice(0, link).filter((line) => line.startsWith('mkdir ')).length).toBe(3 + 512);
    const paths = fresh.log.slice(0, link).map(({ name, path }) => `${name} ${path.slice(other.length)}`);
    for (const top of ['/sha256', '/sha512', '']) {
      const made = paths.findLastIndex((line) => line.startsWith(`mkdir ${top}/`) && line.split('/').length === top.split('/').length + 1);
      expect(paths.indexOf(`fsync ${top}`), top).toBeGreaterThan(made);
      expect(made, top).toBeGreaterThan(-1);
    }
    expect(order.lastIndexOf(`fsync ${basename(other)}`)).toBeGreaterThan(link);
    await rm(other, { recursive: true });
  });
});

test('writes that take less than they were given lose nothing', async () => {
  watched.writeLimit = 70_001;
  await expectWhole(await put(CUT));
});

test('a write that ran behind and failed is thrown by every later call', async () => {
  const key = store.pending.newKey();
  const writer = await store.pending.append(key, EMPTY_CHECKPOINT);
  watched.failing = ({ name }) => (name === 'write' ? 'ENOSPC' : undefined);
  await expect(
    (async () => {
      for (let times = 0; times < 5; times += 1) await writer.write(content.subarray(0, 1_100_000));
    })(),
  ).rejects.toBeInstanceOf(StorageFullError);
  watched.failing = undefined;
  await expect(writer.write(content.subarray(0, 10))).rejects.toBeInstanceOf(StorageFullError);
  await expect(writer.checkpoint()).rejects.toBeInstanceOf(StorageFullError);
  await writer.close();
  await store.pending.discard(key, EMPTY_CHECKPOINT);
});

test('a second writer of the same upload ends the first, which can then write and seal nothing', async () => {
  const object = nameOf(CUT);
  const slow = await store.pending.append(object.key, EMPTY_CHECKPOINT);
  await slow.write(Buffer.alloc(500_000, 'old'));
  const at = await append(EMPTY_CHECKPOINT, object, CUT);
  await expect(slow.write(Buffer.alloc(2_000_000, 'old'))).rejects.toThrow(/took this upload over/);
  await expect(slow.checkpoint()).rejects.toThrow(/took this upload over/);
  await slow.close();
  await store.pending.seal(object, at);
  await expectWhole(object);
});

test('a read that fails in the middle rejects, and the next one works', async () => {
  const object = await put(5_000_000);
  let reads = 0;
  watched.failing = ({ name }) => (name === 'read' && ++reads === 3 ? 'EIO' : undefined);
  await expect(readAll(object)).rejects.toBeInstanceOf(StorageFailedError);
  watched.failing = undefined;
  await expectWhole(object);
});

test.each([['EDQUOT', StorageFullError] as const, ['EROFS', StorageFailedError] as const, ['EMFILE', StorageFailedError] as const])(
  '%s becomes an error of the port, with its cause',
  async (code, kind) => {
    watched.failing = () => code;
    const outcome = await put(10).catch((error: unknown) => error);
    watched.failing = undefined;
    expect(outcome).toBeInstanceOf(kind);
    expect((outcome as Error).cause).toMatchObject({ code });
  },
);

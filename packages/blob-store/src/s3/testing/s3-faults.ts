import { randomBytes } from 'node:crypto';
import {
  EMPTY_CHECKPOINT,
  StorageFailedError,
  StorageFullError,
  StoredObjectDamagedError,
  StoredObjectMissingError,
} from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { s3Calls } from '../s3-calls.ts';
import { type Breakage, type BreakingProxy, startBreakingProxy } from './breaking-proxy.ts';
import { append, appendFrom, nameFor, openUnder, put, readAll, type S3Bench, type S3Under } from './s3-bench.ts';

/** Two whole parts and a tail, resumed in the middle of the second. */
const content = randomBytes(11 * 1024 * 1024 + 77);
const CUT = 7 * 1024 * 1024;
const SLOW = 180_000;

/** Broken stores and lines, between the adapter and a real store. */
export function s3Faults(bench: () => S3Bench): void {
  let proxy: BreakingProxy;
  let under: S3Under;

  beforeEach(async () => {
    proxy = await startBreakingProxy(bench().server.endpoint);
    under = openUnder(bench(), { attempts: 3, more: { endpoint: proxy.endpoint } });
  });
  afterEach(async () => {
    proxy.breaking = undefined;
    await under.remove();
    await proxy.close();
    expect(under.buffers.lent).toBe(0);
  });

  async function push(): Promise<void> {
    const object = nameFor(under.store, content);
    const early = await append(under.store, object, content.subarray(0, CUT));
    const at = await appendFrom(under.reopen(), object, { bytes: content, from: early });
    await under.store.pending.seal(object, at);
    expect((await readAll(under.store, object)).equals(content)).toBe(true);
  }

  /** As docker pushes: one request with everything, one that ends it. */
  async function pushInOnePiece(): Promise<void> {
    const object = nameFor(under.store, content);
    const at = await append(under.store, object, content, { closing: true });
    await under.reopen().pending.seal(object, at);
    expect((await readAll(under.store, object)).equals(content)).toBe(true);
  }

  const cases = (['slow down', 'reset', 'lost reply'] as const).flatMap((breakage) =>
    [push, pushInOnePiece].map((work) => ({ breakage, work, name: work.name })),
  );
  describe.each(cases)('$breakage', ({ breakage, work, name }) => {
    test(`once, at the Nth request of a ${name}, N = 1 until none is left: it succeeds, nothing is left over`, {
      timeout: SLOW,
    }, async () => {
      for (let nth = 1, broke = true; broke; nth += 1) {
        broke = false;
        const start = proxy.seen.length;
        proxy.breaking = ({ number }) => {
          if (number !== start + nth) return undefined;
          broke = true;
          return breakage;
        };
        await work();
        proxy.breaking = undefined;
        // A start of a multipart upload whose answer was lost leaves one that nobody knows: the sweep is for that.
        if ((await under.residue()).length > 0) {
          expect(breakage, `request ${nth}`).toBe('lost reply');
          await under.reopen().removeOrphans(-60);
        }
        expect(await under.residue(), `request ${nth}`).toEqual([]);
      }
    });
  });

  describe.each<Breakage>(['internal error', 'lost reply'])('%s', (breakage) => {
    test('from the Nth request on: no false success, and all is well after it ends', { timeout: SLOW }, async () => {
      const before = await put(under.store, content.subarray(0, 100_000));
      for (let nth = 1, broke = true; broke; nth += 4) {
        broke = false;
        const object = nameFor(under.store, content);
        const early = await append(under.store, object, content.subarray(0, CUT));
        const start = proxy.seen.length;
        proxy.breaking = ({ number }) => {
          if (number < start + nth) return undefined;
          broke = true;
          return breakage;
        };
        const pushing = appendFrom(under.store, object, { bytes: content, from: early }).then((at) => under.store.pending.seal(object, at));
        const outcome = await pushing.then(
          () => undefined,
          (error: unknown) => error,
        );
        proxy.breaking = undefined;
        if (outcome === undefined) {
          expect((await readAll(under.store, object)).equals(content)).toBe(true);
          continue;
        }
        expect(outcome, `request ${nth}`).toBeInstanceOf(StorageFailedError);
        expect((outcome as Error).cause, `request ${nth}`).toBeInstanceOf(Error);
        // What was acknowledged is there still: the same upload goes on from it, unless its sealing happened and only the answer was lost.
        if ((await under.store.sealed.stat(object)) === undefined) {
          const at = await appendFrom(under.reopen(), object, { bytes: content, from: early });
          await under.store.pending.seal(object, at);
        }
        expect((await readAll(under.store, object)).equals(content)).toBe(true);
        expect((await readAll(under.store, before)).equals(content.subarray(0, 100_000))).toBe(true);
      }
    });
  });

  const completes = ({ method, url }: { method: string; url: string }): boolean => method === 'POST' && url.includes('uploadId=');

  test('200 with an error as its body does not pass for a completed upload', { timeout: SLOW }, async () => {
    const object = nameFor(under.store, content);
    const at = await append(under.store, object, content);
    proxy.breaking = (seen) => (completes(seen) ? 'error in 200' : undefined);
    await expect(under.store.pending.seal(object, at)).rejects.toBeInstanceOf(StorageFailedError);
    expect(await under.store.sealed.stat(object)).toBeUndefined();
    proxy.breaking = undefined;
    await under.store.pending.seal(object, at);
    expect((await readAll(under.store, object)).equals(content)).toBe(true);
  });

  test('every answer to a completion lost: the object is looked at, and it is there', { timeout: SLOW }, async () => {
    const object = nameFor(under.store, content);
    const at = await append(under.store, object, content);
    proxy.breaking = (seen) => (completes(seen) ? 'lost reply' : undefined);
    await under.store.pending.seal(object, at);
    expect((await readAll(under.store, object)).equals(content)).toBe(true);
  });

  test('going on with an upload whose completion lost every answer finds it complete', { timeout: SLOW }, async () => {
    const object = nameFor(under.store, content);
    const early = await append(under.store, object, content.subarray(0, CUT), { closing: true });
    proxy.breaking = (request) => (completes(request) ? 'lost reply' : undefined);
    const writer = await under.store.pending.append(object.key, early);
    proxy.breaking = undefined;
    await writer.write(content.subarray(CUT));
    const at = await writer.checkpoint();
    await writer.close();
    await under.store.pending.seal(object, at);
    expect((await readAll(under.store, object)).equals(content)).toBe(true);
  });

  test('a store without room is full, not broken', async () => {
    proxy.breaking = ({ method }) => (method === 'PUT' ? 'full' : undefined);
    const object = nameFor(under.store, content);
    await expect(append(under.store, object, content)).rejects.toBeInstanceOf(StorageFullError);
    await expect(append(under.store, object, content.subarray(0, 10))).rejects.toBeInstanceOf(StorageFullError);
    proxy.breaking = undefined;
    await under.store.pending.discard(object.key, EMPTY_CHECKPOINT);
    expect(await under.residue()).toEqual([]);
  });

  test('a body that breaks off is continued where it stopped', async () => {
    const object = await put(under.store, content);
    let cuts = 0;
    proxy.breaking = ({ method }) => (method === 'GET' && ++cuts <= 2 ? 'cut body' : undefined);
    expect((await readAll(under.store, object)).equals(content)).toBe(true);
    expect(cuts).toBe(3);
  });

  test('a body that always breaks off ends in an error, never short', async () => {
    const object = await put(under.store, content.subarray(0, 3_000_000));
    proxy.breaking = ({ method, headers }) => (method === 'GET' ? (headers.range === undefined ? 'cut body' : 'reset') : undefined);
    let received = 0;
    const reader = await under.store.sealed.open(object);
    const copying = reader.copyTo(async (chunk) => {
      received += chunk.length;
    });
    await expect(copying).rejects.toBeInstanceOf(StorageFailedError);
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(object.size);
  });

  test('an upload that the store dropped must start again', async () => {
    const object = nameFor(under.store, content);
    const at = await append(under.store, object, content);
    for (const { name, upload } of await under.calls.uploads(under.names.objects)) await under.calls.abortUpload(name, upload);
    await expect(under.store.pending.seal(object, at)).rejects.toBeInstanceOf(StoredObjectMissingError);
    const again = appendFrom(under.store, object, { bytes: Buffer.concat([content, content]), from: at });
    await expect(again).rejects.toBeInstanceOf(StoredObjectMissingError);
    await under.store.pending.discard(object.key, at);
    expect(await under.residue()).toEqual([]);
  });

  test('a part that a late request replaced is noticed: other bytes are never sealed', async () => {
    const object = nameFor(under.store, content);
    const at = await append(under.store, object, content);
    const [found] = await under.calls.uploads(under.names.object(object.key));
    expect(found).toBeDefined();
    if (found === undefined) return;
    await under.calls.putPart({ name: found.name, upload: found.upload, number: 1 }, Buffer.alloc(5 * 1024 * 1024, 'late'));
    await expect(under.store.pending.seal(object, at)).rejects.toBeInstanceOf(StoredObjectDamagedError);
    expect(await under.store.sealed.stat(object)).toBeUndefined();
    await under.store.pending.discard(object.key, at);
  });

  test('a store that is not there fails soon, with a sentence', async () => {
    await proxy.close();
    const calls = s3Calls(under.options, 2);
    await expect(calls.size('x')).rejects.toThrow(/^The S3 storage failed with ECONNREFUSED \(while reading x\)/);
    calls.close();
    proxy = await startBreakingProxy(bench().server.endpoint);
  });
}

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY_CHECKPOINT, StorageFailedError, type StorageKey } from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createS3BlobStore } from '../s3-blob-store.ts';
import { LEAST_PART_BYTES } from '../s3-options.ts';
import { type BreakingProxy, startBreakingProxy } from './breaking-proxy.ts';
import { append, nameFor, openUnder, put, readAll, type S3Bench, type S3Under } from './s3-bench.ts';

const content = randomBytes(2 * LEAST_PART_BYTES + 1234);

/** What only the S3 adapter does. */
export function s3Specifics(bench: () => S3Bench): void {
  let proxy: BreakingProxy;
  let under: S3Under;

  beforeEach(async () => {
    proxy = await startBreakingProxy(bench().server.endpoint);
    under = openUnder(bench(), { more: { endpoint: proxy.endpoint } });
  });
  afterEach(async () => {
    await under.remove();
    await proxy.close();
  });

  const requests = (): readonly string[] =>
    proxy.seen.map(({ method, url }) => `${method} ${url.split('?')[0]?.split('/').slice(4, 5).join()}`);

  describe('presigned URLs', () => {
    test('let a client read without credentials, also a range, and name how long', async () => {
      const object = await put(under.store, content.subarray(0, 5000));
      const url = (await under.store.sealed.presign(object, 60)) ?? '';
      expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('60');
      expect(url).not.toContain(under.options.credentials?.secretAccessKey);
      expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(content.subarray(0, 5000))).toBe(true);
      const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
      expect(part.status).toBe(206);
      expect(Buffer.from(await part.arrayBuffer()).equals(content.subarray(10, 20))).toBe(true);
      const forged = url.replace(/(X-Amz-Signature=)(.)/, (_, name: string, digit: string) => `${name}${digit === '0' ? '1' : '0'}`);
      expect((await fetch(forged)).status).toBe(403);
    });

    test('are signed once for all who ask in the first quarter of their time', async () => {
      const [one, other] = [await put(under.store, content.subarray(0, 10)), await put(under.store, content.subarray(0, 20))];
      const url = await under.store.sealed.presign(one, 60);
      expect(await under.store.sealed.presign(one, 60)).toBe(url);
      expect(await under.store.sealed.presign(other, 60)).not.toBe(url);
      const short = await under.store.sealed.presign(one, 4);
      await sleep(1100);
      expect(await under.store.sealed.presign(one, 4)).not.toBe(short);
    });

    test('are not given where redirects are off', async () => {
      const object = await put(under.store, content.subarray(0, 10));
      const other = createS3BlobStore({ ...under.options, redirect: false }, { calls: under.calls });
      expect(await other.sealed.presign(object, 60)).toBeUndefined();
    });
  });

  describe('writing', () => {
    test('layer bytes of whole parts are sent once, and a small layer in one go needs one write', async () => {
      const sent = (): number =>
        proxy.seen.filter(({ method }) => method === 'PUT').reduce((sum, { headers }) => sum + Number(headers['content-length']), 0);
      const large = nameFor(under.store, content);
      await under.store.pending.seal(large, await append(under.store, large, content));
      expect(sent()).toBe(content.length + 1234); // the tail: once for the checkpoint, once as the last part
      proxy.seen.length = 0;
      const small = nameFor(under.store, content.subarray(0, 700));
      const writer = await under.store.pending.append(small.key, EMPTY_CHECKPOINT);
      await writer.write(content.subarray(0, 700));
      const at = await writer.checkpoint({ sealing: true });
      await writer.close();
      await under.store.pending.seal(small, at);
      expect(requests()).toEqual(['PUT blobs', 'HEAD blobs']);
    });

    test('a layer that came in one piece is sent once, its end too, and a small one as well', async () => {
      const sent = (): number =>
        proxy.seen.filter(({ method }) => method === 'PUT').reduce((sum, { headers }) => sum + Number(headers['content-length']), 0);
      for (const bytes of [content, content.subarray(0, 700)]) {
        proxy.seen.length = 0;
        const object = nameFor(under.store, bytes);
        const writer = await under.store.pending.append(object.key, EMPTY_CHECKPOINT);
        await writer.write(bytes);
        const at = await writer.checkpoint({ closing: true });
        await writer.close();
        expect(await under.store.sealed.stat(object)).toBeUndefined();
        // As docker does it: the end comes in a request of its own, perhaps to another process.
        await under.reopen().pending.seal(object, JSON.parse(JSON.stringify(at)) as typeof at);
        expect(sent()).toBe(bytes.length);
        expect((await readAll(under.store, object)).equals(bytes)).toBe(true);
      }
      expect(requests()).toEqual(['POST blobs', 'PUT blobs', 'HEAD blobs', 'POST blobs', 'HEAD blobs', 'GET blobs']);
    });

    test('encryption and storage class are asked for where they belong', async () => {
      const other = openUnder(bench(), {
        more: { endpoint: proxy.endpoint, serverSideEncryption: 'aws:kms', kmsKeyId: 'key-1', storageClass: 'STANDARD_IA' },
      });
      proxy.breaking = () => 'internal error'; // this store does not do it; what is asked counts
      const quick = openUnder(bench(), { attempts: 1, more: { ...other.options } });
      await expect(quick.calls.put('blobs/x', Buffer.from('x'), 'layer')).rejects.toBeInstanceOf(StorageFailedError);
      await expect(quick.calls.put('tails/x', Buffer.from('x'), 'short-lived')).rejects.toBeInstanceOf(StorageFailedError);
      await expect(quick.calls.startUpload('blobs/y')).rejects.toBeInstanceOf(StorageFailedError);
      proxy.breaking = undefined;
      const asked = proxy.seen.map(({ headers }) => [
        headers['x-amz-server-side-encryption'],
        headers['x-amz-server-side-encryption-aws-kms-key-id'],
        headers['x-amz-storage-class'],
      ]);
      expect(asked).toEqual([
        ['aws:kms', 'key-1', 'STANDARD_IA'],
        ['aws:kms', 'key-1', undefined],
        ['aws:kms', 'key-1', 'STANDARD_IA'],
      ]);
      await other.remove();
      await quick.remove();
    });

    test('more uploads than part buffers all get through', async () => {
      const scarce = openUnder(bench(), { more: { partLimit: 2 } });
      const objects = await Promise.all(Array.from({ length: 6 }, () => put(scarce.store, content)));
      for (const object of objects) expect((await readAll(scarce.store, object)).equals(content)).toBe(true);
      expect(scarce.buffers.lent).toBe(0);
      expect(await scarce.residue()).toEqual([]);
      await scarce.remove();
    });

    test('an upload goes on with the part size it began with', async () => {
      const object = nameFor(under.store, content);
      const early = await append(under.store, object, content.subarray(0, LEAST_PART_BYTES + 10));
      const larger = createS3BlobStore({ ...under.options, partSize: 3 * LEAST_PART_BYTES }, { calls: under.calls });
      const writer = await larger.pending.append(object.key, early);
      await writer.write(content.subarray(LEAST_PART_BYTES + 10));
      const at = await writer.checkpoint();
      await writer.close();
      await larger.pending.seal(object, at);
      expect((await readAll(larger, object)).equals(content)).toBe(true);
    });

    test('a part size that S3 would refuse is refused at once', () => {
      expect(() => createS3BlobStore({ ...under.options, partSize: 1024 })).toThrow(RangeError);
    });

    test.each(['{', '[]', '{"partSize":1}', '{"partSize":5,"tags":[],"tails":[],"old":[]}'])(
      'a damaged checkpoint is refused: %s',
      async (state) => {
        await expect(under.store.pending.append(under.store.pending.newKey(), { offset: 7, state })).rejects.toThrow(
          /does not fit its offset/,
        );
      },
    );
  });

  test.each(['../x', '', 'A'.repeat(32)])('the key %j never becomes a name', async (key) => {
    const object = { ...nameFor(under.store, content), key: key as StorageKey };
    await expect(under.store.sealed.open(object)).rejects.toThrow(/is not a key of the S3 storage/);
    await expect(under.store.pending.append(object.key, EMPTY_CHECKPOINT)).rejects.toThrow(/is not a key of the S3 storage/);
  });

  test('removals that come together share a request, also when some are gone already', async () => {
    const objects = await Promise.all(Array.from({ length: 40 }, () => put(under.store, content.subarray(0, 20))));
    await under.store.sealed.remove(objects[0] ?? nameFor(under.store, content));
    proxy.seen.length = 0;
    const outcomes = await under.store.sealed.removeAll(objects);
    expect(outcomes.map(({ status }) => status)).toEqual(objects.map(() => 'fulfilled'));
    expect(proxy.seen.length).toBe(1);
    for (const object of objects) expect(await under.store.sealed.stat(object)).toBeUndefined();
  });

  describe('check', () => {
    test('asks the store once in a while, not each time', async () => {
      for (let times = 0; times < 5; times += 1) await under.store.check();
      expect(requests()).toEqual(['PUT probe', 'GET probe']);
    });

    test.each([
      [{ bucket: 'no-such-bucket-here' }, /The bucket does not exist at the S3 endpoint/],
      [{ credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' } }, /refused our credentials .*InvalidAccessKeyId/],
    ])('says what is wrong: %o', async (more, sentence) => {
      const other = openUnder(bench(), { more });
      await expect(other.store.check()).rejects.toThrow(sentence);
      await other.store.close();
    });
  });
}

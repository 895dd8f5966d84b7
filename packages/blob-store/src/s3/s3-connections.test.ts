import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BlobReader, BlobStore, StorageKey, StoredObject } from '@berth/registry';
import { digestOfBytes } from '@berth/oci';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createS3BlobStore } from './s3-blob-store.ts';

/** More than fits between the two ends while nobody reads. */
const SIZE = 64 * 1024 * 1024;
const READERS = 200;
const OBJECT: StoredObject = { key: 'a'.repeat(32) as StorageKey, digest: digestOfBytes(Buffer.from('any')), size: SIZE };

let server: Server;
let store: BlobStore;

/** A store whose objects all have one size. What counts here is who waits for whom, which a real one only makes slower to see. */
beforeEach(async () => {
  const chunk = Buffer.alloc(64 * 1024);
  server = createServer((request, response) => {
    response.writeHead(request.method === 'PUT' ? 200 : request.headers.range === undefined ? 200 : 206, {
      'content-length': request.method === 'PUT' ? 0 : SIZE,
      etag: '"any"',
    });
    if (request.method !== 'GET') return void response.end();
    const fill = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', fill).on('error', () => undefined);
    fill();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  store = createS3BlobStore({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    bucket: 'any',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    forcePathStyle: true,
    redirect: false,
  });
});
afterEach(async () => {
  await store.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('clients that read slowly, however many, hold up neither other reads nor pushes', async () => {
  const readers: BlobReader[] = await Promise.all(Array.from({ length: READERS }, () => store.sealed.open(OBJECT)));
  expect(await store.sealed.stat(OBJECT)).toBe(SIZE);
  await store.side.put('journal/any', Buffer.from('any'));
  await Promise.all(readers.map((reader) => reader.close()));
}, 30_000);

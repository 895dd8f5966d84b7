import { digestOfBytes, startHash } from '@berth/oci';
import { expect, it } from 'vitest';
import { LiveHashes } from './live-hashes.ts';
import { newUploadId } from './upload-id.ts';

it('hands a hash out once, and only where it fits exactly', () => {
  const hashes = new LiveHashes();
  const upload = newUploadId();
  const hash = startHash('sha256').update('0123456789');
  const live = { hash, algorithm: 'sha256', offset: 10 } as const;
  const wanted = { offset: 10, saved: digestOfBytes(Buffer.from('0123456789')), algorithm: 'sha256' } as const;
  for (const [more, found] of [
    [{}, hash],
    [{ offset: 9 }, undefined],
    [{ algorithm: 'sha512' }, undefined],
    [{ saved: digestOfBytes(Buffer.from('others! 10')) }, undefined],
    [{ saved: undefined }, undefined],
  ] as const) {
    hashes.keep(upload, live);
    expect(hashes.take(upload, { ...wanted, ...more })).toBe(found);
    expect(hashes.take(upload, wanted)).toBeUndefined();
  }
});

it('keeps a bounded number, dropping the oldest', () => {
  const hashes = new LiveHashes();
  const uploads = Array.from({ length: 1001 }, () => newUploadId());
  for (const upload of uploads) hashes.keep(upload, { hash: startHash('sha256'), algorithm: 'sha256', offset: 0 });
  const wanted = { offset: 0, saved: digestOfBytes(Buffer.alloc(0)), algorithm: 'sha256' } as const;
  expect(hashes.take(uploads[0] ?? newUploadId(), wanted)).toBeUndefined();
  expect(hashes.take(uploads[1] ?? newUploadId(), wanted)).toBeDefined();
});

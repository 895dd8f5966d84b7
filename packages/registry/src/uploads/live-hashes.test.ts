import { startHash } from '@berth/oci';
import { expect, it } from 'vitest';
import { LiveHashes } from './live-hashes.ts';
import { newUploadId } from './upload-id.ts';

it('hands a hash out once, and only where it fits exactly', () => {
  const hashes = new LiveHashes();
  const upload = newUploadId();
  const hash = startHash('sha256');
  const live = { hash, algorithm: 'sha256', offset: 10 } as const;
  for (const [offset, algorithm, found] of [
    [10, 'sha256', hash],
    [9, 'sha256', undefined],
    [10, 'sha512', undefined],
  ] as const) {
    hashes.keep(upload, live);
    expect(hashes.take(upload, offset, algorithm)).toBe(found);
    expect(hashes.take(upload, 10, 'sha256')).toBeUndefined();
  }
});

it('keeps a bounded number, dropping the oldest', () => {
  const hashes = new LiveHashes();
  const uploads = Array.from({ length: 1001 }, () => newUploadId());
  for (const upload of uploads) hashes.keep(upload, { hash: startHash('sha256'), algorithm: 'sha256', offset: 0 });
  expect(hashes.take(uploads[0] ?? newUploadId(), 0, 'sha256')).toBeUndefined();
  expect(hashes.take(uploads[1] ?? newUploadId(), 0, 'sha256')).toBeDefined();
});

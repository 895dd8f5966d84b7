import { type Digest, digestOfBytes } from '@berth/oci';
import { expect, test } from 'vitest';
import { RecentConfigs } from './recent-configs.ts';

const KIB = 1024;

function upload(recent: RecentConfigs, bytes: Buffer, { announced = true, chunk = 1000 } = {}): Digest {
  const digest = digestOfBytes(bytes, 'sha256');
  const copy = recent.copy(announced ? bytes.length : undefined);
  for (let start = 0; start < bytes.length; start += chunk) copy?.add(bytes.subarray(start, start + chunk));
  copy?.keep(digest);
  return digest;
}

const config = (bytes: number, number = 0): Buffer => Buffer.from(`{"n":${String(number).padStart(bytes - 6)}}`);

test('what may be a config is handed out whole, once', () => {
  const recent = new RecentConfigs();
  for (const announced of [true, false]) {
    const bytes = config(5432);
    const digest = upload(recent, bytes, { announced });
    bytes.fill(0);
    expect(recent.take(digest)).toEqual(config(5432));
    expect(recent.take(digest)).toBeUndefined();
  }
});

test.each([
  ['a layer', Buffer.concat([Buffer.from([0x1f, 0x8b]), config(500)]), true],
  ['a layer that does not tell its size', Buffer.concat([Buffer.from([0x1f, 0x8b]), config(500)]), false],
  ['what is longer than a config', config(64 * KIB + 1), true],
  ['what comes to more than a config', config(64 * KIB + 1), false],
  ['nothing', Buffer.alloc(0), true],
])('%s is not kept', (_, bytes, announced) => {
  const recent = new RecentConfigs();
  expect(recent.take(upload(recent, bytes, { announced }))).toBeUndefined();
});

test('an upload that ends early leaves nothing', () => {
  const recent = new RecentConfigs();
  recent.copy(undefined)?.add(config(100));
  expect(recent.take(digestOfBytes(config(100), 'sha256'))).toBeUndefined();
});

test('the oldest go when eight megabytes are kept, and none holds more memory than it counts', () => {
  const recent = new RecentConfigs();
  const digests = Array.from({ length: 200 }, (_, index) => upload(recent, config(60 * KIB, index)));
  const kept = digests.flatMap((digest) => recent.take(digest) ?? []);
  expect(kept.length).toBeGreaterThan(50);
  expect(kept.reduce((sum, bytes) => sum + bytes.buffer.byteLength, 0)).toBeLessThanOrEqual(8 * KIB * KIB);
  expect(kept.at(-1)).toEqual(config(60 * KIB, 199));
});
